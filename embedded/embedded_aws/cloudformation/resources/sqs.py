"""AWS::SQS::Queue and AWS::SQS::QueuePolicy."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.resources.api_shapes import as_text
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_map

# Property -> the value an unset property has.
_ATTRIBUTES = {
    "ContentBasedDeduplication": "false",
    "DelaySeconds": "0",
    "FifoQueue": "true",
    "KmsDataKeyReusePeriodSeconds": "300",
    "KmsMasterKeyId": "",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedrivePolicy": "",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}


class Queue(ResourceHandler):
    """A queue. Its `Ref` is its URL."""

    type_name = "AWS::SQS::Queue"
    supported = frozenset({*_ATTRIBUTES, "QueueName", "Tags"})
    replaced_by = frozenset({"FifoQueue", "QueueName"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        fifo = str(properties.get("FifoQueue", False)).lower() == "true"
        name = properties.get("QueueName") or _name(context, fifo)
        attributes = {key: as_text(properties[key]) for key in _ATTRIBUTES if key in properties}
        if not fifo:
            attributes.pop("FifoQueue", None)
        answer = context.client("sqs").create_queue(
            QueueName=name, Attributes=attributes, tags=tag_map(properties.get("Tags"))
        )
        return _provisioned(context, context.register(answer["QueueUrl"]))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        sqs = context.client("sqs")
        attributes = {
            name: as_text(new.get(name, _ATTRIBUTES[name]))
            for name in changed_properties(old, new)
            if name in _ATTRIBUTES
        }
        if attributes:
            sqs.set_queue_attributes(QueueUrl=physical_id, Attributes=attributes)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            sqs.tag_queue(QueueUrl=physical_id, Tags=added)
        if removed:
            sqs.untag_queue(QueueUrl=physical_id, TagKeys=list(removed))
        return _provisioned(context, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("sqs").delete_queue(QueueUrl=physical_id)


class QueuePolicy(ResourceHandler):
    """The resource policy of queues."""

    type_name = "AWS::SQS::QueuePolicy"
    required = frozenset({"PolicyDocument", "Queues"})
    supported = frozenset({"PolicyDocument", "Queues"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        policy_id = context.register(context.name(max_length=128))
        _set_policies(context, properties["Queues"], as_text(properties["PolicyDocument"]))
        return Provisioned(policy_id, {"Id": policy_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        _set_policies(context, new["Queues"], as_text(new["PolicyDocument"]))
        _set_policies(context, [url for url in old["Queues"] if url not in new["Queues"]], "")
        return Provisioned(physical_id, {"Id": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        _set_policies(context, properties["Queues"], "")


def _name(context: ResourceContext, fifo: bool) -> str:
    return context.name(max_length=75, charset=r"\w-") + (".fifo" if fifo else "")


def _provisioned(context: ResourceContext, url: str) -> Provisioned:
    name = url.rsplit("/", 1)[-1]
    attributes: dict[str, Any] = {
        "Arn": context.arn("sqs", name),
        "QueueName": name,
        "QueueUrl": url,
    }
    return Provisioned(url, attributes)


def _set_policies(context: ResourceContext, queues: list[str], policy: str) -> None:
    for url in queues:
        context.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


HANDLERS = (Queue, QueuePolicy)
