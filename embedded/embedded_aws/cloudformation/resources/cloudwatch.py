"""AWS::CloudWatch::Alarm and AWS::CloudWatch::Dashboard."""

from __future__ import annotations

from embedded_aws.cloudformation.resources.api_shapes import as_text, call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list

_ALARM_PROPERTIES = frozenset(
    {
        "ActionsEnabled",
        "AlarmActions",
        "AlarmDescription",
        "AlarmName",
        "ComparisonOperator",
        "DatapointsToAlarm",
        "Dimensions",
        "EvaluateLowSampleCountPercentile",
        "EvaluationPeriods",
        "ExtendedStatistic",
        "InsufficientDataActions",
        "MetricName",
        "Metrics",
        "Namespace",
        "OKActions",
        "Period",
        "Statistic",
        "Tags",
        "Threshold",
        "ThresholdMetricId",
        "TreatMissingData",
        "Unit",
    }
)


class Alarm(ResourceHandler):
    """A metric alarm."""

    type_name = "AWS::CloudWatch::Alarm"
    supported = _ALARM_PROPERTIES
    replaced_by = frozenset({"AlarmName"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        name = properties.get("AlarmName") or context.name(max_length=255)
        call_api(context.client("cloudwatch"), "PutMetricAlarm", {**properties, "AlarmName": name})
        context.register(name)
        return self._provisioned(context, name)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        cloudwatch = context.client("cloudwatch")
        settings = {key: value for key, value in new.items() if key != "Tags"}
        call_api(cloudwatch, "PutMetricAlarm", {**settings, "AlarmName": physical_id})
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


class Dashboard(ResourceHandler):
    """A dashboard."""

    type_name = "AWS::CloudWatch::Dashboard"
    required = frozenset({"DashboardBody"})
    supported = frozenset({"DashboardBody", "DashboardName"})
    replaced_by = frozenset({"DashboardName"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        name = properties.get("DashboardName") or context.name(max_length=255, charset=r"\w-")
        self._put(context, name, properties)
        return Provisioned(context.register(name))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del old
        self._put(context, physical_id, new)
        return Provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("cloudwatch").delete_dashboards(DashboardNames=[physical_id])

    def _put(self, context: ResourceContext, name: str, properties: Properties) -> None:
        body = as_text(properties["DashboardBody"])
        context.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)


HANDLERS = (Alarm, Dashboard)
