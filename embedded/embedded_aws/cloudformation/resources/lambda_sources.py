"""AWS::Lambda::Alias, LayerVersion and EventSourceMapping."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_map


class Alias(ResourceHandler):
    """A name for a version. Its `Ref` is the alias's ARN."""

    type_name = "AWS::Lambda::Alias"
    required = frozenset({"FunctionName", "FunctionVersion", "Name"})
    supported = frozenset(
        {"Description", "FunctionName", "FunctionVersion", "Name", "RoutingConfig"}
    )
    replaced_by = frozenset({"FunctionName", "Name"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        answer = call_api(context.client("lambda"), "CreateAlias", _alias(properties))
        arn = context.register(answer["AliasArn"])
        return Provisioned(arn, {"AliasArn": arn})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del old
        request = {"Description": "", "RoutingConfig": {}, **_alias(new)}
        call_api(context.client("lambda"), "UpdateAlias", request)
        return Provisioned(physical_id, {"AliasArn": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        context.client("lambda").delete_alias(
            FunctionName=properties["FunctionName"], Name=properties["Name"]
        )


def _alias(properties: Properties) -> dict[str, Any]:
    """Return the API's request: the template has the weights as a list."""
    request = dict(properties)
    if "RoutingConfig" in request:
        weights = request["RoutingConfig"].get("AdditionalVersionWeights") or []
        request["RoutingConfig"] = {
            "AdditionalVersionWeights": {
                str(item["FunctionVersion"]): item["FunctionWeight"] for item in weights
            }
        }
    return request


class LayerVersion(ResourceHandler):
    """A published version of a layer. Its `Ref` is the version's ARN."""

    type_name = "AWS::Lambda::LayerVersion"
    required = frozenset({"Content"})
    replaced_by = frozenset(
        {
            "CompatibleArchitectures",
            "CompatibleRuntimes",
            "Content",
            "Description",
            "LayerName",
            "LicenseInfo",
        }
    )
    supported = replaced_by

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        name = properties.get("LayerName") or context.name(max_length=140, charset=r"\w-")
        request = {**properties, "LayerName": name}
        answer = call_api(context.client("lambda"), "PublishLayerVersion", request)
        arn = context.register(answer["LayerVersionArn"])
        return Provisioned(arn, {"LayerVersionArn": arn})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del context, old, new  # every property needs a new version
        return Provisioned(physical_id, {"LayerVersionArn": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        name, _, number = physical_id.rpartition(":")
        context.client("lambda").delete_layer_version(
            LayerName=name.rpartition(":")[2], VersionNumber=int(number)
        )


class EventSourceMapping(ResourceHandler):
    """A queue whose messages a function gets."""

    type_name = "AWS::Lambda::EventSourceMapping"
    required = frozenset({"FunctionName"})
    supported = frozenset(
        {
            "BatchSize",
            "Enabled",
            "EventSourceArn",
            "FunctionName",
            "FunctionResponseTypes",
            "MaximumBatchingWindowInSeconds",
            "Tags",
        }
    )
    replaced_by = frozenset({"EventSourceArn"})
    stack_tags = "list"

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if "EventSourceArn" not in properties:
            raise ResourceError("EventSourceArn has to be given.")

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        tags = tag_map(properties.get("Tags")) or None
        answer = call_api(
            context.client("lambda"), "CreateEventSourceMapping", {**properties, "Tags": tags}
        )
        context.register(answer["UUID"])
        return _mapping(answer)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        client = context.client("lambda")
        changed = changed_properties(old, new)
        defaults = {
            "BatchSize": 10,
            "Enabled": True,
            "FunctionResponseTypes": [],
            "MaximumBatchingWindowInSeconds": 0,
        }
        settings = {name: new.get(name, defaults.get(name)) for name in changed if name != "Tags"}
        answer = call_api(client, "UpdateEventSourceMapping", {"UUID": physical_id, **settings})
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            client.tag_resource(Resource=answer["EventSourceMappingArn"], Tags=added)
        if removed:
            client.untag_resource(Resource=answer["EventSourceMappingArn"], TagKeys=list(removed))
        return _mapping(answer)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("lambda").delete_event_source_mapping(UUID=physical_id)


def _mapping(answer: dict[str, Any]) -> Provisioned:
    attributes = {"Id": answer["UUID"], "EventSourceMappingArn": answer["EventSourceMappingArn"]}
    return Provisioned(answer["UUID"], attributes)


HANDLERS = (Alias, LayerVersion, EventSourceMapping)
