"""The events of SageMaker: SageMaker guide, "Events that SageMaker AI sends to EventBridge"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from embedded_aws.sagemaker.state import Record
from embedded_aws.service_events import ServiceEvent

TRAINING_JOB = "SageMaker Training Job State Change"
PROCESSING_JOB = "SageMaker Processing Job State Change"
TUNING_JOB = "SageMaker HyperParameter Tuning Job State Change"
TRANSFORM_JOB = "SageMaker Transform Job State Change"
ENDPOINT = "SageMaker Endpoint State Change"
DEPLOYMENT = "SageMaker Endpoint Deployment State Change"
MODEL_PACKAGE = "SageMaker Model Package State Change"
# Whose examples in the guide have times such as 2021-02-24T17:00:14Z; others have milliseconds.
_ISO_TIMES = (MODEL_PACKAGE, TRANSFORM_JOB)
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def state_change(
    detail_type: str, region: str, record: Record, described: Mapping[str, Any]
) -> ServiceEvent:
    """Return the event of a resource whose Describe answer is `described`.

    Times are milliseconds since 1970; of model packages and transform jobs they are ISO 8601. Of
    endpoints, the status is written in capitals: `IN_SERVICE`, not `InService`.
    """
    time_of = _iso if detail_type in _ISO_TIMES else _milliseconds
    detail = {name: _plain(value, time_of) for name, value in described.items()}
    if "EndpointStatus" in detail:
        detail["EndpointStatus"] = _WORD.sub("_", detail["EndpointStatus"]).upper()
    detail["Tags"] = dict(record.tags)
    return ServiceEvent("aws.sagemaker", detail_type, region, detail, (record.arn,))


def _plain(value: Any, time_of: Callable[[datetime], int | str]) -> Any:
    if isinstance(value, datetime):
        return time_of(value)
    if isinstance(value, Mapping):
        return {name: _plain(item, time_of) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, time_of) for item in value]
    return value


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
