"""Check schedules as EventBridge Scheduler does, and refuse by name what is not invoked here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedded_aws.deliveries.schedule import Schedule, ScheduleError, parse_schedule
from embedded_aws.deliveries.targets import arn_service
from embedded_aws.gateway import ApiError
from embedded_aws.runtime import Runtime
from embedded_aws.scheduler.schedules import invalid
from embedded_aws.scheduler.universal_target import (
    UniversalTargetError,
    check_input,
    find_operation,
    is_universal,
)

PRINCIPAL = "scheduler.amazonaws.com"
_TEMPLATED = ("lambda", "states", "sns", "sqs")
_HONOURED = frozenset(
    {"Arn", "DeadLetterConfig", "Input", "RetryPolicy", "RoleArn", "SqsParameters"}
)
_EARLIEST_START_SECONDS = 300  # API reference, CreateSchedule: a start 5 minutes ago at most


def check_schedule(params: Mapping[str, Any], now: float) -> Schedule:
    """Return when a schedule comes due. Raises ApiError."""
    if params.get("KmsKeyArn"):
        raise _unsupported("KmsKeyArn")
    _check_window(params["FlexibleTimeWindow"])
    zone = params.get("ScheduleExpressionTimezone") or "UTC"
    expression = params["ScheduleExpression"]
    try:
        times = parse_schedule(expression, zone, one_time=True, singular=True)
    except ScheduleError as error:
        what = f"Schedule Expression {expression}"
        if "time zone" in str(error):
            what = f"ScheduleExpressionTimezone {zone}"
        raise invalid(f"Invalid {what}.") from error
    start, end = params.get("StartDate"), params.get("EndDate")
    if start is not None and start.timestamp() < now - _EARLIEST_START_SECONDS:
        raise invalid("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if end is not None and end.timestamp() <= max(now, start.timestamp() if start else now):
        raise invalid("The EndDate you specify must come after the StartDate and be in the future.")
    _check_target(params["Target"])
    return times


def check_role(runtime: Runtime, role_arn: str, group_arn: str) -> None:
    """Refuse a role that does not trust the Scheduler. Raises ApiError."""
    try:
        runtime.role_credentials(role_arn, PRINCIPAL, "check", group_arn)
    except ApiError as error:
        raise invalid(
            "The execution role you provide must allow AWS EventBridge Scheduler to assume the "
            "role."
        ) from error


def _check_window(window: Mapping[str, Any]) -> None:
    minutes = window.get("MaximumWindowInMinutes")
    if window["Mode"] == "OFF" and minutes is not None:
        raise invalid("MaximumWindowInMinutes must not be set when Mode is OFF.")
    if window["Mode"] == "FLEXIBLE" and minutes is None:
        raise invalid("MaximumWindowInMinutes is required when Mode is FLEXIBLE.")


def _check_target(target: Mapping[str, Any]) -> None:
    unknown = sorted({name for name, value in target.items() if value} - _HONOURED)
    if unknown:
        raise _unsupported(f"Target.{unknown[0]}")
    arn = target["Arn"]
    if is_universal(arn):
        try:
            check_input(*find_operation(arn), target.get("Input") or "{}")
        except UniversalTargetError as error:
            raise invalid(f"Invalid RequestJson provided. Reason: {error}") from error
    elif arn_service(arn) not in _TEMPLATED:
        raise _unsupported(
            f"targets such as {arn}; supported are Lambda functions, state machines, SNS topics, "
            "SQS queues and universal targets"
        )
    if arn.endswith(".fifo") and not target.get("SqsParameters"):
        raise invalid("SqsParameters.MessageGroupId is required for a FIFO queue.")
    if target.get("SqsParameters") and arn_service(arn) != "sqs":
        raise invalid("SqsParameters is only valid for SQS targets.")


def _unsupported(what: str) -> ApiError:
    return ApiError(
        "NotImplemented",
        f"The embedded AWS does not support scheduler:CreateSchedule with {what}.",
        status=501,
    )
