"""AWS::Scheduler::Schedule and AWS::Scheduler::ScheduleGroup."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list


class Schedule(ResourceHandler):
    """A schedule with its target."""

    type_name = "AWS::Scheduler::Schedule"
    required = frozenset({"FlexibleTimeWindow", "ScheduleExpression", "Target"})
    supported = frozenset(
        {
            "Description",
            "EndDate",
            "FlexibleTimeWindow",
            "GroupName",
            "KmsKeyArn",
            "Name",
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "StartDate",
            "State",
            "Target",
        }
    )
    replaced_by = frozenset({"Name"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        name = properties.get("Name") or context.name(max_length=64, charset=r"\w.-")
        request = {**properties, "Name": name}
        answer = call_api(context.client("scheduler"), "CreateSchedule", request)
        return Provisioned(context.register(name), {"Arn": answer["ScheduleArn"]})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del old
        request = {**new, "Name": physical_id}
        answer = call_api(context.client("scheduler"), "UpdateSchedule", request)
        return Provisioned(physical_id, {"Arn": answer["ScheduleArn"]})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        group = {"GroupName": properties["GroupName"]} if "GroupName" in properties else {}
        context.client("scheduler").delete_schedule(Name=physical_id, **group)


class ScheduleGroup(ResourceHandler):
    """A group of schedules, which is deleted with them."""

    type_name = "AWS::Scheduler::ScheduleGroup"
    supported = frozenset({"Name", "Tags"})
    replaced_by = frozenset({"Name"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        scheduler = context.client("scheduler")
        name = properties.get("Name") or context.name(max_length=64, charset=r"\w.-")
        scheduler.create_schedule_group(Name=name, Tags=tag_list(properties.get("Tags")))
        return _provisioned(scheduler, context.register(name))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        scheduler = context.client("scheduler")
        result = _provisioned(scheduler, physical_id)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            scheduler.tag_resource(ResourceArn=result.attributes["Arn"], Tags=tag_list(added))
        if removed:
            scheduler.untag_resource(ResourceArn=result.attributes["Arn"], TagKeys=list(removed))
        return result

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("scheduler").delete_schedule_group(Name=physical_id)


def _provisioned(scheduler: Any, name: str) -> Provisioned:
    found = scheduler.get_schedule_group(Name=name)
    moments = ("CreationDate", "LastModificationDate")
    return Provisioned(
        name,
        {
            "Arn": found["Arn"],
            "State": found["State"],
            **{moment: found[moment].isoformat() for moment in moments},
        },
    )


HANDLERS = (Schedule, ScheduleGroup)
