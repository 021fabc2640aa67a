"""Find AWS's registry of one of SageMaker's algorithms, as the stack around a construct sees it."""

from typing import cast

from aws_cdk import Aws, CfnMapping, Stack, Token
from constructs import IConstruct

from autogluon_constructs.catalogues.algorithms import AlgorithmImages, algorithms
from autogluon_constructs.errors import DeclarationError
from autogluon_constructs.identity.permissions import arn
from autogluon_contracts.documents.declared_predictors import ALGORITHMS

_MAPPING = "AlgorithmRegistries"


class MissingAlgorithmError(DeclarationError):
    """Report a region where AWS does not publish an algorithm."""


def algorithm_uri(kind: str, version: str) -> str:
    """Return the URI of an algorithm's image, with a placeholder for the registry's host.

    Args:
        kind: the type of the predictors that it trains.
        version: the image's.
    """
    return f"{ALGORITHMS}/{algorithms()[kind].repository}:{version}"


class AlgorithmRegistry:
    """The registry of an algorithm's images; without a region it is looked up at deployment."""

    def __init__(self, scope: IConstruct, kind: str) -> None:
        self._scope = scope
        self._kind = kind

    @property
    def host(self) -> str:
        """Return the registry's host.

        Raises:
            MissingAlgorithmError: the image is not in the stack's region.
        """
        stack = Stack.of(self._scope)
        return f"{self._account()}.dkr.ecr.{stack.region}.{stack.url_suffix}"

    @property
    def repository_arn(self) -> str:
        """Return the repository that containers are pulled from; raises as `host`."""
        name = f"repository/{self._images.repository}"
        return arn(self._scope, "ecr", name, account=self._account())

    @property
    def _images(self) -> AlgorithmImages:
        return algorithms()[self._kind]

    def _account(self) -> str:
        stack = Stack.of(self._scope)
        if Token.is_unresolved(stack.region):
            return _mapping(stack).find_in_map(Aws.REGION, _key(self._kind))
        problem = self._images.region_problem(stack.region)
        if problem is not None:
            raise MissingAlgorithmError(problem)
        return self._images.registries[stack.region]


def _mapping(stack: Stack) -> CfnMapping:
    found = stack.node.try_find_child(_MAPPING)
    if found is not None:
        return cast(CfnMapping, found)
    by_region: dict[str, dict[str, str]] = {}
    for kind, images in algorithms().items():
        for region, account in images.registries.items():
            by_region.setdefault(region, {})[_key(kind)] = account
    return CfnMapping(stack, _MAPPING, mapping=by_region)


def _key(kind: str) -> str:
    """Return a type's name as a key of a mapping, which has letters and digits alone."""
    return kind.replace("_", "")
