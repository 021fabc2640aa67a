"""Build the alarms of an endpoint, on the metrics that SageMaker publishes of it.

Names, units and dimensions: SageMaker guide, "Amazon SageMaker AI metrics in Amazon CloudWatch" and
"Alarms and logs for tracking metrics from serverless endpoints".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from autogluon_constructs.settings import EndpointAlarms
from autogluon_contracts.defaults import ASYNCHRONOUS, COMPONENT, SERVERLESS, EndpointMode
from autogluon_contracts.names import MAIN_VARIANT, pascal_case, production_variant

_NAMESPACE = "AWS/SageMaker"
_PERIOD_SECONDS = 300
_MICROSECONDS = 1000  # in a millisecond
# The metrics of `UNDOING` of the settings.
_UNDOING = ("Invocation5XXErrors", "ModelLatency", "OverheadLatency")


@dataclass(frozen=True, kw_only=True)
class _Watched:
    """A metric with its threshold; `percentile` where the sum of its values means nothing.

    `only` names the mode whose endpoints alone have the metric.
    """

    construct_id: str
    metric: str
    threshold: float | None
    percentile: str | None = None
    only: EndpointMode | None = None
    sentence: str

    @property
    def statistic(self) -> str | None:
        """Return the statistic; None where a percentile is watched."""
        if self.percentile is not None:
            return None
        return "Sum" if self.only is None else "Maximum"

    @property
    def has_variant(self) -> bool:
        """Return whether the metric is one of a variant; that of a queue is the endpoint's."""
        return self.only != ASYNCHRONOUS


def endpoint_alarms(
    scope: Construct,
    alarms: EndpointAlarms,
    *,
    endpoint_name: str,
    predictor: str,
    mode: EndpointMode,
    topic_arn: str,
    variant: str = MAIN_VARIANT,
) -> list[cloudwatch.CfnAlarm]:
    """Return an alarm for each threshold; all notify the topic.

    Args:
        endpoint_name: the endpoint's name, or the component's where it shares an endpoint.
        mode: the endpoint's, which decides the metrics that it has.
        variant: the variant whose metrics are watched.
    """
    kind = "Inference component" if mode == COMPONENT else "Endpoint"
    prefix, watched_one = "", f"{kind} {endpoint_name}"
    if variant != MAIN_VARIANT:
        prefix, watched_one = pascal_case(variant), f"{watched_one}, variant {variant}"
    dimension = {"name": "VariantName", "value": production_variant(variant)}

    def dimensions(watched: _Watched) -> list[dict[str, str]]:
        if mode == COMPONENT:
            return [{"name": "InferenceComponentName", "value": endpoint_name}]
        of_endpoint = {"name": "EndpointName", "value": endpoint_name}
        return [of_endpoint, *([dimension] if watched.has_variant else [])]

    return [
        cloudwatch.CfnAlarm(
            scope,
            f"{prefix}{watched.construct_id}",
            alarm_description=(
                f"{watched_one}, in five minutes: {watched.sentence}. "
                f"What to do: agcdk logs --endpoint {predictor}"
            ),
            namespace=_NAMESPACE,
            metric_name=watched.metric,
            dimensions=dimensions(watched),
            statistic=watched.statistic,
            extended_statistic=watched.percentile,
            period=_PERIOD_SECONDS,
            evaluation_periods=1,
            threshold=watched.threshold,
            comparison_operator="GreaterThanOrEqualToThreshold",
            # An endpoint without requests has no such metrics, and is well.
            treat_missing_data="notBreaching",
            alarm_actions=[topic_arn],
        )
        for watched in _watched(alarms)
        if watched.threshold is not None and watched.only in (None, mode)
    ]


def undoing(alarms: Sequence[cloudwatch.CfnAlarm]) -> list[str]:
    """Return the names of those alarms that say that an update is a bad one."""
    return [alarm.ref for alarm in alarms if alarm.metric_name in _UNDOING]


def _watched(alarms: EndpointAlarms) -> tuple[_Watched, ...]:
    return (
        _Watched(
            construct_id="ServerErrors",
            metric="Invocation5XXErrors",
            threshold=alarms.server_errors,
            sentence=f"{alarms.server_errors} answers with a status of 500 or more",
        ),
        _Watched(
            construct_id="RejectedRequests",
            metric="Invocation4XXErrors",
            threshold=alarms.rejected_requests,
            sentence=f"{alarms.rejected_requests} answers with a status from 400 to 499",
        ),
        _Watched(
            construct_id="Latency",
            metric="ModelLatency",
            threshold=_in_microseconds(alarms.latency_ms),
            percentile="p99",
            sentence=f"one in a hundred requests took the container {alarms.latency_ms} ms",
        ),
        _Watched(
            construct_id="Overhead",
            metric="OverheadLatency",
            threshold=_in_microseconds(alarms.overhead_ms),
            percentile="p99",
            sentence=f"SageMaker added {alarms.overhead_ms} ms to one in a hundred requests",
        ),
        _Watched(
            construct_id="OldestRequest",
            metric="ApproximateAgeOfOldestRequest",
            threshold=alarms.oldest_request_seconds,
            only=ASYNCHRONOUS,
            sentence=f"a request has had no answer for {alarms.oldest_request_seconds} seconds",
        ),
        _Watched(
            construct_id="Concurrency",
            metric="ServerlessConcurrentExecutionsUtilization",
            threshold=_as_share(alarms.concurrency_percent),
            only=SERVERLESS,
            sentence=f"{alarms.concurrency_percent} % of max_concurrency were in use",
        ),
        _Watched(
            construct_id="ModelSetup",
            metric="ModelSetupTime",
            threshold=_in_microseconds(alarms.model_setup_ms),
            percentile="p99",
            only=SERVERLESS,
            sentence=f"one in a hundred cold starts took {alarms.model_setup_ms} ms",
        ),
    )


def _as_share(percent: int | None) -> float | None:
    return None if percent is None else percent / 100


def _in_microseconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds * _MICROSECONDS
