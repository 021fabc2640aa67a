"""The operations of alarms."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from embedded_aws.alarms.alarm import STATES, Alarm, Alarms, validation_error
from embedded_aws.alarms.alarm_checks import check_composite_alarm, check_metric_alarm
from embedded_aws.alarms.composite_rule import Rule
from embedded_aws.alarms.evaluator import Evaluator
from embedded_aws.alarms.transitions import Transitions
from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.runtime import Runtime

_PAGE = 100
# CloudWatch API reference, PutMetricData: "time stamps that are as much as two weeks before the
# current date, and as much as 2 hours after the current day and time".
_OLDEST_DATA, _NEWEST_DATA = timedelta(weeks=2), timedelta(hours=2)
_KINDS = ("MetricAlarm", "CompositeAlarm")


class AlarmsApi:
    """Answers CloudWatch's operations of alarms."""

    def __init__(
        self, runtime: Runtime, alarms: Alarms, transitions: Transitions, evaluator: Evaluator
    ) -> None:
        self._runtime = runtime
        self._alarms = alarms
        self._transitions = transitions
        self._evaluator = evaluator

    def operations(self) -> dict[str, Operation]:
        """Return the handlers by operation."""
        return {
            "PutMetricAlarm": self.put_metric_alarm,
            "PutCompositeAlarm": self.put_composite_alarm,
            "DescribeAlarms": self.describe,
            "DescribeAlarmsForMetric": self.describe_for_metric,
            "DescribeAlarmHistory": self.history,
            "DeleteAlarms": self.delete,
            "SetAlarmState": self.set_state,
            "EnableAlarmActions": lambda call: self._switch(call, enabled=True),
            "DisableAlarmActions": lambda call: self._switch(call, enabled=False),
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.list_tags,
            "PutMetricData": self.put_metric_data,
        }

    def put_metric_alarm(self, call: ApiCall) -> None:
        """Create or change a metric alarm; a changed one keeps its state."""
        check_metric_alarm(call.params, self._runtime.alarm_actions)
        self._put(call, None)

    def put_composite_alarm(self, call: ApiCall) -> None:
        """Create or change a composite alarm, and evaluate it at once."""
        rule = check_composite_alarm(call.params, self._runtime.alarm_actions)
        known = self._alarms.region(call.region)
        for child in rule.children:
            name = child.rpartition(":alarm:")[2]
            if name not in known and name != call.params["AlarmName"]:
                raise validation_error(
                    f"Could not save the composite alarm as alarms [{name}] in the alarm rule do "
                    "not exist"
                )
        if self._leads_to(call.region, rule, call.params["AlarmName"]):
            raise validation_error(
                f"The alarm rule of {call.params['AlarmName']} refers to the alarm itself."
            )
        self._evaluator.consider(self._put(call, rule))

    def _leads_to(self, region: str, rule: Rule, name: str) -> bool:
        alarms, seen, waiting = self._alarms.region(region), set(), list(rule.children)
        while waiting:
            child = waiting.pop().rpartition(":alarm:")[2]
            if child == name:
                return True
            if child not in seen and child in alarms:
                seen.add(child)
                inner = alarms[child].rule
                waiting += inner.children if inner else ()
        return False

    def _put(self, call: ApiCall, rule: Rule | None) -> Alarm:
        params = {name: value for name, value in call.params.items() if name != "Tags"}
        name, now = params["AlarmName"], self._runtime.clock.now()
        with self._alarms.lock:
            alarms = self._alarms.region(call.region)
            old = alarms.get(name)
            if old is not None and (old.rule is None) != (rule is None):
                raise validation_error(f"An alarm of another type exists: {name}")
            tags = {tag["Key"]: tag["Value"] for tag in call.params.get("Tags") or ()}
            alarm = Alarm(
                name=name,
                arn=f"arn:aws:cloudwatch:{call.region}:{call.account_id}:alarm:{name}",
                region=call.region,
                request=params,
                configured=now,
                rule=rule,
                tags=tags,
            )
            if old is not None:
                alarm.state, alarm.reason = old.state, old.reason
                alarm.reason_data, alarm.updated = old.reason_data, old.updated
                alarm.history, alarm.tags = old.history, old.tags
            alarms[name] = alarm
            verb = "created" if old is None else "updated"
            data = json.dumps({"version": "1.0", "type": "Update"}, default=str)
            alarm.remember("ConfigurationUpdate", now, f'Alarm "{name}" {verb}', data)
        self._evaluator.begin()
        return alarm

    def describe(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeAlarms."""
        params = call.params
        for member in ("ChildrenOfAlarmName", "ParentsOfAlarmName"):
            if params.get(member):
                raise ApiError(
                    "NotImplemented",
                    f"The embedded AWS does not support cloudwatch:DescribeAlarms with {member}.",
                    status=501,
                )
        if params.get("AlarmNames") and params.get("AlarmNamePrefix"):
            raise validation_error("AlarmNamePrefix and AlarmNames are mutually exclusive.")
        # API reference: composite alarms only where they are asked for.
        kinds = params.get("AlarmTypes") or ["MetricAlarm"]
        found = [
            alarm
            for alarm in self._sorted(call.region)
            if alarm.kind in kinds and _is_wanted(alarm, params)
        ]
        begin = _begin(params)
        end = begin + (params.get("MaxRecords") or _PAGE)
        answer: dict[str, Any] = {
            f"{kind}s": [a.described() for a in found[begin:end] if a.kind == kind]
            for kind in _KINDS
        }
        if end < len(found):
            answer["NextToken"] = str(end)
        return answer

    def describe_for_metric(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeAlarmsForMetric."""
        params = call.params
        dimensions = {(d["Name"], d["Value"]) for d in params.get("Dimensions") or ()}
        members = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Unit")
        wanted = {name: params[name] for name in members if params.get(name) is not None}
        found = []
        for alarm in self._sorted(call.region):
            request = alarm.request
            own = {(d["Name"], d["Value"]) for d in request.get("Dimensions") or ()}
            if own == dimensions and all(request.get(n) == v for n, v in wanted.items()):
                found.append(alarm.described())
        return {"MetricAlarms": found}

    def history(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeAlarmHistory, newest first unless asked otherwise."""
        params = call.params
        kinds = params.get("AlarmTypes") or ["MetricAlarm"]
        alarms = [alarm for alarm in self._sorted(call.region) if alarm.kind in kinds]
        if params.get("AlarmName"):
            alarms = [alarm for alarm in alarms if alarm.name == params["AlarmName"]]
        with self._alarms.lock:
            items = [item for alarm in alarms for item in alarm.history]
        kind, start, stop = (
            params.get("HistoryItemType"),
            params.get("StartDate"),
            params.get("EndDate"),
        )
        items = [
            item
            for item in items
            if (not kind or item["HistoryItemType"] == kind)
            and (not start or item["Timestamp"].timestamp() >= start.timestamp())
            and (not stop or item["Timestamp"].timestamp() <= stop.timestamp())
        ]
        ascending = params.get("ScanBy") == "TimestampAscending"
        items.sort(key=lambda item: item["Timestamp"], reverse=not ascending)
        begin = _begin(params)
        end = begin + (params.get("MaxRecords") or _PAGE)
        answer: dict[str, Any] = {"AlarmHistoryItems": items[begin:end]}
        if end < len(items):
            answer["NextToken"] = str(end)
        return answer

    def delete(self, call: ApiCall) -> None:
        """Delete alarms; one that does not exist is ignored."""
        with self._alarms.lock:
            alarms = self._alarms.region(call.region)
            for name in call.params["AlarmNames"]:
                alarms.pop(name, None)

    def set_state(self, call: ApiCall) -> None:
        """Set a state by hand, which runs its actions; the next evaluation may change it."""
        params = call.params
        alarm = self._alarms.region(call.region).get(params["AlarmName"])
        if alarm is None:
            raise ApiError("ResourceNotFound", "Unknown", status=404)
        data = params.get("StateReasonData")
        if data is not None:
            try:
                json.loads(data)
            except ValueError as error:
                raise ApiError("InvalidFormat", "Unknown", status=400) from error
        self._transitions.change(alarm, params["StateValue"], params["StateReason"], data)

    def tag(self, call: ApiCall) -> None:
        """Add tags to an alarm."""
        alarm = self._tagged(call)
        alarm.tags.update({tag["Key"]: tag["Value"] for tag in call.params["Tags"]})

    def untag(self, call: ApiCall) -> None:
        """Remove tags from an alarm."""
        alarm = self._tagged(call)
        for key in call.params["TagKeys"]:
            alarm.tags.pop(key, None)

    def list_tags(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListTagsForResource."""
        tags = self._tagged(call).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def put_metric_data(self, call: ApiCall) -> None:
        """Keep values, with the clock's time where they have none."""
        data = call.params.get("MetricData") or []
        if call.params.get("EntityMetricData"):
            raise ApiError(
                "NotImplemented",
                "The embedded AWS does not support cloudwatch:PutMetricData with EntityMetricData.",
                status=501,
            )
        now = self._runtime.clock.now()
        for number, datum in enumerate(data, 1):
            moment = datum.get("Timestamp") or now
            if not now - _OLDEST_DATA <= _aware(moment) <= now + _NEWEST_DATA:
                raise ApiError(
                    "InvalidParameterValue",
                    f"The parameter MetricData.member.{number}.Timestamp must specify a time "
                    "within the past two weeks, and no more than two hours in the future.",
                    status=400,
                )
        # moto compares times without a zone, in UTC.
        for datum in data:
            datum["Timestamp"] = _naive(datum.get("Timestamp") or now)
        backend = cloudwatch_backends[self._runtime.account_id][call.region]
        backend.put_metric_data(call.params["Namespace"], data)

    def _tagged(self, call: ApiCall) -> Alarm:
        arn = call.params["ResourceARN"]
        for alarm in self._sorted(call.region):
            if alarm.arn == arn:
                return alarm
        raise ApiError("ResourceNotFoundException", f"{arn} does not exist.", status=404)

    def _sorted(self, region: str) -> list[Alarm]:
        with self._alarms.lock:
            return sorted(self._alarms.region(region).values(), key=lambda alarm: alarm.name)

    def _switch(self, call: ApiCall, *, enabled: bool) -> None:
        alarms = self._alarms.region(call.region)
        for name in call.params["AlarmNames"]:
            if name in alarms:
                alarms[name].request["ActionsEnabled"] = enabled


def _is_wanted(alarm: Alarm, params: dict[str, Any]) -> bool:
    if params.get("AlarmNames") and alarm.name not in params["AlarmNames"]:
        return False
    if not alarm.name.startswith(params.get("AlarmNamePrefix") or ""):
        return False
    if params.get("StateValue") and alarm.state != params["StateValue"]:
        return False
    prefix = params.get("ActionPrefix")
    actions = [arn for state in STATES for arn in alarm.actions(state)]
    return not prefix or any(arn.startswith(prefix) for arn in actions)


def _begin(params: dict[str, Any]) -> int:
    token = params.get("NextToken") or "0"
    if not token.isdigit():
        raise ApiError("InvalidNextToken", "The next token specified is invalid.", status=400)
    return int(token)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _naive(moment: datetime) -> datetime:
    return _aware(moment).astimezone(UTC).replace(tzinfo=None)
