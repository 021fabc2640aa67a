"""Resolve the images of an endpoint's own containers, as the stack around a construct sees them."""

from collections.abc import Iterable
from typing import cast

from aws_cdk import Aws, CfnMapping, Stack, Token
from constructs import IConstruct

from autogluon_constructs.catalogues.scikit_learn import (
    scikit_learn_registries,
    scikit_learn_repository,
    scikit_learn_tag,
    scikit_learn_versions,
)
from autogluon_constructs.errors import DeclarationError
from autogluon_constructs.identity.permissions import arn
from autogluon_constructs.settings import PipelineContainer, parse_image_uri
from autogluon_contracts.wording import listed

_MAPPING, _ACCOUNT = "ScikitLearnRegistries", "account"


class MissingImageError(DeclarationError):
    """Report a region where AWS does not publish the image of a container."""


class ContainerImages:
    """AWS's registry of scikit-learn's images, and images of one's own.

    In a stack without a region the registry's account is looked up at deployment.
    """

    def __init__(self, scope: IConstruct) -> None:
        self._scope = scope

    def uri(self, container: PipelineContainer) -> str:
        """Return the URI of a container's image.

        Raises:
            MissingImageError: scikit-learn's image is not in the stack's region.
        """
        if container.image_uri is not None:
            return container.image_uri
        stack = Stack.of(self._scope)
        version = container.framework_version or scikit_learn_versions()[0]
        image = f"{scikit_learn_repository()}:{scikit_learn_tag(version)}"
        return f"{self._account()}.dkr.ecr.{stack.region}.{stack.url_suffix}/{image}"

    def repository_arns(self, containers: Iterable[PipelineContainer]) -> list[str]:
        """Return the repositories that containers are pulled from.

        Raises:
            MissingImageError: as `uri`.
        """
        arns: list[str] = []
        for container in containers:
            if container.image_uri is None:
                name = f"repository/{scikit_learn_repository()}"
                arns.append(arn(self._scope, "ecr", name, account=self._account()))
                continue
            own = parse_image_uri(container.image_uri)
            place = f"{own['region']}:{own['account']}"
            arns.append(f"arn:{Aws.PARTITION}:ecr:{place}:repository/{own['repository']}")
        return list(dict.fromkeys(arns))

    def _account(self) -> str:
        stack, accounts = Stack.of(self._scope), scikit_learn_registries()
        if Token.is_unresolved(stack.region):
            return _mapping(stack).find_in_map(Aws.REGION, _ACCOUNT)
        if stack.region not in accounts:
            raise MissingImageError(
                f"region: got '{stack.region}', where AWS does not publish scikit-learn's images; "
                f"allowed: {listed(sorted(accounts))}, or an image_uri for each container"
            )
        return accounts[stack.region]


def _mapping(stack: Stack) -> CfnMapping:
    found = stack.node.try_find_child(_MAPPING)
    if found is not None:
        return cast(CfnMapping, found)
    by_region = {
        region: {_ACCOUNT: account} for region, account in scikit_learn_registries().items()
    }
    return CfnMapping(stack, _MAPPING, mapping=by_region)
