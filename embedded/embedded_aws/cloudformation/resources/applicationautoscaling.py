"""AWS::ApplicationAutoScaling::ScalableTarget and ScalingPolicy."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)

_SERVICE = "application-autoscaling"
_IDENTITY = ("ResourceId", "ScalableDimension", "ServiceNamespace")


class ScalableTarget(ResourceHandler):
    """Something whose capacity is scaled, such as an endpoint's variant."""

    type_name = "AWS::ApplicationAutoScaling::ScalableTarget"
    required = frozenset(
        {"MaxCapacity", "MinCapacity", "ResourceId", "ScalableDimension", "ServiceNamespace"}
    )
    supported = frozenset(
        {
            *_IDENTITY,
            "MaxCapacity",
            "MinCapacity",
            "RoleARN",
            "ScheduledActions",
            "SuspendedState",
        }
    )
    replaced_by = frozenset(_IDENTITY)

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        scaling = context.client(_SERVICE)
        self._register(scaling, properties)
        physical_id = context.register("|".join(properties[name] for name in _IDENTITY))
        _change_scheduled_actions(scaling, {}, properties)
        return Provisioned(physical_id, {"Id": physical_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        scaling = context.client(_SERVICE)
        self._register(scaling, new)
        _change_scheduled_actions(scaling, old, new)
        return Provisioned(physical_id, {"Id": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        context.client(_SERVICE).deregister_scalable_target(**_identity(properties))

    def _register(self, scaling: Any, properties: Properties) -> None:
        settings = {key: value for key, value in properties.items() if key != "ScheduledActions"}
        call_api(scaling, "RegisterScalableTarget", settings)


class ScalingPolicy(ResourceHandler):
    """How a scalable target is scaled."""

    type_name = "AWS::ApplicationAutoScaling::ScalingPolicy"
    required = frozenset({"PolicyName", "PolicyType"})
    supported = frozenset(
        {
            *_IDENTITY,
            "PolicyName",
            "PolicyType",
            "ScalingTargetId",
            "StepScalingPolicyConfiguration",
            "TargetTrackingScalingPolicyConfiguration",
        }
    )
    replaced_by = frozenset({*_IDENTITY, "PolicyName", "ScalingTargetId"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        arn = _put_policy(context, properties)
        return Provisioned(context.register(arn), {"Arn": arn})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del physical_id, old
        arn = _put_policy(context, new)
        return Provisioned(arn, {"Arn": arn})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        context.client(_SERVICE).delete_scaling_policy(
            PolicyName=properties["PolicyName"], **_identity(properties)
        )


def _identity(properties: Properties) -> dict[str, str]:
    """Return what is scaled: three members, or the scalable target id that holds them."""
    target_id = properties.get("ScalingTargetId")
    if target_id is None:
        return {name: properties[name] for name in _IDENTITY}
    parts = str(target_id).split("|")
    if len(parts) != len(_IDENTITY):
        raise ResourceError(f"ScalingTargetId {target_id!r} is not a scalable target's Ref.")
    return dict(zip(_IDENTITY, parts, strict=True))


def _put_policy(context: ResourceContext, properties: Properties) -> str:
    settings = {key: value for key, value in properties.items() if key != "ScalingTargetId"}
    request = {**settings, **_identity(properties)}
    return str(call_api(context.client(_SERVICE), "PutScalingPolicy", request)["PolicyARN"])


def _change_scheduled_actions(scaling: Any, old: Properties, new: Properties) -> None:
    before = {item["ScheduledActionName"]: item for item in old.get("ScheduledActions", [])}
    after = {item["ScheduledActionName"]: item for item in new.get("ScheduledActions", [])}
    for name, action in after.items():
        if before.get(name) != action:
            call_api(scaling, "PutScheduledAction", {**action, **_identity(new)})
    for name in before:
        if name not in after:
            scaling.delete_scheduled_action(ScheduledActionName=name, **_identity(new))


HANDLERS = (ScalableTarget, ScalingPolicy)
