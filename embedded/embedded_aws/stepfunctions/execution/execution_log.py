"""Deliver execution events to CloudWatch Logs as a state machine's logging settings say.

AWS delivers them through a log delivery that the state machine's role may set up; here that is a
check at creation, and the delivery is the service's own.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.asl.eval.event.logging import is_logging_enabled_for

from embedded_aws.credentials import SERVICES
from embedded_aws.log_shipper import LogDestination, LogShipper
from embedded_aws.stepfunctions.execution.state_machine import StateMachine

_DATA_MEMBERS = {"input", "output", "parameters", "error", "cause", "assignedVariables"}


def log_group_name(logging: dict[str, Any]) -> str | None:
    """Return the log group of a loggingConfiguration; None when logging is off."""
    destinations = logging.get("destinations") or []
    if logging["level"] == "OFF" or not destinations:
        return None
    arn: str = destinations[0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    return arn.split(":log-group:", 1)[-1].removesuffix(":*")


def event_logger(
    shipper: LogShipper, machine: StateMachine, execution_arn: str
) -> Callable[[dict[str, Any]], None] | None:
    """Return a function that logs an event; None when the machine does not log."""
    group = log_group_name(machine.logging)
    if group is None:
        return None
    level, with_data = machine.logging["level"], machine.logging["includeExecutionData"]
    minute = time.strftime("%Y-%m-%d-%H-%M", time.gmtime())
    destination = LogDestination(
        group, f"states/{machine.name}/{minute}/{uuid.uuid4().hex[:8]}", SERVICES, machine.region
    )

    def log(event: dict[str, Any]) -> None:
        if is_logging_enabled_for(log_level=level, history_event_type=event["type"]):
            shipper.ship(destination, [_line(event, execution_arn, with_data=with_data)])

    return log


def _line(event: dict[str, Any], execution_arn: str, *, with_data: bool) -> str:
    details: dict[str, Any] = next((v for k, v in event.items() if k.endswith("EventDetails")), {})
    if not with_data:
        details = {k: v for k, v in details.items() if k not in _DATA_MEMBERS}
    return json.dumps(
        {
            "id": str(event["id"]),
            "type": event["type"],
            "details": details,
            "previous_event_id": str(event["previousEventId"]),
            "event_timestamp": str(int(event["timestamp"].timestamp() * 1000)),
            "execution_arn": execution_arn,
        }
    )
