"""Calls that keep nothing: what they answer.

Things of the lines of writes and reads are not there: each service is asked on its own.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from tests.unit.embedded_core.register.line import ACCOUNT

_BUCKET = {"Bucket": "asked"}
_TOPIC = {"TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:asked"}
_NOW = int(time.time())
_LOGS = {"logGroupName": "asked"}
_STREAM = _LOGS | {"logStreamName": "s"}
_LINE = {"timestamp": 1000 * _NOW, "message": "a line that is found"}
_QUERY = {"startTime": _NOW - 600, "endTime": _NOW + 600, "queryString": "fields @message"}


class Answer(NamedTuple):
    """A call, and a text of its answer."""

    operation: str
    asked: dict[str, Any]
    text: str
    status: int = 200


# Made first, by service.
MADE: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "kms": [("CreateKey", {})],
    "logs": [
        ("CreateLogGroup", _LOGS),
        ("CreateLogStream", _STREAM),
        ("PutLogEvents", _STREAM | {"logEvents": [_LINE]}),
        ("StartQuery", _LOGS | _QUERY),
    ],
    "s3": [("CreateBucket", _BUCKET)],
    "sns": [("CreateTopic", {"Name": "asked"})],
}
ANSWERED: dict[str, list[Answer]] = {
    "ec2": [
        Answer("DescribeAvailabilityZones", {}, "us-east-1a"),
        Answer("DescribeDhcpOptions", {}, "<dhcpOptionsSet"),
        Answer("DescribeInstanceTypes", {"InstanceTypes": ["m5.large"]}, "m5.large"),
        Answer(
            "DescribeInstanceTypeOfferings",
            {"Filters": [{"Name": "instance-type", "Values": ["m5.large"]}]},
            "m5.large",
        ),
        Answer("DescribeNetworkAcls", {}, "<default>true"),
        Answer("DescribeRegions", {}, "eu-central-1"),
        Answer("DescribeVpnGateways", {}, "<vpnGatewaySet"),
    ],
    "iam": [
        Answer("GetAccountSummary", {}, "Roles"),
        Answer("GetServiceLinkedRoleDeletionStatus", {"DeletionTaskId": "task/a/b"}, "SUCCEEDED"),
    ],
    "kms": [
        Answer("GenerateRandom", {"NumberOfBytes": 8}, "Plaintext"),
        Answer("ListKeyPolicies", {"KeyId": "{KeyId}"}, "default"),
    ],
    "logs": [
        Answer("DescribeSubscriptionFilters", _LOGS, '"subscriptionFilters": []'),
        Answer("GetQueryResults", {"queryId": "{queryId}"}, "a line that is found"),
    ],
    "s3": [
        Answer("DeleteBucketReplication", _BUCKET, "", 204),
        Answer("DeleteBucketWebsite", _BUCKET, "", 204),
        Answer("GetBucketAccelerateConfiguration", _BUCKET, "AccelerateConfiguration"),
        Answer("GetBucketLocation", _BUCKET, "LocationConstraint"),
        Answer("GetBucketReplication", _BUCKET, "ReplicationConfigurationNotFoundError", 404),
        Answer("GetBucketWebsite", _BUCKET, "NoSuchWebsiteConfiguration", 404),
    ],
    "secretsmanager": [
        Answer("GetRandomPassword", {"PasswordLength": 20}, "RandomPassword"),
    ],
    "sns": [
        Answer("Publish", _TOPIC | {"Message": "m"}, "MessageId"),
        Answer(
            "PublishBatch",
            _TOPIC | {"PublishBatchRequestEntries": [{"Id": "e", "Message": "m"}]},
            "MessageId",
        ),
    ],
}
