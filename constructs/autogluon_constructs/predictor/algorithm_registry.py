"""Find AWS's registry of SageMaker's algorithms, as the stack around a construct sees it."""

from typing import cast

from aws_cdk import Aws, CfnMapping, Stack, Token
from constructs import IConstruct

from autogluon_constructs.catalogues.xgboost import (
    xgboost_region_problem,
    xgboost_registries,
    xgboost_repository,
)
from autogluon_constructs.errors import DeclarationError
from autogluon_constructs.identity.permissions import arn
from autogluon_contracts.documents.declared_predictors import ALGORITHMS

_MAPPING, _ACCOUNT = "AlgorithmRegistries", "account"


class MissingAlgorithmError(DeclarationError):
    """Report a region where AWS does not publish an algorithm."""


def algorithm_uri(version: str) -> str:
    """Return the URI of an algorithm's image, with a placeholder for the registry's host."""
    return f"{ALGORITHMS}/{xgboost_repository()}:{version}"


class AlgorithmRegistry:
    """The registry of the built-in XGBoost; without a region it is looked up at deployment."""

    def __init__(self, scope: IConstruct) -> None:
        self._scope = scope

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
        name = f"repository/{xgboost_repository()}"
        return arn(self._scope, "ecr", name, account=self._account())

    def _account(self) -> str:
        stack = Stack.of(self._scope)
        if Token.is_unresolved(stack.region):
            return _mapping(stack).find_in_map(Aws.REGION, _ACCOUNT)
        problem = xgboost_region_problem(stack.region)
        if problem is not None:
            raise MissingAlgorithmError(problem)
        return xgboost_registries()[stack.region]


def _mapping(stack: Stack) -> CfnMapping:
    found = stack.node.try_find_child(_MAPPING)
    if found is not None:
        return cast(CfnMapping, found)
    by_region = {region: {_ACCOUNT: account} for region, account in xgboost_registries().items()}
    return CfnMapping(stack, _MAPPING, mapping=by_region)
