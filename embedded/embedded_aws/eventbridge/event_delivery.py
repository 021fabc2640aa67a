"""Events on their way: from a bus to the rules that match, and on to their targets."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from embedded_aws.deliveries.delivery_queue import DeliveryQueue, Order
from embedded_aws.deliveries.targets import Target
from embedded_aws.eventbridge.buses import DEFAULT_BUS, Bus, Buses, Rule
from embedded_aws.eventbridge.target_input import input_of
from embedded_aws.faults.fault import EVENT_DELIVERY
from embedded_aws.runtime import Runtime
from embedded_aws.service_events import ServiceEvent

_PRINCIPAL = "events.amazonaws.com"


class EventDelivery:
    """Gives each matching rule's targets what they ask for of an event."""

    def __init__(self, runtime: Runtime, buses: Buses) -> None:
        self._runtime = runtime
        self._buses = buses
        self._queue = DeliveryQueue(runtime, _PRINCIPAL, "events")
        runtime.events.subscribe(self._announce)

    def event(
        self,
        region: str,
        source: str,
        detail_type: str,
        detail: Mapping[str, Any],
        resources: list[str],
        moment: datetime | None = None,
    ) -> dict[str, Any]:
        """Return a new event as rules see it."""
        moment = moment or self._runtime.clock.now()
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": self._runtime.account_id,
            "time": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": region,
            "resources": resources,
            "detail": dict(detail),
        }

    def put(self, bus: Bus, event: Mapping[str, Any]) -> None:
        """Pass an event to the bus's rules; returns at once."""
        with self._buses.lock:
            rules = [rule for rule in bus.rules.values() if rule.enabled and rule.pattern]
        for rule in rules:
            if rule.pattern is not None and rule.pattern.matches(event):
                self.trigger(rule, event)

    def trigger(self, rule: Rule, event: Mapping[str, Any]) -> None:
        """Pass an event to a rule's targets."""
        facts = {"arn": rule.arn, "name": rule.name, "time": self._ingestion_time()}
        with self._buses.lock:
            targets = list(rule.targets.values())
        for target in targets:
            self._submit(_order(rule, target, input_of(target, event, facts)), event)

    def _submit(self, order: Order, event: Mapping[str, Any]) -> None:
        """Deliver an order once, or as a fault on demand says: never, twice, or later."""
        fault = self._runtime.faults.take(EVENT_DELIVERY, event, ("lose", "duplicate", "reorder"))
        if fault is None or fault.fault == "duplicate":
            self._queue.submit(order)
        if fault is not None and fault.fault == "duplicate":
            self._queue.submit(order)
        if fault is not None and fault.fault == "reorder":
            self._runtime.clock.after(fault.seconds or 0, lambda: self._queue.submit(order))

    def _announce(self, event: ServiceEvent) -> None:
        bus = self._buses.bus(event.region, DEFAULT_BUS)
        self.put(
            bus,
            self.event(
                event.region, event.source, event.detail_type, event.detail, [*event.resources]
            ),
        )

    def _ingestion_time(self) -> str:
        return self._runtime.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _order(rule: Rule, target: Mapping[str, Any], payload: str) -> Order:
    retry = target.get("RetryPolicy") or {}
    order = Order(
        target=Target(
            arn=target["Arn"],
            source_arn=rule.arn,
            role_arn=target.get("RoleArn") or rule.role_arn,
            message_group=(target.get("SqsParameters") or {}).get("MessageGroupId"),
        ),
        payload=payload,
        label=f"rule {rule.name}",
        dead_letter_arn=(target.get("DeadLetterConfig") or {}).get("Arn"),
        dead_letter_attributes={"RULE_ARN": rule.arn, "TARGET_ARN": target["Arn"]},
    )
    if retry.get("MaximumRetryAttempts") is not None:
        order.maximum_retries = retry["MaximumRetryAttempts"]
    if retry.get("MaximumEventAgeInSeconds") is not None:
        order.maximum_age_seconds = retry["MaximumEventAgeInSeconds"]
    return order
