"""AWS::Logs::LogGroup and AWS::Logs::MetricFilter."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.resources.api_shapes import call_api, lower_camel
from embedded_aws.cloudformation.resources.aspects import Aspect, change_aspects
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_map

_ASPECTS = (
    Aspect(
        "RetentionInDays",
        lambda logs, name, value: logs.put_retention_policy(
            logGroupName=name, retentionInDays=int(value)
        ),
        lambda logs, name: logs.delete_retention_policy(logGroupName=name),
    ),
    Aspect(
        "KmsKeyId",
        lambda logs, name, value: logs.associate_kms_key(logGroupName=name, kmsKeyId=value),
        lambda logs, name: logs.disassociate_kms_key(logGroupName=name),
    ),
)


class LogGroup(ResourceHandler):
    """A log group."""

    type_name = "AWS::Logs::LogGroup"
    supported = frozenset({"KmsKeyId", "LogGroupName", "RetentionInDays", "Tags"})
    replaced_by = frozenset({"LogGroupName"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        logs = context.client("logs")
        name = properties.get("LogGroupName") or context.name(max_length=512)
        call_api(
            logs,
            "CreateLogGroup",
            {
                "logGroupName": name,
                "kmsKeyId": properties.get("KmsKeyId"),
                "tags": tag_map(properties.get("Tags")) or None,
            },
        )
        context.register(name)
        if "RetentionInDays" in properties:
            logs.put_retention_policy(
                logGroupName=name, retentionInDays=int(properties["RetentionInDays"])
            )
        return self._provisioned(context, name)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        logs = context.client("logs")
        change_aspects(_ASPECTS, logs, physical_id, old, new)
        arn = context.arn("logs", f"log-group:{physical_id}")
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            logs.tag_resource(resourceArn=arn, tags=added)
        if removed:
            logs.untag_resource(resourceArn=arn, tagKeys=list(removed))
        return self._provisioned(context, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("logs").delete_log_group(logGroupName=physical_id)

    def _provisioned(self, context: ResourceContext, name: str) -> Provisioned:
        return Provisioned(name, {"Arn": context.arn("logs", f"log-group:{name}:*")})


class MetricFilter(ResourceHandler):
    """A filter that turns log lines into metric values."""

    type_name = "AWS::Logs::MetricFilter"
    required = frozenset({"FilterPattern", "LogGroupName", "MetricTransformations"})
    supported = frozenset({"FilterName", "FilterPattern", "LogGroupName", "MetricTransformations"})
    replaced_by = frozenset({"FilterName", "LogGroupName"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        name = properties.get("FilterName") or context.name(max_length=512)
        _put_filter(context.client("logs"), name, properties)
        return Provisioned(context.register(name))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        # Not just put again: moto would keep the old pattern.
        self.delete(context, physical_id, old)
        _put_filter(context.client("logs"), physical_id, new)
        return Provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        context.client("logs").delete_metric_filter(
            logGroupName=properties["LogGroupName"], filterName=physical_id
        )


def _put_filter(logs: Any, name: str, properties: Properties) -> None:
    transformations = lower_camel(properties["MetricTransformations"])
    for transformation in transformations:
        pairs = transformation.get("dimensions")
        if pairs is not None:
            transformation["dimensions"] = {pair["key"]: pair["value"] for pair in pairs}
    call_api(
        logs,
        "PutMetricFilter",
        {
            "logGroupName": properties["LogGroupName"],
            "filterName": name,
            "filterPattern": properties["FilterPattern"],
            "metricTransformations": transformations,
        },
    )


HANDLERS = (LogGroup, MetricFilter)
