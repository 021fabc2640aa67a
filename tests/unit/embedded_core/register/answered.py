"""Calls that keep nothing and show nothing that was written: what they answer.

Things of the lines of writes and reads are not there: each service is asked on its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.unit.embedded_core.register.line import ACCOUNT

_BUCKET = {"Bucket": "asked"}
_TOPIC = {"TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:asked"}
_LOGS = {"logGroupName": "asked"}


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
        ("StartQuery", _LOGS | {"startTime": 1, "endTime": 2, "queryString": "fields @message"}),
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
        Answer("GetQueryResults", {"queryId": "{queryId}"}, "Complete"),
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
