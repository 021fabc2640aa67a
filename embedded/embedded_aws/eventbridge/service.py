"""Register EventBridge's operations at the gateway."""

from __future__ import annotations

from embedded_aws.eventbridge.buses import Buses
from embedded_aws.eventbridge.buses_api import BusesApi
from embedded_aws.eventbridge.event_delivery import EventDelivery
from embedded_aws.eventbridge.rules_api import RulesApi
from embedded_aws.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Answer EventBridge here; archives, connections and the like are refused by name."""
    buses = Buses(runtime.account_id, runtime.clock.now())
    delivery = EventDelivery(runtime, buses)
    rules = RulesApi(buses, delivery, runtime.clock)
    runtime.kept.keep("eventbridge.buses", buses, "_regions")
    runtime.kept.on_restore.append(rules.resume)
    runtime.gateway.register_service(
        "events", rules.operations() | BusesApi(runtime, buses, delivery).operations()
    )
