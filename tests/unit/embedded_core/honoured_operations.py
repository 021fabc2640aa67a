"""Writes and the reads that show them, for each operation that the register calls honoured.

The lines of a service run in their order, first those of this file.
"""

from __future__ import annotations

from tests.unit.embedded_core.register.identities import SHOWN_IDENTITIES
from tests.unit.embedded_core.register.keys import SHOWN_KEYS
from tests.unit.embedded_core.register.line import Shown
from tests.unit.embedded_core.register.messages import (
    SHOWN_LOGS,
    SHOWN_METRICS,
    SHOWN_QUEUES,
    SHOWN_TOPICS,
)
from tests.unit.embedded_core.register.networks import SHOWN_NETWORKS
from tests.unit.embedded_core.register.stores import (
    SHOWN_BUDGETS,
    SHOWN_OBJECTS,
    SHOWN_PARAMETERS,
    SHOWN_REPOSITORIES,
    SHOWN_SECRETS,
    SHOWN_TABLES,
)

ROLE = "arn:aws:iam::123456789012:role/honoured"
_TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":'
    '{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
)
_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",'
    '"Resource":"*"}]}'
)
_BUCKET_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":'
    '{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:GetObject",'
    '"Resource":"arn:aws:s3:::honoured/*"}]}'
)
_BUCKET = {"Bucket": "honoured"}
_KEY = {"Bucket": "honoured", "Key": "a/key"}
_TAGS = [{"Key": "team", "Value": "growth"}]
_ALARM = {
    "AlarmName": "an-alarm",
    "MetricName": "Errors",
    "Namespace": "Honoured",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 3.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
_TABLE = {
    "TableName": "a-table",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
_ITEM = {"TableName": "a-table", "Key": {"id": {"S": "one"}}}


_FIRST: dict[str, list[Shown]] = {
    "s3": [
        Shown("CreateBucket", _BUCKET, "ListBuckets", {}, "honoured"),
        Shown("CreateBucket", {"Bucket": "honoured-2"}, "HeadBucket", _BUCKET, ""),
        Shown("PutObject", _KEY | {"Body": b"content"}, "GetObject", _KEY, "content"),
        Shown("PutObject", _KEY | {"Body": b"content"}, "HeadObject", _KEY, ""),
        Shown(
            "CopyObject",
            {"Bucket": "honoured", "Key": "copy", "CopySource": "honoured/a/key"},
            "ListObjectsV2",
            _BUCKET,
            "<Key>copy</Key>",
        ),
        Shown(
            "PutObjectTagging",
            _KEY | {"Tagging": {"TagSet": _TAGS}},
            "GetObjectTagging",
            _KEY,
            "growth",
        ),
        Shown("DeleteObjectTagging", _KEY, "GetObjectTagging", _KEY, "!growth"),
        Shown(
            "DeleteObject", {"Bucket": "honoured", "Key": "copy"}, "ListObjects", _BUCKET, "!copy"
        ),
        Shown(
            "DeleteObjects",
            _BUCKET | {"Delete": {"Objects": [{"Key": "a/key"}]}},
            "ListObjects",
            _BUCKET,
            "!a/key",
        ),
        Shown(
            "PutBucketVersioning",
            _BUCKET | {"VersioningConfiguration": {"Status": "Enabled"}},
            "GetBucketVersioning",
            _BUCKET,
            "Enabled",
        ),
        Shown("PutObject", _KEY, "ListObjectVersions", _BUCKET, "a/key"),
        Shown(
            "PutBucketTagging",
            _BUCKET | {"Tagging": {"TagSet": _TAGS}},
            "GetBucketTagging",
            _BUCKET,
            "growth",
        ),
        Shown("DeleteBucketTagging", _BUCKET, "GetBucketTagging", _BUCKET, "!growth"),
        Shown(
            "PutBucketPolicy",
            _BUCKET | {"Policy": _BUCKET_POLICY},
            "GetBucketPolicy",
            _BUCKET,
            "s3:GetObject",
        ),
        Shown("DeleteBucketPolicy", _BUCKET, "GetBucketPolicy", _BUCKET, "!s3:GetObject"),
        Shown(
            "PutBucketEncryption",
            _BUCKET
            | {
                "ServerSideEncryptionConfiguration": {
                    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
                }
            },
            "GetBucketEncryption",
            _BUCKET,
            "aws:kms",
        ),
        Shown("DeleteBucketEncryption", _BUCKET, "GetBucketEncryption", _BUCKET, "!aws:kms"),
        Shown(
            "PutPublicAccessBlock",
            _BUCKET | {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
            "GetPublicAccessBlock",
            _BUCKET,
            "<BlockPublicAcls>true",
        ),
        Shown("DeletePublicAccessBlock", _BUCKET, "GetPublicAccessBlock", _BUCKET, "!>true<"),
        Shown(
            "PutBucketOwnershipControls",
            _BUCKET | {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
            "GetBucketOwnershipControls",
            _BUCKET,
            "ObjectWriter",
        ),
        Shown(
            "DeleteBucketOwnershipControls",
            _BUCKET,
            "GetBucketOwnershipControls",
            _BUCKET,
            "!ObjectWriter",
        ),
        Shown(
            "PutBucketLifecycleConfiguration",
            _BUCKET
            | {
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "ID": "gone",
                            "Filter": {"Prefix": "x/"},
                            "Status": "Enabled",
                            "Expiration": {"Days": 3},
                        }
                    ]
                }
            },
            "GetBucketLifecycleConfiguration",
            _BUCKET,
            "<Days>3</Days>",
        ),
        Shown(
            "DeleteBucketLifecycle", _BUCKET, "GetBucketLifecycleConfiguration", _BUCKET, "!Days"
        ),
        Shown(
            "CreateMultipartUpload",
            {"Bucket": "honoured", "Key": "parts"},
            "ListMultipartUploads",
            _BUCKET,
            "parts",
        ),
        Shown(
            "UploadPart",
            {
                "Bucket": "honoured",
                "Key": "parts",
                "PartNumber": 1,
                "UploadId": "{UploadId}",
                "Body": b"part",
            },
            "ListParts",
            {"Bucket": "honoured", "Key": "parts", "UploadId": "{UploadId}"},
            "<PartNumber>1",
        ),
        Shown(
            "AbortMultipartUpload",
            {"Bucket": "honoured", "Key": "parts", "UploadId": "{UploadId}"},
            "ListMultipartUploads",
            _BUCKET,
            "!parts",
        ),
        Shown("DeleteBucket", {"Bucket": "honoured-2"}, "ListBuckets", {}, "!honoured-2"),
    ],
    "iam": [
        Shown(
            "CreateRole",
            {"RoleName": "honoured", "AssumeRolePolicyDocument": _TRUST},
            "GetRole",
            {"RoleName": "honoured"},
            ROLE,
        ),
        Shown(
            "UpdateRole",
            {"RoleName": "honoured", "Description": "updated"},
            "ListRoles",
            {},
            "updated",
        ),
        Shown(
            "TagRole",
            {"RoleName": "honoured", "Tags": _TAGS},
            "ListRoleTags",
            {"RoleName": "honoured"},
            "growth",
        ),
        Shown(
            "UntagRole",
            {"RoleName": "honoured", "TagKeys": ["team"]},
            "ListRoleTags",
            {"RoleName": "honoured"},
            "!growth",
        ),
        Shown(
            "PutRolePolicy",
            {"RoleName": "honoured", "PolicyName": "inline", "PolicyDocument": _POLICY},
            "GetRolePolicy",
            {"RoleName": "honoured", "PolicyName": "inline"},
            "GetObject",
        ),
        Shown(
            "DeleteRolePolicy",
            {"RoleName": "honoured", "PolicyName": "inline"},
            "ListRolePolicies",
            {"RoleName": "honoured"},
            "!inline",
        ),
        Shown(
            "CreatePolicy",
            {"PolicyName": "managed", "PolicyDocument": _POLICY},
            "GetPolicy",
            {"PolicyArn": "arn:aws:iam::123456789012:policy/managed"},
            "managed",
        ),
        Shown(
            "AttachRolePolicy",
            {"RoleName": "honoured", "PolicyArn": "arn:aws:iam::123456789012:policy/managed"},
            "ListAttachedRolePolicies",
            {"RoleName": "honoured"},
            "managed",
        ),
        Shown(
            "DetachRolePolicy",
            {"RoleName": "honoured", "PolicyArn": "arn:aws:iam::123456789012:policy/managed"},
            "ListAttachedRolePolicies",
            {"RoleName": "honoured"},
            "!managed",
        ),
        Shown(
            "CreatePolicyVersion",
            {
                "PolicyArn": "arn:aws:iam::123456789012:policy/managed",
                "PolicyDocument": _POLICY,
                "SetAsDefault": True,
            },
            "ListPolicyVersions",
            {"PolicyArn": "arn:aws:iam::123456789012:policy/managed"},
            "v2",
        ),
        Shown(
            "DeletePolicyVersion",
            {"PolicyArn": "arn:aws:iam::123456789012:policy/managed", "VersionId": "v1"},
            "ListPolicyVersions",
            {"PolicyArn": "arn:aws:iam::123456789012:policy/managed"},
            "!>v1<",
        ),
        Shown(
            "DeletePolicy",
            {"PolicyArn": "arn:aws:iam::123456789012:policy/managed"},
            "GetPolicy",
            {"PolicyArn": "arn:aws:iam::123456789012:policy/managed"},
            "!<PolicyName>managed",
        ),
        Shown(
            "CreateInstanceProfile",
            {"InstanceProfileName": "profile"},
            "GetInstanceProfile",
            {"InstanceProfileName": "profile"},
            "profile",
        ),
        Shown(
            "AddRoleToInstanceProfile",
            {"InstanceProfileName": "profile", "RoleName": "honoured"},
            "ListInstanceProfilesForRole",
            {"RoleName": "honoured"},
            "profile",
        ),
        Shown(
            "RemoveRoleFromInstanceProfile",
            {"InstanceProfileName": "profile", "RoleName": "honoured"},
            "ListInstanceProfilesForRole",
            {"RoleName": "honoured"},
            "!<InstanceProfileName>profile",
        ),
        Shown(
            "DeleteInstanceProfile",
            {"InstanceProfileName": "profile"},
            "GetInstanceProfile",
            {"InstanceProfileName": "profile"},
            "!<InstanceProfileName>profile",
        ),
        Shown(
            "CreateUser",
            {"UserName": "ann"},
            "GetUser",
            {"UserName": "ann"},
            "user/ann",
        ),
        Shown(
            "CreateAccessKey",
            {"UserName": "ann"},
            "ListAccessKeys",
            {"UserName": "ann"},
            "AccessKeyId",
        ),
        Shown(
            "PutUserPolicy",
            {"UserName": "ann", "PolicyName": "inline", "PolicyDocument": _POLICY},
            "GetUserPolicy",
            {"UserName": "ann", "PolicyName": "inline"},
            "GetObject",
        ),
        Shown(
            "DeleteUserPolicy",
            {"UserName": "ann", "PolicyName": "inline"},
            "ListUserPolicies",
            {"UserName": "ann"},
            "!inline",
        ),
        Shown(
            "DeleteRole",
            {"RoleName": "honoured"},
            "GetRole",
            {"RoleName": "honoured"},
            "!role/honoured",
        ),
    ],
    "kms": [
        Shown("CreateKey", {"Description": "a key"}, "DescribeKey", {"KeyId": "{KeyId}"}, "a key"),
        Shown(
            "CreateAlias",
            {"AliasName": "alias/honoured", "TargetKeyId": "{KeyId}"},
            "ListAliases",
            {},
            "alias/honoured",
        ),
        Shown(
            "EnableKeyRotation",
            {"KeyId": "{KeyId}"},
            "GetKeyRotationStatus",
            {"KeyId": "{KeyId}"},
            "true",
        ),
        Shown(
            "DisableKeyRotation",
            {"KeyId": "{KeyId}"},
            "GetKeyRotationStatus",
            {"KeyId": "{KeyId}"},
            "false",
        ),
        Shown(
            "TagResource",
            {"KeyId": "{KeyId}", "Tags": [{"TagKey": "team", "TagValue": "growth"}]},
            "ListResourceTags",
            {"KeyId": "{KeyId}"},
            "growth",
        ),
        Shown("DisableKey", {"KeyId": "{KeyId}"}, "DescribeKey", {"KeyId": "{KeyId}"}, "Disabled"),
        Shown("EnableKey", {"KeyId": "{KeyId}"}, "DescribeKey", {"KeyId": "{KeyId}"}, "Enabled"),
        Shown("DeleteAlias", {"AliasName": "alias/honoured"}, "ListAliases", {}, "!alias/honoured"),
        Shown(
            "ScheduleKeyDeletion",
            {"KeyId": "{KeyId}"},
            "DescribeKey",
            {"KeyId": "{KeyId}"},
            "PendingDeletion",
        ),
    ],
    "logs": [
        Shown("CreateLogGroup", {"logGroupName": "g"}, "DescribeLogGroups", {}, '"g"'),
        Shown(
            "CreateLogStream",
            {"logGroupName": "g", "logStreamName": "s"},
            "DescribeLogStreams",
            {"logGroupName": "g"},
            '"s"',
        ),
        Shown(
            "PutRetentionPolicy",
            {"logGroupName": "g", "retentionInDays": 7},
            "DescribeLogGroups",
            {},
            '"retentionInDays": 7',
        ),
        Shown("DeleteRetentionPolicy", {"logGroupName": "g"}, "DescribeLogGroups", {}, "!InDays"),
        Shown(
            "DeleteLogStream",
            {"logGroupName": "g", "logStreamName": "s"},
            "DescribeLogStreams",
            {"logGroupName": "g"},
            '!"s"',
        ),
        Shown("DeleteLogGroup", {"logGroupName": "g"}, "DescribeLogGroups", {}, '!"g"'),
    ],
    "ssm": [
        Shown(
            "PutParameter",
            {"Name": "/honoured/p", "Value": "first", "Type": "String"},
            "GetParameter",
            {"Name": "/honoured/p"},
            "first",
        ),
        Shown(
            "PutParameter",
            {"Name": "/honoured/p", "Value": "second", "Type": "String", "Overwrite": True},
            "GetParametersByPath",
            {"Path": "/honoured"},
            "second",
        ),
        Shown(
            "AddTagsToResource",
            {"ResourceType": "Parameter", "ResourceId": "/honoured/p", "Tags": _TAGS},
            "ListTagsForResource",
            {"ResourceType": "Parameter", "ResourceId": "/honoured/p"},
            "growth",
        ),
        Shown(
            "RemoveTagsFromResource",
            {"ResourceType": "Parameter", "ResourceId": "/honoured/p", "TagKeys": ["team"]},
            "ListTagsForResource",
            {"ResourceType": "Parameter", "ResourceId": "/honoured/p"},
            "!growth",
        ),
        Shown(
            "DeleteParameter",
            {"Name": "/honoured/p"},
            "GetParameters",
            {"Names": ["/honoured/p"]},
            "!second",
        ),
    ],
    "sns": [
        Shown("CreateTopic", {"Name": "a-topic"}, "ListTopics", {}, "a-topic"),
        Shown(
            "SetTopicAttributes",
            {
                "TopicArn": "{TopicArn}",
                "AttributeName": "DisplayName",
                "AttributeValue": "shown name",
            },
            "GetTopicAttributes",
            {"TopicArn": "{TopicArn}"},
            "shown name",
        ),
        Shown(
            "TagResource",
            {"ResourceArn": "{TopicArn}", "Tags": _TAGS},
            "ListTagsForResource",
            {"ResourceArn": "{TopicArn}"},
            "growth",
        ),
        Shown("DeleteTopic", {"TopicArn": "{TopicArn}"}, "ListTopics", {}, "!a-topic"),
    ],
    "sqs": [
        Shown("CreateQueue", {"QueueName": "a-queue"}, "ListQueues", {}, "a-queue"),
        Shown(
            "CreateQueue", {"QueueName": "a-queue"}, "GetQueueUrl", {"QueueName": "a-queue"}, "a-"
        ),
        Shown(
            "SetQueueAttributes",
            {"QueueUrl": "{QueueUrl}", "Attributes": {"VisibilityTimeout": "77"}},
            "GetQueueAttributes",
            {"QueueUrl": "{QueueUrl}", "AttributeNames": ["All"]},
            '"77"',
        ),
        Shown(
            "SendMessage",
            {"QueueUrl": "{QueueUrl}", "MessageBody": "hello"},
            "ReceiveMessage",
            {"QueueUrl": "{QueueUrl}"},
            "hello",
        ),
        Shown(
            "PurgeQueue",
            {"QueueUrl": "{QueueUrl}"},
            "GetQueueAttributes",
            {"QueueUrl": "{QueueUrl}", "AttributeNames": ["All"]},
            '!"ApproximateNumberOfMessagesNotVisible": "1"',
        ),
        Shown("DeleteQueue", {"QueueUrl": "{QueueUrl}"}, "ListQueues", {}, "!a-queue"),
    ],
    "ecr": [
        Shown(
            "CreateRepository", {"repositoryName": "images"}, "DescribeRepositories", {}, "images"
        ),
        Shown(
            "PutLifecyclePolicy",
            {
                "repositoryName": "images",
                "lifecyclePolicyText": (
                    '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":'
                    '"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}]}'
                ),
            },
            "GetLifecyclePolicy",
            {"repositoryName": "images"},
            "imageCountMoreThan",
        ),
        Shown(
            "DeleteRepository", {"repositoryName": "images"}, "DescribeRepositories", {}, "!images"
        ),
    ],
    "cloudwatch": [
        Shown("PutMetricAlarm", _ALARM, "DescribeAlarms", {}, "an-alarm"),
        Shown(
            "PutDashboard",
            {"DashboardName": "a-view", "DashboardBody": '{"widgets": []}'},
            "GetDashboard",
            {"DashboardName": "a-view"},
            "widgets",
        ),
        Shown("DeleteDashboards", {"DashboardNames": ["a-view"]}, "ListDashboards", {}, "!a-view"),
        Shown(
            "PutMetricData",
            {"Namespace": "Honoured", "MetricData": [{"MetricName": "Rows", "Value": 5.0}]},
            "ListMetrics",
            {"Namespace": "Honoured"},
            "Rows",
        ),
        Shown("DeleteAlarms", {"AlarmNames": ["an-alarm"]}, "DescribeAlarms", {}, "!an-alarm"),
    ],
    "dynamodb": [
        Shown("CreateTable", _TABLE, "DescribeTable", {"TableName": "a-table"}, "a-table"),
        Shown(
            "PutItem",
            {"TableName": "a-table", "Item": {"id": {"S": "one"}, "text": {"S": "first"}}},
            "GetItem",
            _ITEM,
            "first",
        ),
        Shown(
            "UpdateItem",
            _ITEM
            | {
                "UpdateExpression": "SET #t = :t",
                "ExpressionAttributeNames": {"#t": "text"},
                "ExpressionAttributeValues": {":t": {"S": "second"}},
            },
            "Scan",
            {"TableName": "a-table"},
            "second",
        ),
        Shown("DeleteItem", _ITEM, "Scan", {"TableName": "a-table"}, "!second"),
        Shown("DeleteTable", {"TableName": "a-table"}, "ListTables", {}, "!a-table"),
    ],
    "secretsmanager": [
        Shown(
            "CreateSecret",
            {"Name": "a-secret", "SecretString": "first"},
            "GetSecretValue",
            {"SecretId": "a-secret"},
            "first",
        ),
        Shown(
            "PutSecretValue",
            {"SecretId": "a-secret", "SecretString": "second", "ClientRequestToken": "1" * 32},
            "GetSecretValue",
            {"SecretId": "a-secret"},
            "second",
        ),
        Shown(
            "DeleteSecret",
            {"SecretId": "a-secret", "ForceDeleteWithoutRecovery": True},
            "ListSecrets",
            {},
            "!a-secret",
        ),
    ],
    "budgets": [
        Shown(
            "CreateBudget",
            {
                "AccountId": "123456789012",
                "Budget": {
                    "BudgetName": "a-budget",
                    "BudgetType": "COST",
                    "TimeUnit": "MONTHLY",
                    "BudgetLimit": {"Amount": "10", "Unit": "USD"},
                },
            },
            "DescribeBudget",
            {"AccountId": "123456789012", "BudgetName": "a-budget"},
            "a-budget",
        ),
        Shown(
            "DeleteBudget",
            {"AccountId": "123456789012", "BudgetName": "a-budget"},
            "DescribeBudgets",
            {"AccountId": "123456789012"},
            "!a-budget",
        ),
    ],
}
_FURTHER = {
    "budgets": SHOWN_BUDGETS,
    "cloudwatch": SHOWN_METRICS,
    "dynamodb": SHOWN_TABLES,
    "ec2": SHOWN_NETWORKS,
    "ecr": SHOWN_REPOSITORIES,
    "iam": SHOWN_IDENTITIES,
    "kms": SHOWN_KEYS,
    "logs": SHOWN_LOGS,
    "s3": SHOWN_OBJECTS,
    "secretsmanager": SHOWN_SECRETS,
    "sns": SHOWN_TOPICS,
    "sqs": SHOWN_QUEUES,
    "ssm": SHOWN_PARAMETERS,
}
SHOWN = {
    service: [*_FIRST.get(service, []), *_FURTHER.get(service, [])]
    for service in {*_FIRST, *_FURTHER}
}


def operations_shown(service: str) -> frozenset[str]:
    """Return the operations that the lines of a service prove, writes and reads."""
    return frozenset(name for line in SHOWN[service] for name in (line.write, line.read))
