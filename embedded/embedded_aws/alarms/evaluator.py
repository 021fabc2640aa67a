"""Evaluate alarms as the clock goes: each minute, those of high resolution every ten seconds."""

from __future__ import annotations

import json
import threading

from embedded_aws.alarms.alarm import Alarm, Alarms
from embedded_aws.alarms.evaluation import evaluate, period_of
from embedded_aws.alarms.metric_series import MetricReader
from embedded_aws.alarms.transitions import Transitions
from embedded_aws.runtime import Runtime

_TICK_SECONDS = 10
_MINUTE_SECONDS = 60


class Evaluator:
    """Keeps the states of alarms up to date."""

    def __init__(self, runtime: Runtime, alarms: Alarms, transitions: Transitions) -> None:
        self._runtime = runtime
        self._alarms = alarms
        self._transitions = transitions
        self._begun = False
        self._lock = threading.Lock()
        transitions.on_change(self._reconsider_composites)

    def begin(self) -> None:
        """Evaluate from now on; an account without alarms costs nothing."""
        with self._lock:
            if not self._begun:
                self._begun = True
                self._runtime.clock.every(_TICK_SECONDS, self._tick)

    def resume(self) -> None:
        """Evaluate restored alarms."""
        if next(self._alarms.all(), None) is not None:
            self.begin()

    def consider(self, alarm: Alarm) -> None:
        """Evaluate one alarm now."""
        if alarm.rule is not None:
            self._consider_composite(alarm)
            return
        reader = MetricReader(self._runtime.account_id, alarm.region)
        verdict = evaluate(alarm, reader, self._runtime.clock.time())
        if not self._alarms.is_current(alarm) or verdict.state is None:
            return
        alarm.breach_value = verdict.newest
        if verdict.state == alarm.state:
            self._transitions.repeat(alarm)
            if alarm.updated is not None:
                return
        self._transitions.change(alarm, verdict.state, verdict.reason, verdict.reason_data)

    def _tick(self) -> None:
        now = self._runtime.clock.time()
        is_minute = now % _MINUTE_SECONDS < _TICK_SECONDS
        for alarm in self._alarms.all():
            if alarm.rule is None and (is_minute or period_of(alarm.request) < _MINUTE_SECONDS):
                self._consider_safely(alarm)

    def _consider_safely(self, alarm: Alarm) -> None:
        try:
            self.consider(alarm)
        except Exception as error:  # noqa: BLE001 - or no other alarm would be evaluated
            self._runtime.log.event(
                "cloudwatch", f"alarm {alarm.name} was not evaluated because of a fault: {error!r}"
            )

    def _reconsider_composites(self, changed: Alarm) -> None:
        for alarm in self._alarms.all():
            names = alarm.rule.children if alarm.rule else ()
            if alarm.region == changed.region and {changed.name, changed.arn} & set(names):
                self._consider_composite(alarm)

    def _consider_composite(self, alarm: Alarm) -> None:
        rule = alarm.rule
        if rule is None:
            return
        alarms = self._alarms.region(alarm.region)

        def look(function: str, reference: str) -> bool:
            name = reference.rpartition(":alarm:")[2]
            # A child that is gone is in no known state.
            state = alarms[name].state if name in alarms else "INSUFFICIENT_DATA"
            return state == function

        state = "ALARM" if rule.holds(look) else "OK"
        children = [
            {"arn": child.arn, "state": {"value": child.state}}
            for name in rule.children
            if (child := alarms.get(name.rpartition(":alarm:")[2])) is not None
        ]
        reason = f"{alarm.arn} transitioned to {state}: its rule {alarm.request['AlarmRule']} is "
        reason += "TRUE" if state == "ALARM" else "FALSE"
        self._transitions.change(alarm, state, reason, json.dumps({"triggeringAlarms": children}))
