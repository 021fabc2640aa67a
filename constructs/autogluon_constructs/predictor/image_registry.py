"""Resolve the catalogue's image names to URIs in the stack's region."""

from collections.abc import Iterable
from dataclasses import dataclass

from aws_cdk import Aws, Stack, Token
from aws_cdk.region_info import FactName, RegionInfo
from constructs import IConstruct

from autogluon_constructs.catalogues.images import Image, ImageName, find_image
from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.errors import DeclarationError
from autogluon_constructs.identity.permissions import arn
from autogluon_constructs.settings import Predictor, parse_image_uri
from autogluon_contracts.documents.predictor_spec import HostImages


class UnsupportedRegionError(DeclarationError):
    """Report a region without known AWS Deep Learning Containers."""


@dataclass(frozen=True)
class ResolvedImage:
    """What a predictor's containers run: URIs, and the AMI needs of the one that serves."""

    version: str
    training_uri: str
    inference_uri: str
    ami: HostImages | None


def training_image(predictor: Predictor) -> Image:
    """Return the catalogue's image that trains; GPU types mean the GPU variant."""
    return _image(predictor, predictor.training.instance_type)


def inference_image(predictor: Predictor) -> Image:
    """Return the catalogue's image that serves endpoint and batch, which agree on the processor."""
    return _image(predictor, predictor.batch.instance_type)


def _image(predictor: Predictor, instance_type: str) -> Image:
    processor = instance_types()[instance_type].processor
    return find_image(predictor.framework_version, processor)


class ImageRegistry:
    """AWS's registry of Deep Learning Containers as the stack around `scope` sees it.

    In a stack without a region the account is looked up at deployment.

    Raises:
        UnsupportedRegionError: CDK's region facts know no registry in the stack's region.
    """

    def __init__(self, scope: IConstruct) -> None:
        self._scope = scope
        region = Stack.of(scope).region
        if not Token.is_unresolved(region) and not RegionInfo.get(region).dlc_repository_account:
            known = [r.name for r in RegionInfo.regions if r.dlc_repository_account]
            raise UnsupportedRegionError(
                f"region: got '{region}', where no AWS Deep Learning Containers are known; "
                f"allowed: {', '.join(sorted(known))}"
            )

    def image_of(self, predictor: Predictor) -> ResolvedImage:
        """Return the image that a predictor's settings mean, with full URIs."""
        training, inference = training_image(predictor), inference_image(predictor)
        custom = predictor.image_uri
        return ResolvedImage(
            version=training.version,
            training_uri=self._uri(training.training) if custom is None else custom,
            inference_uri=self._uri(inference.inference) if custom is None else custom,
            ami=inference.ami,
        )

    def repository_arns(self, predictors: Iterable[Predictor]) -> list[str]:
        """Return AWS's repositories of AutoGluon and those of the predictors' own images."""
        own = [parse_image_uri(p.image_uri) for p in predictors if p.image_uri is not None]
        arns = [arn(self._scope, "ecr", "repository/autogluon*", account=self._account())]
        arns += [
            f"arn:{Aws.PARTITION}:ecr:{i['region']}:{i['account']}:repository/{i['repository']}"
            for i in own
        ]
        return list(dict.fromkeys(arns))

    def _uri(self, image: ImageName) -> str:
        stack = Stack.of(self._scope)
        host = f"{self._account()}.dkr.ecr.{stack.region}.{stack.url_suffix}"
        return f"{host}/{image.repository}:{image.tag}"

    def _account(self) -> str:
        account = Stack.of(self._scope).regional_fact(FactName.DLC_REPOSITORY_ACCOUNT)
        return str(account)
