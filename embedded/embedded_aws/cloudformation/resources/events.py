"""AWS::Events::Rule."""

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
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list

_DEFAULT_BUS = "default"


class Rule(ResourceHandler):
    """A rule of an event bus, with its targets."""

    type_name = "AWS::Events::Rule"
    supported = frozenset(
        {
            "Description",
            "EventBusName",
            "EventPattern",
            "Name",
            "RoleArn",
            "ScheduleExpression",
            "State",
            "Tags",
            "Targets",
        }
    )
    replaced_by = frozenset({"EventBusName", "Name"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        events = context.client("events")
        name = properties.get("Name") or context.name(max_length=64, charset=r"\w.-")
        arn = _put_rule(events, name, properties, Tags=tag_list(properties.get("Tags")) or None)
        bus = _bus(properties)
        physical_id = context.register(name if bus == _DEFAULT_BUS else f"{bus}|{name}")
        _put_targets(events, name, properties)
        return Provisioned(physical_id, {"Arn": arn})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        events = context.client("events")
        name = physical_id.rsplit("|", 1)[-1]
        arn = _put_rule(events, name, new)
        kept = {target["Id"] for target in new.get("Targets", [])}
        _remove_targets(events, name, _bus(new), [i for i in _target_ids(old) if i not in kept])
        _put_targets(events, name, new)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            events.tag_resource(ResourceARN=arn, Tags=tag_list(added))
        if removed:
            events.untag_resource(ResourceARN=arn, TagKeys=list(removed))
        return Provisioned(physical_id, {"Arn": arn})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        events = context.client("events")
        name, bus = physical_id.rsplit("|", 1)[-1], _bus(properties)
        _remove_targets(events, name, bus, _target_ids(properties))
        events.delete_rule(Name=name, EventBusName=bus)


def _bus(properties: Properties) -> str:
    return str(properties.get("EventBusName", _DEFAULT_BUS))


def _target_ids(properties: Properties) -> list[str]:
    return [target["Id"] for target in properties.get("Targets", [])]


def _put_rule(events: Any, name: str, properties: Properties, **more: Any) -> str:
    settings = {
        key: value for key, value in properties.items() if key not in ("Name", "Tags", "Targets")
    }
    return str(call_api(events, "PutRule", {**settings, **more, "Name": name})["RuleArn"])


def _put_targets(events: Any, name: str, properties: Properties) -> None:
    targets = properties.get("Targets")
    if not targets:
        return
    request = {"Rule": name, "EventBusName": _bus(properties), "Targets": targets}
    answer = call_api(events, "PutTargets", request)
    if answer.get("FailedEntryCount"):
        failed = answer["FailedEntries"][0]
        raise ResourceError(f"Target {failed['TargetId']}: {failed['ErrorMessage']}")


def _remove_targets(events: Any, name: str, bus: str, ids: list[str]) -> None:
    if ids:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=ids)


HANDLERS = (Rule,)
