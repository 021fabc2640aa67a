"""The operations of rules and their targets."""

from __future__ import annotations

from typing import Any

from embedded_aws.clock import Clock
from embedded_aws.deliveries.schedule import ScheduleError, parse_schedule
from embedded_aws.eventbridge.buses import DEFAULT_BUS, Buses, Rule, invalid
from embedded_aws.eventbridge.event_delivery import EventDelivery
from embedded_aws.eventbridge.pages import page
from embedded_aws.eventbridge.pattern import PatternError, parse_pattern
from embedded_aws.eventbridge.target_checks import check_target
from embedded_aws.gateway import ApiCall, ApiError, Operation

_TARGETS_LIMIT = 5  # EventBridge quotas: targets per rule
_STATES = {"ENABLED": True, "DISABLED": False, None: True}


class RulesApi:
    """Answers PutRule and its relatives."""

    def __init__(self, buses: Buses, delivery: EventDelivery, clock: Clock) -> None:
        self._buses = buses
        self._delivery = delivery
        self._clock = clock

    def operations(self) -> dict[str, Operation]:
        """Return the handlers by operation."""
        return {
            "PutRule": self.put_rule,
            "DescribeRule": self.describe_rule,
            "DeleteRule": self.delete_rule,
            "EnableRule": lambda call: self._switch(call, enabled=True),
            "DisableRule": lambda call: self._switch(call, enabled=False),
            "ListRules": self.list_rules,
            "PutTargets": self.put_targets,
            "RemoveTargets": self.remove_targets,
            "ListTargetsByRule": self.list_targets,
            "ListRuleNamesByTarget": self.list_names_by_target,
        }

    def put_rule(self, call: ApiCall) -> dict[str, Any]:
        """Create or change a rule; a change keeps its targets and tags."""
        params = call.params
        bus = self._buses.bus(call.region, params.get("EventBusName"))
        pattern_text = params.get("EventPattern") or None
        schedule_text = params.get("ScheduleExpression") or None
        if pattern_text is None and schedule_text is None:
            raise invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
        state = params.get("State")
        if state not in _STATES:
            raise ApiError(
                "NotImplemented",
                f"The embedded AWS does not support events:PutRule with State {state}.",
                status=501,
            )
        pattern = compile_pattern(pattern_text) if pattern_text else None
        schedule = None
        if schedule_text:
            if bus.name != DEFAULT_BUS:
                raise invalid("ScheduleExpression is supported only on the default event bus.")
            try:
                schedule = parse_schedule(schedule_text)
            except ScheduleError as error:
                raise invalid("Parameter ScheduleExpression is not valid.") from error
        with self._buses.lock:
            name = params["Name"]
            old = bus.rules.get(name)
            rule = Rule(
                name=name,
                arn=self._buses.rule_arn(call.region, bus.name, name),
                bus=bus.name,
                region=call.region,
                account_id=call.account_id,
                pattern_text=pattern_text,
                pattern=pattern,
                schedule_text=schedule_text,
                schedule=schedule,
                description=params.get("Description"),
                role_arn=params.get("RoleArn"),
                enabled=_STATES[state],
                targets=old.targets if old else {},
                tags=old.tags if old else tags_of(params),
            )
            if old is not None and old.timer is not None:
                old.timer.cancel()
            bus.rules[name] = rule
            self._schedule(rule, self._clock.time())
        return {"RuleArn": rule.arn}

    def describe_rule(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeRule."""
        rule = self._find(call, "Name")
        return {**rule.described(), "CreatedBy": rule.account_id}

    def delete_rule(self, call: ApiCall) -> None:
        """Delete a rule without targets; one that does not exist is ignored."""
        bus = self._buses.bus(call.region, call.params.get("EventBusName"))
        with self._buses.lock:
            rule = bus.rules.get(call.params["Name"])
            if rule is None:
                return
            if rule.targets:
                raise invalid("Rule can't be deleted since it has targets.")
            if rule.timer is not None:
                rule.timer.cancel()
            del bus.rules[rule.name]

    def list_rules(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListRules."""
        bus = self._buses.bus(call.region, call.params.get("EventBusName"))
        prefix = call.params.get("NamePrefix") or ""
        rules = [rule.described() for rule in bus.rules.values() if rule.name.startswith(prefix)]
        return page(call, "Rules", rules)

    def put_targets(self, call: ApiCall) -> dict[str, Any]:
        """Add or replace targets; one that is not valid refuses all."""
        rule = self._find(call, "Rule")
        for target in call.params["Targets"]:
            check_target(target, rule)
        with self._buses.lock:
            after = rule.targets | {target["Id"]: target for target in call.params["Targets"]}
            if len(after) > _TARGETS_LIMIT:
                raise ApiError(
                    "LimitExceededException",
                    "The requested resource exceeds the maximum number allowed.",
                    status=400,
                )
            rule.targets.update(after)
        return {"FailedEntryCount": 0, "FailedEntries": []}

    def remove_targets(self, call: ApiCall) -> dict[str, Any]:
        """Remove targets by id."""
        rule = self._find(call, "Rule")
        failed = []
        with self._buses.lock:
            for target_id in call.params["Ids"]:
                if rule.targets.pop(target_id, None) is None:
                    failed.append(
                        {
                            "TargetId": target_id,
                            "ErrorCode": "ResourceNotFoundException",
                            "ErrorMessage": f"Rule {rule.name} has no target {target_id}.",
                        }
                    )
        return {"FailedEntryCount": len(failed), "FailedEntries": failed}

    def list_targets(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListTargetsByRule."""
        return page(call, "Targets", list(self._find(call, "Rule").targets.values()))

    def list_names_by_target(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListRuleNamesByTarget."""
        bus = self._buses.bus(call.region, call.params.get("EventBusName"))
        arn = call.params["TargetArn"]
        names = [
            rule.name
            for rule in bus.rules.values()
            if any(target["Arn"] == arn for target in rule.targets.values())
        ]
        return page(call, "RuleNames", names)

    def resume(self) -> None:
        """Set the timers of restored rules; a rate counts from now."""
        with self._buses.lock:
            for rule in self._buses.all_rules():
                self._schedule(rule, self._clock.time())

    def _find(self, call: ApiCall, member: str) -> Rule:
        return self._buses.rule(call.region, call.params.get("EventBusName"), call.params[member])

    def _switch(self, call: ApiCall, *, enabled: bool) -> None:
        self._find(call, "Name").enabled = enabled

    def _schedule(self, rule: Rule, begin: float) -> None:
        """Set the timer of a rule's next time; a rate counts from `begin`."""
        if rule.schedule is None:
            return
        schedule = rule.schedule
        # The first time of a rate lies one rate after the rule's creation.
        due = schedule.next_after(max(self._clock.time(), begin), begin)
        if due is None:
            return

        def fire() -> None:
            if self._buses.region(rule.region)[rule.bus].rules.get(rule.name) is not rule:
                return  # replaced or deleted meanwhile
            if rule.enabled:
                event = self._delivery.event(
                    rule.region, "aws.events", "Scheduled Event", {}, [rule.arn]
                )
                self._delivery.trigger(rule, event)
            self._schedule(rule, begin)

        rule.timer = self._clock.at(due, fire)


def compile_pattern(text: str) -> Any:
    """Return a compiled pattern. Raises ApiError: InvalidEventPatternException."""
    try:
        return parse_pattern(text)
    except PatternError as error:
        raise ApiError(
            "InvalidEventPatternException",
            f"Event pattern is not valid. Reason: {error}",
            status=400,
        ) from error


def tags_of(params: dict[str, Any]) -> dict[str, str]:
    """Return a request's Tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in params.get("Tags") or ()}
