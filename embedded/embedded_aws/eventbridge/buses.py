"""Event buses and their rules, by region."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from embedded_aws.clock import Timer
from embedded_aws.deliveries.schedule import Schedule
from embedded_aws.eventbridge.pattern import Pattern, parse_pattern
from embedded_aws.gateway import ApiError

DEFAULT_BUS = "default"


@dataclass
class Rule:
    """A rule; it has a pattern, a schedule, or both."""

    name: str
    arn: str
    bus: str
    region: str
    account_id: str
    pattern_text: str | None = None
    pattern: Pattern | None = None
    schedule_text: str | None = None
    schedule: Schedule | None = None
    description: str | None = None
    role_arn: str | None = None
    enabled: bool = True
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    timer: Timer | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved: not the pattern's functions."""
        return self.__dict__ | {"pattern": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Compile the pattern again."""
        self.__dict__.update(state)
        if self.pattern_text:
            self.pattern = parse_pattern(self.pattern_text)

    def described(self) -> dict[str, Any]:
        """Return the members that DescribeRule and ListRules share."""
        members = {
            "Name": self.name,
            "Arn": self.arn,
            "EventPattern": self.pattern_text,
            "ScheduleExpression": self.schedule_text,
            "State": "ENABLED" if self.enabled else "DISABLED",
            "Description": self.description,
            "RoleArn": self.role_arn,
            "EventBusName": self.bus,
        }
        return {name: value for name, value in members.items() if value is not None}


@dataclass
class Bus:
    """An event bus."""

    name: str
    arn: str
    created: datetime
    description: str | None = None
    rules: dict[str, Rule] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Return the members that DescribeEventBus and ListEventBuses share."""
        members = {
            "Name": self.name,
            "Arn": self.arn,
            "Description": self.description,
            "CreationTime": self.created,
            "LastModifiedTime": self.created,
        }
        return {name: value for name, value in members.items() if value is not None}


class Buses:
    """Every region's buses; hold `lock` to change them."""

    def __init__(self, account_id: str, created: datetime) -> None:
        self._account_id = account_id
        self._created = created
        self._regions: dict[str, dict[str, Bus]] = {}
        self.lock = threading.RLock()

    def region(self, region: str) -> dict[str, Bus]:
        """Return a region's buses by name; each region has a default bus."""
        with self.lock:
            if region not in self._regions:
                arn = self.bus_arn(region, DEFAULT_BUS)
                self._regions[region] = {DEFAULT_BUS: Bus(DEFAULT_BUS, arn, self._created)}
            return self._regions[region]

    def all_rules(self) -> list[Rule]:
        """Return the rules of all buses of all regions."""
        return [
            rule
            for buses in self._regions.values()
            for bus in buses.values()
            for rule in bus.rules.values()
        ]

    def bus_arn(self, region: str, name: str) -> str:
        """Return the ARN of a bus."""
        return f"arn:aws:events:{region}:{self._account_id}:event-bus/{name}"

    def rule_arn(self, region: str, bus: str, name: str) -> str:
        """Return the ARN of a rule, which names its bus unless that is the default one."""
        place = name if bus == DEFAULT_BUS else f"{bus}/{name}"
        return f"arn:aws:events:{region}:{self._account_id}:rule/{place}"

    def bus(self, region: str, reference: str | None) -> Bus:
        """Return a bus by name or ARN. Raises ApiError."""
        name = (reference or DEFAULT_BUS).rpartition("event-bus/")[2]
        bus = self.region(region).get(name)
        if bus is None:
            raise not_found(f"Event bus {name} does not exist.")
        return bus

    def rule(self, region: str, bus_reference: str | None, name: str) -> Rule:
        """Return a rule. Raises ApiError."""
        bus = self.bus(region, bus_reference)
        rule = bus.rules.get(name)
        if rule is None:
            raise not_found(f"Rule {name} does not exist on EventBus {bus.name}.")
        return rule

    def tagged(self, region: str, arn: str) -> Rule | Bus:
        """Return the rule or bus of an ARN. Raises ApiError."""
        for bus in self.region(region).values():
            if bus.arn == arn:
                return bus
            for rule in bus.rules.values():
                if rule.arn == arn:
                    return rule
        raise not_found(f"Resource {arn} does not exist.")


def not_found(message: str) -> ApiError:
    """Return the error of a bus or rule that does not exist."""
    return ApiError("ResourceNotFoundException", message, status=400)


def invalid(message: str) -> ApiError:
    """Return a ValidationException."""
    return ApiError("ValidationException", message, status=400)
