"""Estimate what serverless endpoints cost: by the seconds that their containers answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from autogluon_contracts.names import VARIANT

PROVISIONED_IS_EXTRA = (
    "Provisioned concurrency is billed all the time, too, at a price that the catalogue does not "
    "have"
)
WARM_IS_EXTRA = "and what stays warm all the time, at a price that the catalogue does not have"
_DAY_SECONDS = 86_400
_MICROSECONDS = 1e6


@dataclass(frozen=True)
class ServerlessEstimate:
    """The requests of one serverless endpoint in some days.

    `seconds` and `usd` are None where the caller may not read metrics.
    """

    predictor: str
    name: str
    memory_mb: int
    provisioned_concurrency: int | None
    seconds: float | None
    usd: float | None

    def document(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return dict(vars(self))


def serverless_usd_per_second(memory_mb: int) -> float:
    """Return the list price of a second of one container that answers."""
    from autogluon_constructs.catalogues.serverless_prices import USD_PER_GB_SECOND

    return memory_mb / 1024 * USD_PER_GB_SECOND


def estimate_serverless(
    cloudwatch: Any, predictor: str, name: str, settings: Mapping[str, Any], days: int
) -> ServerlessEstimate:
    """Price the seconds that an endpoint's containers took for requests.

    Args:
        cloudwatch: boto3's client.
        settings: what the endpoint has now, by the names of the settings.
        days: how far back to look.
    """
    memory_mb = settings["memory_mb"]
    seconds = _answering_seconds(cloudwatch, name, days)
    usd = None if seconds is None else seconds * serverless_usd_per_second(memory_mb)
    warm = settings["provisioned_concurrency"]
    return ServerlessEstimate(predictor, name, memory_mb, warm, seconds, usd)


def _answering_seconds(cloudwatch: Any, name: str, days: int) -> float | None:
    from botocore.exceptions import ClientError

    now = datetime.now(UTC)
    try:
        points = cloudwatch.get_metric_statistics(
            Namespace="AWS/SageMaker",
            MetricName="ModelLatency",
            Dimensions=[
                {"Name": "EndpointName", "Value": name},
                {"Name": "VariantName", "Value": VARIANT},
            ],
            StartTime=now - timedelta(days=days),
            EndTime=now + timedelta(days=1),  # this machine's clock may be behind
            Period=_DAY_SECONDS,
            Statistics=["Sum"],
        )["Datapoints"]
    except ClientError as error:
        if error.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}:
            return None
        raise
    return float(sum(point["Sum"] for point in points)) / _MICROSECONDS
