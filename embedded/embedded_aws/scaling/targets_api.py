"""The operations on scalable targets and their tags."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.runtime import Runtime
from embedded_aws.scaling.capacity_changes import CapacityChanges
from embedded_aws.scaling.errors import invalid, not_found
from embedded_aws.scaling.pages import chosen, page
from embedded_aws.scaling.registry import Registries, Registry
from embedded_aws.scaling.scalable_target import (
    PROVISIONED,
    ScalableTarget,
    TargetKey,
    check_range,
)
from embedded_aws.scaling.service_role import ServiceRole
from embedded_aws.scaling.tracking_alarms import TrackingAlarms


class TargetsApi:
    """Registers, describes, deregisters and tags scalable targets."""

    def __init__(
        self,
        runtime: Runtime,
        registries: Registries,
        changes: CapacityChanges,
        role: ServiceRole,
    ) -> None:
        self._runtime = runtime
        self._registries = registries
        self._changes = changes
        self._role = role

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "RegisterScalableTarget": self._register,
            "DeregisterScalableTarget": self._deregister,
            "DescribeScalableTargets": self._describe,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": lambda call: {"Tags": dict(self._by_arn(call).tags)},
        }

    def forget_endpoint(self, region: str, endpoint: str) -> None:
        """Deregister the variants of a deleted endpoint.

        SageMaker guide, "Delete endpoints configured for auto scaling".
        """
        registry = self._registries.of(region)
        for key in registry.targets_of(endpoint):
            self._remove(registry, key)

    def forget_component(self, region: str, component: str) -> None:
        """Deregister a deleted inference component."""
        registry = self._registries.of(region)
        with registry.lock:
            keys = [key for key in registry.targets if key.component == component]
        for key in keys:
            self._remove(registry, key)

    def _register(self, call: ApiCall) -> dict[str, Any]:
        params, registry = call.params, self._registries.of(call.region)
        key = TargetKey.of(params)
        minimum, maximum = params.get("MinCapacity"), params.get("MaxCapacity")
        if key.dimension == PROVISIONED and minimum == 0:
            # SageMaker guide, "Automatically scale Provisioned Concurrency for a serverless
            # endpoint".
            raise invalid(f"MinCapacity must be at least 1 for {key.counted}.")
        self._changes.scaled(registry, key).check()
        with registry.lock:
            target = registry.targets.get(key)
            if target is None:
                target = self._new(call, key, minimum, maximum)
                registry.targets[key] = target
            else:
                if params.get("Tags"):
                    raise invalid("Tags are for new scalable targets; use TagResource.")
                target.set_range(minimum, maximum)
            target.suspended |= params.get("SuspendedState") or {}
        # Also where the range is not given: API reference of RegisterScalableTarget.
        self._changes.enforce_range(registry, target)
        return {"ScalableTargetARN": target.arn}

    def _new(
        self, call: ApiCall, key: TargetKey, minimum: int | None, maximum: int | None
    ) -> ScalableTarget:
        if minimum is None or maximum is None:
            raise invalid(
                "MinCapacity and MaxCapacity are required to register a new scalable target."
            )
        check_range(minimum, maximum)
        return ScalableTarget(
            key,
            call.region,
            call.account_id,
            minimum,
            maximum,
            # SageMaker supports service-linked roles, so a RoleARN in the request is not used.
            self._role.arn,
            self._runtime.clock.now(),
            dict(call.params.get("Tags") or {}),
        )

    def _deregister(self, call: ApiCall) -> None:
        registry, key = self._registries.of(call.region), TargetKey.of(call.params)
        with registry.lock:
            if key not in registry.targets:
                raise not_found(f"No scalable target found for {key.in_words()}")
        self._remove(registry, key)

    def _remove(self, registry: Registry, key: TargetKey) -> None:
        """Remove a target with its policies, their alarms, and its scheduled actions."""
        with registry.lock:
            registry.targets.pop(key, None)
            policies, actions = registry.policies_of(key), registry.actions_of(key)
            for policy in policies:
                registry.policies.pop((key, policy.name), None)
            for action in actions:
                registry.actions.pop((key, action.name), None)
                if action.timer is not None:
                    action.timer.cancel()
        cloudwatch = self._role.client("cloudwatch", registry.region)
        alarms = TrackingAlarms(cloudwatch, registry.region, self._runtime.account_id)
        for policy in policies:
            alarms.delete(policy)

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        registry = self._registries.of(call.region)
        with registry.lock:
            targets = [target.describe() for target in registry.targets.values()]
        return page(call, "ScalableTargets", chosen(call, targets))

    def _tag(self, call: ApiCall) -> None:
        self._by_arn(call).tags.update(call.params["Tags"])

    def _untag(self, call: ApiCall) -> None:
        tags = self._by_arn(call).tags
        for key in call.params["TagKeys"]:
            tags.pop(key, None)

    def _by_arn(self, call: ApiCall) -> ScalableTarget:
        arn, registry = call.params["ResourceARN"], self._registries.of(call.region)
        with registry.lock:
            for target in registry.targets.values():
                if target.arn == arn:
                    return target
        raise ApiError("ResourceNotFoundException", f"Resource {arn} does not exist.", status=400)
