"""Change a target's capacity and record it as an activity, until SageMaker has fulfilled it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.runtime import Runtime
from embedded_aws.scaling.endpoint_variant import EndpointVariant, VariantState
from embedded_aws.scaling.errors import ScalingError
from embedded_aws.scaling.registry import Registry
from embedded_aws.scaling.scalable_target import Cooldown, ScalableTarget, TargetKey
from embedded_aws.scaling.scaled_component import ScaledComponent
from embedded_aws.scaling.scaling_activity import ScalingActivity
from embedded_aws.scaling.service_role import ServiceRole

_POLL_SECONDS = 0.1


class CapacityChanges:
    """Sets capacities within targets' ranges; a change is followed in the background."""

    def __init__(self, runtime: Runtime, role: ServiceRole) -> None:
        self._runtime = runtime
        self._role = role
        self._closing = threading.Event()
        runtime.on_close.append(self._closing.set)

    def scaled(self, registry: Registry, key: TargetKey) -> EndpointVariant | ScaledComponent:
        """Return what a target scales."""

        def client(service: str) -> Any:
            return self._role.client(service, registry.region)

        if key.component is not None:
            return ScaledComponent(key.component, client)
        return EndpointVariant(key, client)

    def enforce_range(self, registry: Registry, target: ScalableTarget) -> None:
        """Bring a target's capacity into its range at once, unless its endpoint is not active."""
        state = self.scaled(registry, target.key).state()
        if state is None or not state.is_active:
            return
        if state.desired < target.minimum:
            cause = f"minimum capacity was set to {target.minimum}"
            self.set(registry, target, state, target.minimum, cause)
        elif state.desired > target.maximum:
            cause = f"maximum capacity was set to {target.maximum}"
            self.set(registry, target, state, target.maximum, cause)

    def set(
        self,
        registry: Registry,
        target: ScalableTarget,
        before: VariantState,
        count: int,
        cause: str,
        cooldown_seconds: int = 0,
    ) -> None:
        """Ask for a capacity; returns at once.

        Args:
            cooldown_seconds: how long the policy waits once the change is fulfilled.
        """
        what = f"set desired {target.key.counted} to {count}"
        clock = self._runtime.clock
        activity = ScalingActivity(
            target.key, f"Setting desired {target.key.counted} to {count}.", cause, clock.now()
        )
        with registry.lock:
            registry.activities.append(activity)
        self._runtime.log.event(
            "scaling",
            f"{target.key.resource_id}: {target.key.counted} {before.desired} to {count} ({cause})",
        )
        try:
            self.scaled(registry, target.key).set_capacity(count)
        except ScalingError as error:
            activity.end("Failed", f"Failed to {what}. Reason: {error}", clock.now())
            return
        activity.message = f"Successfully {what}. Waiting for change to be fulfilled by sagemaker."

        def fulfilled(state: VariantState | None) -> None:
            now = clock.now()
            if state is not None and state.current == count:
                message = f"Successfully {what}. Change successfully fulfilled by sagemaker."
                activity.end("Successful", message, now)
                _begin_cooldown(target, before.desired, count, clock.time() + cooldown_seconds)
            else:
                found = "nothing" if state is None else str(state.current)
                message = f"Successfully {what}. Found it was later changed to {found}."
                activity.end("Unfulfilled", message, now)

        self._follow(registry, target.key, fulfilled)

    def in_progress(self, registry: Registry, key: TargetKey) -> bool:
        """Return whether a change of the target's capacity is not yet fulfilled."""
        with registry.lock:
            return any(
                item.key == key and item.status == "InProgress" for item in registry.activities
            )

    def record(self, registry: Registry, activity: ScalingActivity) -> None:
        """Keep an activity that changed no capacity."""
        with registry.lock:
            registry.activities.append(activity)

    def _follow(
        self, registry: Registry, key: TargetKey, fulfilled: Callable[[VariantState | None], None]
    ) -> None:
        scaled = self.scaled(registry, key)

        def follow() -> None:
            while not self._closing.wait(_POLL_SECONDS):
                try:
                    state = scaled.state()
                except (ClientError, BotoCoreError):
                    continue  # the embedded AWS is about to end
                if state is None or state.status not in {"Updating", "RollingBack"}:
                    fulfilled(state)
                    return

        threading.Thread(target=follow, name="scaling-follow", daemon=True).start()


def _begin_cooldown(target: ScalableTarget, before: int, after: int, until: float) -> None:
    if after > before:
        # A scale-out ends the scale-in cooldown: user guide, "Define cooldown periods".
        target.out_cooldown, target.in_cooldown = Cooldown(before, until), None
    else:
        target.in_cooldown = Cooldown(before, until)
