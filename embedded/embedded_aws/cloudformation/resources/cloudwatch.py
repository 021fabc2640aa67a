"""AWS::CloudWatch::Alarm and AWS::CloudWatch::Dashboard."""

from __future__ import annotations

from embedded_aws.cloudformation.resources.alarm_handler import AlarmHandler
from embedded_aws.cloudformation.resources.api_shapes import as_text
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)

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


class Alarm(AlarmHandler):
    """A metric alarm."""

    type_name = "AWS::CloudWatch::Alarm"
    operation = "PutMetricAlarm"
    supported = _ALARM_PROPERTIES


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
