"""Refuse what the settings name in another region than the environment's."""

from collections.abc import Iterator, Mapping

from autogluon_constructs.settings.bring_your_own.image_uri import parse_image_uri
from autogluon_constructs.settings.predictor import Predictor


def place_problems(
    region: str | None, key_arn: str | None, predictors: Mapping[str, Predictor]
) -> Iterator[str]:
    """Yield which keys, images and topics are elsewhere; none where settings name no region.

    "The Docker image for inference container ... must be in the same region as the model or
    endpoint" (botocore, `ContainerDefinition`). SNS answers for a topic in the topic's own region
    only, and AWS documents topics of other regions for inference routers (botocore,
    `RoutingTargetAsyncInferenceNotificationConfig`), not for endpoints. Topics and images of other
    accounts are theirs to open.
    """
    if region is None:
        return
    if key_arn is not None and _region_of(key_arn) != region:
        yield (
            f"encryption.key_arn: got a key in {_region_of(key_arn)}, but region is {region}; "
            "services use keys of their own region only"
        )
    for name, predictor in predictors.items():
        for path, uri in _images(predictor).items():
            found = parse_image_uri(uri)["region"]
            if found != region:
                yield (
                    f"predictors.{name}.{path}: got an image in {found}, but region is {region}; "
                    "SageMaker takes images of its own region only; push it there, or let ECR "
                    "replicate it"
                )
        algorithm = predictor.algorithm_arn
        if algorithm is not None and _region_of(algorithm) != region:
            yield (
                f"predictors.{name}.algorithm_arn: got an algorithm in {_region_of(algorithm)}, "
                f"but region is {region}; SageMaker trains by those of its own region only; give "
                "its ARN there"
            )
        topics = {} if predictor.endpoint is None else predictor.endpoint.topics
        for key, arn in topics.items():
            if _region_of(arn) != region:
                yield (
                    f"predictors.{name}.endpoint.{key}: got a topic in {_region_of(arn)}, but "
                    f"region is {region}, and endpoints that notify topics of other regions are "
                    f"not supported; give a topic in {region}, which may forward what it gets"
                )


def _images(predictor: Predictor) -> dict[str, str]:
    """Return the images that a predictor names itself, by their paths."""
    containers = {} if predictor.endpoint is None else predictor.endpoint.own_containers
    found = {"image_uri": predictor.image_uri} | {
        f"endpoint.pipeline.containers.{name}.image_uri": each.image_uri
        for name, each in containers.items()
    }
    return {path: uri for path, uri in found.items() if uri is not None}


def _region_of(arn: str) -> str:
    return arn.split(":")[3]
