"""The events of executions: Step Functions guide, "Automating ... delivery with EventBridge"."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from embedded_aws.service_events import ServiceEvent
from embedded_aws.stepfunctions.execution.execution import Execution

_TEXTS_LIMIT_BYTES = 248 * 1024  # input, and output, are left out beyond that


def status_change(execution: Execution) -> ServiceEvent:
    """Return `Step Functions Execution Status Change`; times are milliseconds since 1970."""
    described = execution.describe()
    members = (
        "executionArn", "stateMachineArn", "stateMachineVersionArn", "stateMachineAliasArn",
        "name", "status", "startDate", "stopDate", "input", "output", "error", "cause",
        "redriveCount", "redriveDate", "redriveStatus", "redriveStatusReason",
    )  # fmt: skip
    detail = {name: _plain(described.get(name)) for name in members}
    size = 0
    for name in ("output", "input"):
        text = detail[name]
        if text is None:
            detail[f"{name}Details"] = None
            continue
        size += len(json.dumps(text).encode())
        included = size <= _TEXTS_LIMIT_BYTES
        detail[name] = text if included else None
        detail[f"{name}Details"] = {"included": included}
    return ServiceEvent(
        "aws.states",
        "Step Functions Execution Status Change",
        execution.order.region,
        detail,
        (execution.order.arn,),
    )


def _plain(value: Any) -> Any:
    return int(value.timestamp() * 1000) if isinstance(value, datetime) else value
