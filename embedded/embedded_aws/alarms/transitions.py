"""Changes of an alarm's state: recorded, announced, and acted upon."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from embedded_aws.alarm_actions import AlarmTransition
from embedded_aws.alarms.action_messages import (
    bus_detail,
    function_event,
    topic_message,
    topic_subject,
)
from embedded_aws.alarms.alarm import Alarm, Alarms
from embedded_aws.deliveries.targets import Target, Targets
from embedded_aws.runtime import Runtime
from embedded_aws.service_events import ServiceEvent

_CLOUDWATCH = "cloudwatch.amazonaws.com"
_TO_FUNCTIONS = "lambda.alarms.cloudwatch.amazonaws.com"
# These are repeated while the state lasts: CloudWatch guide, "Alarm actions".
_REPEATED_PREFIX = "arn:aws:autoscaling:"


class Transitions:
    """Changes states and runs actions, in the order in which states change."""

    def __init__(self, runtime: Runtime, alarms: Alarms) -> None:
        self._runtime = runtime
        self._alarms = alarms
        self._listeners: list[Callable[[Alarm], None]] = []
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="alarm-actions")
        runtime.on_close.append(lambda: self._worker.shutdown(wait=False, cancel_futures=True))
        topics, functions = Targets(runtime, _CLOUDWATCH), Targets(runtime, _TO_FUNCTIONS)
        account = runtime.account_id

        def publish(arn: str, transition: AlarmTransition) -> None:
            target = Target(arn, transition.arn, subject=topic_subject(transition))
            topics.deliver(target, topic_message(transition, account))

        def invoke(arn: str, transition: AlarmTransition) -> None:
            functions.deliver(Target(arn, transition.arn), function_event(transition, account))

        runtime.alarm_actions.register("arn:aws:sns:", publish)
        runtime.alarm_actions.register("arn:aws:lambda:", invoke)

    def on_change(self, listener: Callable[[Alarm], None]) -> None:
        """Tell `listener` of every alarm whose state has changed."""
        self._listeners.append(listener)

    def change(self, alarm: Alarm, state: str, reason: str, reason_data: str | None) -> None:
        """Give an alarm a state; one that it has already only updates the reason."""
        moment = self._runtime.clock.now()
        with self._alarms.lock:
            old = alarm.state
            alarm.reason, alarm.reason_data = reason, reason_data
            if old == state:
                return
            alarm.state, alarm.updated = state, moment
            transition = self._transition(alarm, old, moment)
            self._record(alarm, transition)
        self._runtime.log.event("cloudwatch", f"alarm {alarm.name}: {old} -> {state}")
        self._runtime.events.publish(
            ServiceEvent(
                "aws.cloudwatch",
                "CloudWatch Alarm State Change",
                alarm.region,
                bus_detail(alarm, transition),
                (alarm.arn,),
            )
        )
        self._act(alarm, transition, alarm.actions(state))
        for listener in self._listeners:
            listener(alarm)

    def repeat(self, alarm: Alarm) -> None:
        """Run again the scaling actions of the state in which an alarm remains."""
        actions = [arn for arn in alarm.actions(alarm.state) if arn.startswith(_REPEATED_PREFIX)]
        if actions:
            moment = self._runtime.clock.now()
            self._act(alarm, self._transition(alarm, alarm.state, moment), actions)

    def _transition(self, alarm: Alarm, old: str, moment: datetime) -> AlarmTransition:
        return AlarmTransition(
            name=alarm.name,
            arn=alarm.arn,
            region=alarm.region,
            old_state=old,
            new_state=alarm.state,
            reason=alarm.reason,
            reason_data=alarm.reason_data,
            at=moment,
            settings=alarm.request,
            breach_value=alarm.breach_value,
        )

    def _record(self, alarm: Alarm, transition: AlarmTransition) -> None:
        old, new = transition.old_state, transition.new_state
        state = {"stateValue": new, "stateReason": transition.reason}
        if transition.reason_data:
            state["stateReasonData"] = json.loads(transition.reason_data)
        data = {"version": "1.0", "oldState": {"stateValue": old}, "newState": state}
        alarm.remember(
            "StateUpdate", transition.at, f"Alarm updated from {old} to {new}", json.dumps(data)
        )

    def _act(self, alarm: Alarm, transition: AlarmTransition, actions: list[str]) -> None:
        if not alarm.actions_enabled:
            return
        for arn in actions:
            try:
                self._worker.submit(self._run, alarm, transition, arn)
            except RuntimeError:  # shut down
                return

    def _run(self, alarm: Alarm, transition: AlarmTransition, arn: str) -> None:
        action = self._runtime.alarm_actions.find(arn)
        state, error = "Succeeded", None
        try:
            if action is None:
                raise LookupError("nothing carries out such actions any more")
            action(arn, transition)
        except Exception as failure:  # noqa: BLE001 - whatever the action's service says
            state, error = "Failed", str(failure)
            self._runtime.log.event("cloudwatch", f"alarm {alarm.name}: {arn} failed: {failure}")
        data = {"actionState": state, "notificationResource": arn, "error": error}
        outcome = "Successfully executed" if error is None else "Failed to execute"
        with self._alarms.lock:
            alarm.remember(
                "Action",
                self._runtime.clock.now(),
                f"{outcome} action {arn}",
                json.dumps({key: value for key, value in data.items() if value is not None}),
            )
