"""AWS::SSM::Parameter."""

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

_TYPES = ("String", "StringList")


class Parameter(ResourceHandler):
    """A parameter. CloudFormation cannot make SecureStrings."""

    type_name = "AWS::SSM::Parameter"
    required = frozenset({"Type", "Value"})
    supported = frozenset(
        {"AllowedPattern", "DataType", "Description", "Name", "Tags", "Tier", "Type", "Value"}
    )
    replaced_by = frozenset({"Name"})
    volatile_attributes = frozenset({"Type", "Value"})
    stack_tags = "map"

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if properties.get("Type") not in _TYPES:
            raise ResourceError(
                f"Type of {self.type_name} is {properties.get('Type')!r}; "
                f"allowed: {', '.join(_TYPES)}."
            )

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        name = properties.get("Name") or context.name(max_length=255)
        tags = tag_list(properties.get("Tags")) or None
        _put(context, name, properties, Tags=tags)
        context.register(name)
        return _provisioned(name, properties)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        ssm = context.client("ssm")
        _put(context, physical_id, new, Overwrite=True)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        target = {"ResourceType": "Parameter", "ResourceId": physical_id}
        if added:
            ssm.add_tags_to_resource(**target, Tags=tag_list(added))
        if removed:
            ssm.remove_tags_from_resource(**target, TagKeys=list(removed))
        return _provisioned(physical_id, new)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ssm").delete_parameter(Name=physical_id)


def _put(context: ResourceContext, name: str, properties: Properties, **more: Any) -> None:
    settings = {key: value for key, value in properties.items() if key not in ("Name", "Tags")}
    call_api(context.client("ssm"), "PutParameter", {**settings, **more, "Name": name})


def _provisioned(name: str, properties: Properties) -> Provisioned:
    return Provisioned(name, {"Type": properties["Type"], "Value": str(properties["Value"])})


HANDLERS = (Parameter,)
