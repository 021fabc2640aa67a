"""AWS::SNS::Topic, Subscription and TopicPolicy."""

from __future__ import annotations

import json
from typing import Any

from embedded_aws.cloudformation.resources.api_shapes import as_text
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list

_TOPIC_ATTRIBUTES = (
    "ContentBasedDeduplication",
    "DisplayName",
    "FifoTopic",
    "KmsMasterKeyId",
    "SignatureVersion",
    "TracingConfig",
)
_SUBSCRIPTION_ATTRIBUTES = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "SubscriptionRoleArn",
)
_OWNER_ACTIONS = (
    "AddPermission",
    "DeleteTopic",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "Publish",
    "RemovePermission",
    "SetTopicAttributes",
    "Subscribe",
)


class Topic(ResourceHandler):
    """A topic, optionally with subscriptions of its own."""

    type_name = "AWS::SNS::Topic"
    supported = frozenset({*_TOPIC_ATTRIBUTES, "Subscription", "Tags", "TopicName"})
    replaced_by = frozenset({"FifoTopic", "TopicName"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        sns = context.client("sns")
        name = properties.get("TopicName") or context.name(max_length=256, charset=r"\w-")
        answer = sns.create_topic(
            Name=name,
            Attributes=_texts(properties, _TOPIC_ATTRIBUTES),
            Tags=tag_list(properties.get("Tags")),
        )
        arn = context.register(answer["TopicArn"])
        for subscription in properties.get("Subscription", []):
            sns.subscribe(TopicArn=arn, **subscription)
        return _topic(arn)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        sns = context.client("sns")
        for name in changed_properties(old, new):
            if name in _TOPIC_ATTRIBUTES:
                sns.set_topic_attributes(
                    TopicArn=physical_id,
                    AttributeName=name,
                    AttributeValue=as_text(new.get(name, "")),
                )
        _change_subscriptions(sns, physical_id, old, new)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            sns.tag_resource(ResourceArn=physical_id, Tags=tag_list(added))
        if removed:
            sns.untag_resource(ResourceArn=physical_id, TagKeys=list(removed))
        return _topic(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("sns").delete_topic(TopicArn=physical_id)


class Subscription(ResourceHandler):
    """A subscription to a topic."""

    type_name = "AWS::SNS::Subscription"
    required = frozenset({"Protocol", "TopicArn"})
    supported = frozenset({*_SUBSCRIPTION_ATTRIBUTES, "Endpoint", "Protocol", "TopicArn"})
    replaced_by = frozenset({"Endpoint", "Protocol", "TopicArn"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        answer = context.client("sns").subscribe(
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=as_text(properties["Endpoint"]),
            Attributes=_texts(properties, _SUBSCRIPTION_ATTRIBUTES),
            ReturnSubscriptionArn=True,
        )
        arn = context.register(answer["SubscriptionArn"])
        return Provisioned(arn, {"Arn": arn})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        for name in changed_properties(old, new):
            context.client("sns").set_subscription_attributes(
                SubscriptionArn=physical_id,
                AttributeName=name,
                AttributeValue=as_text(new.get(name, "")),
            )
        return Provisioned(physical_id, {"Arn": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("sns").unsubscribe(SubscriptionArn=physical_id)


class TopicPolicy(ResourceHandler):
    """The resource policy of topics."""

    type_name = "AWS::SNS::TopicPolicy"
    required = frozenset({"PolicyDocument", "Topics"})
    supported = frozenset({"PolicyDocument", "Topics"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        policy_id = context.register(context.name(max_length=128))
        _set_policies(context, properties["Topics"], properties["PolicyDocument"])
        return Provisioned(policy_id, {"Id": policy_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        _set_policies(context, new["Topics"], new["PolicyDocument"])
        _reset_policies(context, [arn for arn in old["Topics"] if arn not in new["Topics"]])
        return Provisioned(physical_id, {"Id": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        _reset_policies(context, properties["Topics"])


def _texts(properties: Properties, names: tuple[str, ...]) -> dict[str, str]:
    return {name: as_text(properties[name]) for name in names if name in properties}


def _topic(arn: str) -> Provisioned:
    return Provisioned(arn, {"TopicArn": arn, "TopicName": arn.rsplit(":", 1)[-1]})


def _change_subscriptions(sns: Any, arn: str, old: Properties, new: Properties) -> None:
    before, after = old.get("Subscription", []), new.get("Subscription", [])
    for subscription in after:
        if subscription not in before:
            sns.subscribe(TopicArn=arn, **subscription)
    gone = [(item["Protocol"], item["Endpoint"]) for item in before if item not in after]
    if not gone:
        return
    for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn):
        for item in page["Subscriptions"]:
            if (item["Protocol"], item["Endpoint"]) in gone:
                sns.unsubscribe(SubscriptionArn=item["SubscriptionArn"])


def _set_policies(context: ResourceContext, topics: list[str], document: Any) -> None:
    for arn in topics:
        context.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=as_text(document)
        )


def _reset_policies(context: ResourceContext, topics: list[str]) -> None:
    """Restore a topic's default policy, which lets its owner do everything."""
    for arn in topics:
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [f"SNS:{action}" for action in _OWNER_ACTIONS],
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": context.account_id}},
        }
        document = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
        context.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(document)
        )


HANDLERS = (Topic, Subscription, TopicPolicy)
