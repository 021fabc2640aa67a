"""The events of SageMaker: SageMaker guide, "Events that SageMaker AI sends to EventBridge"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
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
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def state_change(
    detail_type: str, region: str, record: Record, described: Mapping[str, Any]
) -> ServiceEvent:
    """Return the event of a resource whose Describe answer is `described`.

    Times are milliseconds since 1970. Of endpoints, the status is written in capitals:
    `IN_SERVICE`, not `InService`.
    """
    detail = {name: _plain(value) for name, value in described.items()}
    if "EndpointStatus" in detail:
        detail["EndpointStatus"] = _WORD.sub("_", detail["EndpointStatus"]).upper()
    detail["Tags"] = dict(record.tags)
    return ServiceEvent("aws.sagemaker", detail_type, region, detail, (record.arn,))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp() * 1000)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
