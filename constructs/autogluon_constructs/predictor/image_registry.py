"""Resolve the catalogue's image names to URIs, and their registry in the stack's region."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from aws_cdk import Aws, CfnMapping, Stack, Token
from constructs import IConstruct

from autogluon_constructs.catalogues.images import Image, ImageName, find_image
from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.catalogues.registries import region_problem, registries
from autogluon_constructs.errors import DeclarationError
from autogluon_constructs.identity.permissions import arn
from autogluon_constructs.predictor.algorithm_registry import AlgorithmRegistry, algorithm_uri
from autogluon_constructs.settings import Predictor, parse_image_uri
from autogluon_contracts.documents.declared_predictors import REGISTRY
from autogluon_contracts.documents.predictor_spec import HostImages

_MAPPING, _ACCOUNT = "AutoGluonRegistries", "account"


class UnsupportedRegionError(DeclarationError):
    """Report a region where AutoGluon's containers are not published."""


@dataclass(frozen=True)
class ResolvedImage:
    """What a predictor's containers run: URIs, and the AMI needs of the one that serves.

    URIs of AWS's images begin with a placeholder for the registry's host. `processing_uri` is None
    where processing jobs run the image that serves: it is one for CPUs, or the predictor's own.
    """

    version: str
    training_uri: str
    inference_uri: str
    ami: HostImages | None
    processing_uri: str | None = None


def training_image(predictor: Predictor) -> Image:
    """Return the catalogue's image that trains; GPU types mean the GPU variant."""
    return _image(predictor, predictor.training.instance_type)


def inference_image(predictor: Predictor) -> Image:
    """Return the catalogue's image that serves endpoint and batch, which agree on the processor."""
    return _image(predictor, predictor.batch.instance_type)


def _image(predictor: Predictor, instance_type: str) -> Image:
    processor = instance_types()[instance_type].processor
    return find_image(predictor.framework_version, processor)


def host_images(predictor: Predictor) -> HostImages | None:
    """Return the AMIs that the image that serves needs; those of other frameworks need none."""
    return inference_image(predictor).ami if predictor.runs_autogluon else None


def _processing_uri(predictor: Predictor, serving: Image) -> str | None:
    if predictor.image_uri is not None and predictor.runs_autogluon:
        return None
    of_cpus = find_image(predictor.framework_version, "cpu")
    if of_cpus == serving and predictor.runs_autogluon:
        return None
    return _uri(of_cpus.inference)


class ImageRegistry:
    """AWS's registry of AutoGluon's Deep Learning Containers as the stack around `scope` sees it.

    In a stack without a region the account is looked up at deployment. Predictors with an image of
    their own need no registry.
    """

    def __init__(self, scope: IConstruct) -> None:
        self._scope = scope

    def image_of(self, predictor: Predictor) -> ResolvedImage:
        """Return the image that a predictor's settings mean.

        Raises:
            UnsupportedRegionError: the image is not in the stack's region.
        """
        if _needs_registry(predictor):
            self._account()
        training, inference = training_image(predictor), inference_image(predictor)
        custom = predictor.image_uri
        if predictor.algorithm is not None:
            custom = algorithm_uri(predictor.type, predictor.algorithm)
        if predictor.algorithm_arn is not None:
            custom = predictor.image_uri or ""  # the algorithm names its images itself
        return ResolvedImage(
            version=training.version,
            training_uri=_uri(training.training) if custom is None else custom,
            inference_uri=_uri(inference.inference) if custom is None else custom,
            processing_uri=_processing_uri(predictor, inference),
            ami=host_images(predictor),
        )

    def newest_uri(self) -> str:
        """Return the newest image for CPUs, for a job of no predictor.

        Raises:
            UnsupportedRegionError: the image is not in the stack's region.
        """
        image = find_image("latest", "cpu").training
        return f"{self._host()}/{image.repository}:{image.tag}"

    def repository_arns(self, predictors: Iterable[Predictor]) -> list[str]:
        """Return AWS's repositories of AutoGluon and those of the predictors' own images."""
        declared = list(predictors)
        own = [parse_image_uri(p.image_uri) for p in declared if p.image_uri is not None]
        arns: list[str] = []
        # The one thing that is left out: in a region without it, all predictors have their own.
        if not own or any(map(_needs_registry, declared)):
            arns.append(arn(self._scope, "ecr", "repository/autogluon*", account=self._account()))
        arns += [AlgorithmRegistry(self._scope, kind).repository_arn for kind in _trained(declared)]
        arns += [
            f"arn:{Aws.PARTITION}:ecr:{i['region']}:{i['account']}:repository/{i['repository']}"
            for i in own
        ]
        return list(dict.fromkeys(arns))

    def host(self, predictors: Iterable[Predictor]) -> str:
        """Return the host of AutoGluon's images; empty where no predictor needs them."""
        if not any(map(_needs_registry, predictors)):
            return ""
        return self._host()

    def algorithm_hosts(self, predictors: Iterable[Predictor]) -> dict[str, str]:
        """Return the hosts of the images of SageMaker's algorithms, by their predictors' type.

        Raises:
            MissingAlgorithmError: an image is not in the stack's region.
        """
        return {kind: AlgorithmRegistry(self._scope, kind).host for kind in _trained(predictors)}

    def _host(self) -> str:
        stack = Stack.of(self._scope)
        return f"{self._account()}.dkr.ecr.{stack.region}.{stack.url_suffix}"

    def _account(self) -> str:
        stack = Stack.of(self._scope)
        if Token.is_unresolved(stack.region):
            return _mapping(stack).find_in_map(Aws.REGION, _ACCOUNT)
        problem = region_problem(stack.region)
        if problem is not None:
            raise UnsupportedRegionError(problem)
        return registries()[stack.region]


def _needs_registry(predictor: Predictor) -> bool:
    """Return whether any of its containers runs an image of AutoGluon's own registry.

    Those of the processing steps do, `profile` among them, where AutoGluon does not train.
    """
    return predictor.image_uri is None or not predictor.runs_autogluon


def _trained(predictors: Iterable[Predictor]) -> list[str]:
    """Return the types that algorithms of SageMaker's train, each once, sorted."""
    return sorted({each.type for each in predictors if each.algorithm is not None})


def _uri(image: ImageName) -> str:
    return f"{REGISTRY}/{image.repository}:{image.tag}"


def _mapping(stack: Stack) -> CfnMapping:
    found = stack.node.try_find_child(_MAPPING)
    if found is not None:
        return cast(CfnMapping, found)
    by_region = {region: {_ACCOUNT: account} for region, account in registries().items()}
    return CfnMapping(stack, _MAPPING, mapping=by_region)
