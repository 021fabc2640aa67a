"""The operations on scaling policies."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.runtime import Runtime
from embedded_aws.scaling.errors import invalid, not_found, over_limit
from embedded_aws.scaling.pages import chosen, page
from embedded_aws.scaling.policy_checks import check_settings
from embedded_aws.scaling.registry import Registries, Registry
from embedded_aws.scaling.scalable_target import ScalableTarget, TargetKey
from embedded_aws.scaling.scaling_policy import STEP, TRACKING, ScalingPolicy
from embedded_aws.scaling.service_role import ServiceRole
from embedded_aws.scaling.tracking_alarms import TrackingAlarms

_MOST_POLICIES = 50  # quota "Scaling policies per scalable target"


class PoliciesApi:
    """Puts, describes and deletes policies; a tracking policy comes and goes with its alarms."""

    def __init__(self, runtime: Runtime, registries: Registries, role: ServiceRole) -> None:
        self._runtime = runtime
        self._registries = registries
        self._role = role

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "PutScalingPolicy": self._put,
            "DescribeScalingPolicies": self._describe,
            "DeleteScalingPolicy": self._delete,
        }

    def _put(self, call: ApiCall) -> dict[str, Any]:
        registry, key = self._registries.of(call.region), TargetKey.of(call.params)
        name: str = call.params["PolicyName"]
        with registry.lock:
            target = registry.targets.get(key)
            if target is None:
                raise not_found(f"No scalable target registered for {key.in_words()}")
            existing = registry.policies.get((key, name))
        settings = _settings(call, existing, key)
        policy = existing or self._new(call, registry, target)
        policy.settings = settings
        if policy.is_tracking:
            self._alarms(registry).put(policy)
        with registry.lock:
            registry.policies[key, name] = policy
        return {
            "PolicyARN": policy.arn,
            "Alarms": [alarm.describe() for alarm in policy.alarms],
        }

    def _new(self, call: ApiCall, registry: Registry, target: ScalableTarget) -> ScalingPolicy:
        name = call.params["PolicyName"]
        with registry.lock:
            if len(registry.policies_of(target.key)) >= _MOST_POLICIES:
                raise over_limit(f"A scalable target has at most {_MOST_POLICIES} policies.")
        arn = (
            f"arn:aws:autoscaling:{call.region}:{call.account_id}:scalingPolicy:"
            f"{target.uuid}:resource/sagemaker/{target.key.resource_id}:policyName/{name}"
        )
        kind = call.params["PolicyType"]
        return ScalingPolicy(target.key, name, kind, arn, self._runtime.clock.now())

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        registry = self._registries.of(call.region)
        with registry.lock:
            policies = [policy.describe() for policy in registry.policies.values()]
        names = call.params.get("PolicyNames") or []
        found = [
            item for item in chosen(call, policies) if not names or item["PolicyName"] in names
        ]
        return page(call, "ScalingPolicies", found)

    def _delete(self, call: ApiCall) -> None:
        registry, key = self._registries.of(call.region), TargetKey.of(call.params)
        name = call.params["PolicyName"]
        with registry.lock:
            policy = registry.policies.pop((key, name), None)
        if policy is None:
            raise not_found(f"No scaling policy found for {key.in_words()}, policy name: {name}")
        self._alarms(registry).delete(policy)

    def _alarms(self, registry: Registry) -> TrackingAlarms:
        cloudwatch = self._role.client("cloudwatch", registry.region)
        return TrackingAlarms(cloudwatch, registry.region, self._runtime.account_id)


def _settings(call: ApiCall, existing: ScalingPolicy | None, key: TargetKey) -> dict[str, Any]:
    params = call.params
    kind = params.get("PolicyType") or (existing.kind if existing else None)
    if kind is None:
        raise invalid("PolicyType is required to create a scaling policy.")
    if existing is not None and existing.kind != kind:
        raise invalid(f"The type of policy {existing.name} is {existing.kind} and cannot change.")
    for other in {STEP, TRACKING} - {kind}:
        if params.get(f"{other}PolicyConfiguration"):
            raise invalid(f"{other}PolicyConfiguration does not fit a policy of type {kind}.")
    settings = params.get(f"{kind}PolicyConfiguration")
    if settings is None and existing is not None:
        return existing.settings
    check_settings(kind, settings, key.dimension)
    return dict(settings or {})
