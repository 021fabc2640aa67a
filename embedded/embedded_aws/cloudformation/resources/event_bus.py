"""AWS::Events::EventBus."""

from __future__ import annotations

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list


class EventBus(ResourceHandler):
    """A custom event bus."""

    type_name = "AWS::Events::EventBus"
    required = frozenset({"Name"})
    supported = frozenset({"Description", "Name", "Tags"})
    replaced_by = frozenset({"Name"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        request = {**properties, "Tags": tag_list(properties.get("Tags")) or None}
        call_api(context.client("events"), "CreateEventBus", request)
        return self._provisioned(context, context.register(properties["Name"]))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        if "Description" in changed_properties(old, new):
            raise ResourceError(
                "The embedded AWS does not support updates of Description of AWS::Events::EventBus."
            )
        events, result = context.client("events"), self._provisioned(context, physical_id)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            events.tag_resource(ResourceARN=result.attributes["Arn"], Tags=tag_list(added))
        if removed:
            events.untag_resource(ResourceARN=result.attributes["Arn"], TagKeys=list(removed))
        return result

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("events").delete_event_bus(Name=physical_id)

    def _provisioned(self, context: ResourceContext, name: str) -> Provisioned:
        arn = context.arn("events", f"event-bus/{name}")
        return Provisioned(name, {"Arn": arn, "Name": name})


HANDLERS = (EventBus,)
