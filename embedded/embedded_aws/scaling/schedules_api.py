"""The operations on scheduled actions, and their runs."""

from __future__ import annotations

from typing import Any

from embedded_aws.deliveries.schedule import Schedule, ScheduleError, parse_schedule
from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.runtime import Runtime
from embedded_aws.scaling.capacity_changes import CapacityChanges
from embedded_aws.scaling.errors import invalid, not_found, over_limit
from embedded_aws.scaling.pages import chosen, page
from embedded_aws.scaling.registry import Registries, Registry
from embedded_aws.scaling.scalable_target import TargetKey
from embedded_aws.scaling.scaling_activity import ScalingActivity
from embedded_aws.scaling.scheduled_action import ScheduledAction

_MOST_ACTIONS = 200  # quota "Scheduled actions per scalable target"
# Members that an update keeps where it does not name them; start and end are not among them.
_KEPT = ("Schedule", "Timezone", "ScalableTargetAction")
_MEMBERS = (*_KEPT, "StartTime", "EndTime")


class SchedulesApi:
    """Puts, describes and deletes scheduled actions; each has a timer on the runtime's clock."""

    def __init__(self, runtime: Runtime, registries: Registries, changes: CapacityChanges) -> None:
        self._runtime = runtime
        self._registries = registries
        self._changes = changes

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "PutScheduledAction": self._put,
            "DescribeScheduledActions": self._describe,
            "DeleteScheduledAction": self._delete,
        }

    def _put(self, call: ApiCall) -> None:
        registry, key = self._registries.of(call.region), TargetKey.of(call.params)
        name = call.params["ScheduledActionName"]
        with registry.lock:
            target = registry.targets.get(key)
            if target is None:
                raise not_found(f"No scalable target registered for {key.in_words()}")
            existing = registry.actions.get((key, name))
            if existing is None and len(registry.actions_of(key)) >= _MOST_ACTIONS:
                raise over_limit(f"A scalable target has at most {_MOST_ACTIONS} actions.")
            request = _request(call, existing)
            arn = (
                f"arn:aws:autoscaling:{call.region}:{call.account_id}:scheduledAction:"
                f"{target.uuid}:resource/sagemaker/{key.resource_id}:scheduledActionName/{name}"
            )
            action = ScheduledAction(
                key, name, arn, request, _schedule(request), self._runtime.clock.now()
            )
            registry.actions[key, name] = action
            if existing is not None and existing.timer is not None:
                existing.timer.cancel()
            self._plan(registry, action)

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        registry = self._registries.of(call.region)
        with registry.lock:
            actions = [action.describe() for action in registry.actions.values()]
        names = call.params.get("ScheduledActionNames") or []
        found = [
            item
            for item in chosen(call, actions)
            if not names or item["ScheduledActionName"] in names
        ]
        return page(call, "ScheduledActions", found)

    def _delete(self, call: ApiCall) -> None:
        registry, key = self._registries.of(call.region), TargetKey.of(call.params)
        name = call.params["ScheduledActionName"]
        with registry.lock:
            action = registry.actions.pop((key, name), None)
            if action is None:
                raise not_found(
                    f"No scheduled action found for {key.in_words()}, scheduled action name: {name}"
                )
            if action.timer is not None:
                action.timer.cancel()

    def resume(self) -> None:
        """Set the timers of restored actions."""
        for registry in self._registries.all():
            with registry.lock:
                for action in registry.actions.values():
                    self._plan(registry, action)

    def _plan(self, registry: Registry, action: ScheduledAction) -> None:
        clock = self._runtime.clock
        due = action.next_after(clock.time())
        if due is not None:
            action.timer = clock.at(due, lambda: self._run(registry, action))

    def _run(self, registry: Registry, action: ScheduledAction) -> None:
        with registry.lock:
            if registry.actions.get((action.key, action.name)) is not action:
                return
            target = registry.targets[action.key]
            self._plan(registry, action)
            if target.suspended["ScheduledScalingSuspended"]:
                return
        what = " and ".join(
            f"{word} capacity to {action.change[member]}"
            for word, member in (("min", "MinCapacity"), ("max", "MaxCapacity"))
            if member in action.change
        )
        now = self._runtime.clock.now()
        cause = f"scheduled action name {action.name} was triggered"
        activity = ScalingActivity(action.key, f"Setting {what}", cause, now)
        self._changes.record(registry, activity)
        try:
            with registry.lock:
                target.set_range(action.change.get("MinCapacity"), action.change.get("MaxCapacity"))
        except ApiError as error:
            activity.end("Failed", f"Failed to set {what}. Reason: {error.message}", now)
            return
        activity.end("Successful", f"Successfully set {what}", now)
        self._changes.enforce_range(registry, target)


def _request(call: ApiCall, existing: ScheduledAction | None) -> dict[str, Any]:
    request = {name: call.params[name] for name in _MEMBERS if name in call.params}
    if existing is not None:
        kept = {name: existing.request[name] for name in _KEPT if name in existing.request}
        request = kept | request
    if "Schedule" not in request:
        raise invalid("Schedule is required to create a scheduled action.")
    change = request.get("ScalableTargetAction") or {}
    if not change:
        raise invalid("ScalableTargetAction needs MinCapacity, MaxCapacity or both.")
    if any(value < 0 for value in change.values()):
        raise invalid("MinCapacity and MaxCapacity must not be negative.")
    if change.get("MinCapacity", 0) > change.get("MaxCapacity", float("inf")):
        raise invalid("MaxCapacity must be greater than or equal to MinCapacity.")
    start, end = request.get("StartTime"), request.get("EndTime")
    if start is not None and end is not None and start >= end:
        raise invalid("EndTime must be after StartTime.")
    return request


def _schedule(request: dict[str, Any]) -> Schedule:
    try:
        return parse_schedule(request["Schedule"], request.get("Timezone", "UTC"), one_time=True)
    except ScheduleError as error:
        raise invalid(f"Invalid schedule: {error}") from error
