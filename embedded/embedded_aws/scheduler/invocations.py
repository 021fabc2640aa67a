"""Invoke the targets of schedules when they come due."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ParamValidationError

from embedded_aws.deliveries.delivery_queue import DeliveryQueue, Order
from embedded_aws.deliveries.targets import DeliveryError, Target, Targets
from embedded_aws.runtime import Runtime
from embedded_aws.scheduler.schedule_checks import PRINCIPAL
from embedded_aws.scheduler.schedules import Groups, Schedule
from embedded_aws.scheduler.universal_target import (
    UniversalTargetError,
    call_universal,
    find_operation,
    is_universal,
)

_A_MOMENT = 1e-3


class _ScheduleTargets(Targets):
    """Delivers also to universal targets."""

    def send(self, target: Target, payload: str) -> None:
        """Call the action of a universal target, or deliver as others do."""
        if not is_universal(target.arn):
            super().send(target, payload)
            return
        service, operation = find_operation(target.arn)
        client = self.client(target, service, target.source_arn.split(":")[3])
        try:
            call_universal(client, operation, payload)
        except (UniversalTargetError, ParamValidationError) as error:
            raise DeliveryError("INVALID_PARAMETER", str(error)) from error


class Invocations:
    """Sets the timers of schedules, and deletes those that are over and ask for it."""

    def __init__(self, runtime: Runtime, groups: Groups) -> None:
        self._runtime = runtime
        self._groups = groups
        self._queue = DeliveryQueue(
            runtime, PRINCIPAL, "scheduler", _ScheduleTargets(runtime, PRINCIPAL)
        )

    def plan(self, schedule: Schedule) -> None:
        """Set the timer of the next invocation; one of a rate begins at once."""
        self._plan(schedule, max(self._runtime.clock.time(), schedule.begin) - _A_MOMENT)

    def _plan(self, schedule: Schedule, after: float) -> None:
        due = self._next(schedule, after)
        if due is not None:
            schedule.timer = self._runtime.clock.at(due, lambda: self._fire(schedule, due))

    def _next(self, schedule: Schedule, after: float) -> float | None:
        due = schedule.times.next_after(after, schedule.begin)
        if due is None or (schedule.end is not None and due > schedule.end):
            return None
        return due

    def _fire(self, schedule: Schedule, due: float) -> None:
        if not self._groups.is_current(schedule):
            return
        # A time that the machine slept through is not made up for.
        after = max(due, self._runtime.clock.time())
        is_last = self._next(schedule, after) is None
        if schedule.enabled:
            self._queue.submit(self._order(schedule, due, is_last=is_last))
        self._plan(schedule, after)

    def _order(self, schedule: Schedule, due: float, *, is_last: bool) -> Order:
        target = schedule.target
        retry = target.get("RetryPolicy") or {}
        execution_id = str(uuid.uuid4())
        moment = datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        order = Order(
            target=Target(
                arn=target["Arn"],
                source_arn=self._groups.group_arn(schedule.region, schedule.group),
                role_arn=target["RoleArn"],
                message_group=(target.get("SqsParameters") or {}).get("MessageGroupId"),
            ),
            payload=self._payload(schedule, moment, execution_id),
            label=f"schedule {schedule.name}",
            dead_letter_arn=(target.get("DeadLetterConfig") or {}).get("Arn"),
            dead_letter_role=target["RoleArn"],
            # Scheduler guide, "Retrieve the dead-letter event".
            dead_letter_attributes={
                "SCHEDULE_ARN": schedule.arn,
                "SCHEDULED_TIME": moment,
                "TARGET_ARN": target["Arn"],
                "EXECUTION_ID": execution_id,
                "IS_PAYLOAD_TRUNCATED": "false",
            },
            done=(lambda: self._complete(schedule)) if is_last else (lambda: None),
        )
        if retry.get("MaximumRetryAttempts") is not None:
            order.maximum_retries = retry["MaximumRetryAttempts"]
        if retry.get("MaximumEventAgeInSeconds") is not None:
            order.maximum_age_seconds = retry["MaximumEventAgeInSeconds"]
        return order

    def _payload(self, schedule: Schedule, moment: str, execution_id: str) -> str:
        """Return the input, its context attributes filled in; without one, a default event."""
        given = schedule.target.get("Input")
        if given is None:
            event: dict[str, Any] = {
                "version": "0",
                "id": execution_id,
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": self._runtime.account_id,
                "time": moment,
                "region": schedule.region,
                "resources": [schedule.arn],
                "detail": "{}",
            }
            return json.dumps(event)
        text = str(given)
        # Scheduler guide, "Adding context attributes".
        for name, value in {
            "schedule-arn": schedule.arn,
            "scheduled-time": moment,
            "execution-id": execution_id,
            "attempt-number": "1",
        }.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text

    def _complete(self, schedule: Schedule) -> None:
        """Delete a schedule after its last invocation, where it asks for that."""
        if schedule.request.get("ActionAfterCompletion") != "DELETE":
            return
        with self._groups.lock:
            if self._groups.is_current(schedule):
                del self._groups.group(schedule.region, schedule.group).schedules[schedule.name]
        self._runtime.log.event("scheduler", f"schedule {schedule.name} is over and deleted")
