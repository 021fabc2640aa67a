"""Topics, queues, logs and metrics, after the lines of their first operations."""

from __future__ import annotations

import time

from tests.unit.embedded_core.register.line import ACCOUNT, Shown

_NOW = int(time.time())
_TAGS = [{"Key": "team", "Value": "growth"}]
_TOPIC = {"TopicArn": "{TopicArn}"}
_SUBSCRIPTION = {"SubscriptionArn": "{SubscriptionArn}"}
_QUEUE = {"QueueUrl": "{QueueUrl}"}
_ENTRIES = [{"Id": "e1", "MessageBody": "batched"}]
_RECEIPT = {"ReceiptHandle": "{ReceiptHandle}"}
_COUNTED = ("GetQueueAttributes", _QUEUE | {"AttributeNames": ["All"]})
_VISIBLE = '"ApproximateNumberOfMessages": "1"'
_TAKEN = '"ApproximateNumberOfMessagesNotVisible": "1"'
_FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
_GROUP = {"logGroupName": "of-lines"}
_STREAM = _GROUP | {"logStreamName": "s"}
_GROUP_ARN = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:of-lines"

SHOWN_TOPICS = [
    Shown("CreateTopic", {"Name": "of-news"}, "GetTopicAttributes", _TOPIC, "of-news"),
    Shown(
        "TagResource",
        {"ResourceArn": "{TopicArn}", "Tags": _TAGS},
        "ListTagsForResource",
        {"ResourceArn": "{TopicArn}"},
        "growth",
    ),
    Shown(
        "UntagResource",
        {"ResourceArn": "{TopicArn}", "TagKeys": ["team"]},
        "ListTagsForResource",
        {"ResourceArn": "{TopicArn}"},
        "!growth",
    ),
    Shown(
        "Subscribe",
        _TOPIC | {"Protocol": "lambda", "Endpoint": _FUNCTION, "ReturnSubscriptionArn": True},
        "ListSubscriptionsByTopic",
        _TOPIC,
        "function:f",
    ),
    Shown(
        "SetSubscriptionAttributes",
        _SUBSCRIPTION | {"AttributeName": "FilterPolicy", "AttributeValue": '{"kind":["a"]}'},
        "GetSubscriptionAttributes",
        _SUBSCRIPTION,
        "kind",
    ),
    Shown("Unsubscribe", _SUBSCRIPTION, "ListSubscriptions", {}, "!function:f"),
    Shown(
        "AddPermission",
        _TOPIC | {"Label": "ours", "AWSAccountId": [ACCOUNT], "ActionName": ["Publish"]},
        "GetTopicAttributes",
        _TOPIC,
        "ours",
    ),
    Shown("RemovePermission", _TOPIC | {"Label": "ours"}, "GetTopicAttributes", _TOPIC, "!ours"),
]

SHOWN_QUEUES = [
    Shown("CreateQueue", {"QueueName": "of-news"}, "ListQueues", {}, "of-news"),
    Shown("TagQueue", _QUEUE | {"Tags": {"team": "growth"}}, "ListQueueTags", _QUEUE, "growth"),
    Shown("UntagQueue", _QUEUE | {"TagKeys": ["team"]}, "ListQueueTags", _QUEUE, "!growth"),
    Shown(
        "AddPermission",
        _QUEUE | {"Label": "ours", "AWSAccountIds": [ACCOUNT], "Actions": ["SendMessage"]},
        *_COUNTED,
        "ours",
    ),
    Shown(
        "RemovePermission",
        _QUEUE | {"Label": "ours"},
        *_COUNTED,
        "!ours",
    ),
    Shown("SendMessageBatch", _QUEUE | {"Entries": _ENTRIES}, *_COUNTED, _VISIBLE),
    Shown("ReceiveMessage", _QUEUE, *_COUNTED, _TAKEN),
    Shown(
        "ChangeMessageVisibility",
        _QUEUE | _RECEIPT | {"VisibilityTimeout": 0},
        *_COUNTED,
        _VISIBLE,
    ),
    Shown("ReceiveMessage", _QUEUE, *_COUNTED, _TAKEN),
    Shown(
        "ChangeMessageVisibilityBatch",
        _QUEUE | {"Entries": [{"Id": "e1", "VisibilityTimeout": 0} | _RECEIPT]},
        *_COUNTED,
        _VISIBLE,
    ),
    Shown("ReceiveMessage", _QUEUE, *_COUNTED, _TAKEN),
    Shown("DeleteMessage", _QUEUE | _RECEIPT, *_COUNTED, f"!{_TAKEN}"),
    Shown("SendMessage", _QUEUE | {"MessageBody": "again"}, *_COUNTED, _VISIBLE),
    Shown("ReceiveMessage", _QUEUE, *_COUNTED, _TAKEN),
    Shown(
        "DeleteMessageBatch",
        _QUEUE | {"Entries": [{"Id": "e1"} | _RECEIPT]},
        *_COUNTED,
        f"!{_TAKEN}",
    ),
    Shown(
        "CreateQueue",
        {
            "QueueName": "of-old-news",
            "Attributes": {
                "RedrivePolicy": (
                    f'{{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:{ACCOUNT}:of-news",'
                    '"maxReceiveCount":2}'
                )
            },
        },
        "ListDeadLetterSourceQueues",
        {"QueueUrl": f"http://localhost/{ACCOUNT}/of-news"},
        "of-old-news",
    ),
]

SHOWN_LOGS = [
    Shown("CreateLogGroup", _GROUP, "DescribeLogGroups", {}, "of-lines"),
    Shown("CreateLogStream", _STREAM, "DescribeLogStreams", _GROUP, '"s"'),
    Shown(
        "PutLogEvents",
        _STREAM | {"logEvents": [{"timestamp": _NOW * 1000, "message": "a line"}]},
        "GetLogEvents",
        _STREAM,
        "a line",
    ),
    Shown(
        "TagResource",
        {"resourceArn": _GROUP_ARN, "tags": {"team": "growth"}},
        "ListTagsForResource",
        {"resourceArn": _GROUP_ARN},
        "growth",
    ),
    Shown(
        "UntagResource",
        {"resourceArn": _GROUP_ARN, "tagKeys": ["team"]},
        "ListTagsForResource",
        {"resourceArn": _GROUP_ARN},
        "!growth",
    ),
    Shown("TagLogGroup", _GROUP | {"tags": {"team": "growth"}}, "ListTagsLogGroup", _GROUP, "grow"),
    Shown("UntagLogGroup", _GROUP | {"tags": ["team"]}, "ListTagsLogGroup", _GROUP, "!growth"),
    Shown(
        "PutResourcePolicy",
        {"policyName": "of-events", "policyDocument": '{"Statement":[]}'},
        "DescribeResourcePolicies",
        {},
        "of-events",
    ),
    Shown(
        "DeleteResourcePolicy",
        {"policyName": "of-events"},
        "DescribeResourcePolicies",
        {},
        "!of-events",
    ),
]

SHOWN_METRICS = [
    Shown(
        "PutMetricData",
        {
            "Namespace": "Counted",
            "MetricData": [{"MetricName": "Rows", "Value": 5.0, "Timestamp": _NOW}],
        },
        "GetMetricStatistics",
        {
            "Namespace": "Counted",
            "MetricName": "Rows",
            "StartTime": _NOW - 600,
            "EndTime": _NOW + 60,
            "Period": 60,
            "Statistics": ["Sum"],
        },
        "5.0",
    ),
    Shown(
        "PutMetricData",
        {
            "Namespace": "Counted",
            "MetricData": [{"MetricName": "Rows", "Value": 2.0, "Timestamp": _NOW}],
        },
        "GetMetricData",
        {
            "StartTime": _NOW - 600,
            "EndTime": _NOW + 60,
            "MetricDataQueries": [
                {
                    "Id": "rows",
                    "MetricStat": {
                        "Metric": {"Namespace": "Counted", "MetricName": "Rows"},
                        "Period": 60,
                        "Stat": "Sum",
                    },
                }
            ],
        },
        "7.0",
    ),
]
