"""Refuse what the settings name in another region than the environment's."""

from collections.abc import Iterator, Mapping

from autogluon_constructs.settings.predictor import Predictor


def place_problems(
    region: str | None, key_arn: str | None, predictors: Mapping[str, Predictor]
) -> Iterator[str]:
    """Yield which keys and topics are in another region; none where settings name no region.

    SNS answers for a topic in the topic's own region only, and AWS documents topics of other
    regions for inference routers (botocore, `RoutingTargetAsyncInferenceNotificationConfig`), not
    for endpoints (`AsyncInferenceNotificationConfig`). Topics of other accounts are theirs to open.
    """
    if region is None:
        return
    if key_arn is not None and _region_of(key_arn) != region:
        yield (
            f"encryption.key_arn: got a key in {_region_of(key_arn)}, but region is {region}; "
            "services use keys of their own region only"
        )
    for name, predictor in predictors.items():
        topics = {} if predictor.endpoint is None else predictor.endpoint.topics
        for key, arn in topics.items():
            if _region_of(arn) != region:
                yield (
                    f"predictors.{name}.endpoint.{key}: got a topic in {_region_of(arn)}, but "
                    f"region is {region}, and endpoints that notify topics of other regions are "
                    f"not supported; give a topic in {region}, which may forward what it gets"
                )


def _region_of(arn: str) -> str:
    return arn.split(":")[3]
