"""What metric alarms and composite alarms have in common as resources."""

from __future__ import annotations

from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list


class AlarmHandler(ResourceHandler):
    """An alarm, which one operation of CloudWatch creates and changes."""

    operation: str
    replaced_by = frozenset({"AlarmName"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        name = properties.get("AlarmName") or context.name(max_length=255)
        cloudwatch = context.client("cloudwatch")
        call_api(cloudwatch, self.operation, {**properties, "AlarmName": name})
        context.register(name)
        return self._provisioned(context, name)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        cloudwatch = context.client("cloudwatch")
        settings = {key: value for key, value in new.items() if key != "Tags"}
        call_api(cloudwatch, self.operation, {**settings, "AlarmName": physical_id})
        result = self._provisioned(context, physical_id)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            cloudwatch.tag_resource(ResourceARN=result.attributes["Arn"], Tags=tag_list(added))
        if removed:
            cloudwatch.untag_resource(ResourceARN=result.attributes["Arn"], TagKeys=list(removed))
        return result

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("cloudwatch").delete_alarms(AlarmNames=[physical_id])

    def _provisioned(self, context: ResourceContext, name: str) -> Provisioned:
        return Provisioned(name, {"Arn": context.arn("cloudwatch", f"alarm:{name}")})
