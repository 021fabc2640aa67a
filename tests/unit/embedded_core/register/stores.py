"""Objects, tables, secrets, parameters, repositories and budgets, after their first operations."""

from __future__ import annotations

from tests.unit.embedded_core.register.line import ACCOUNT, Shown

_TAGS = [{"Key": "team", "Value": "growth"}]
_BUCKET = {"Bucket": "of-stores"}
_PART = _BUCKET | {"Key": "joined", "UploadId": "{UploadId}"}
_LOCKED = {"Bucket": "of-locks"}
_LOCKED_KEY = _LOCKED | {"Key": "k"}
_CORS = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["https://a.example"]}]}
_TABLE = {"TableName": "of-rows"}
_TABLE_ARN = {"ResourceArn": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/of-rows"}
_ROW = {"id": {"S": "one"}, "text": {"S": "batched"}}
_ROW_KEY = {"Key": {"id": {"S": "one"}}}
_BY_ID = {"KeyConditionExpression": "id = :i", "ExpressionAttributeValues": {":i": {"S": "one"}}}
_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"reading","Effect":"Allow","Principal":'
    f'{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}},"Action":"%s","Resource":"*"}}]}}'
)
_SECRET = {"SecretId": "of-stores"}
_PARAMETER = {"Name": "/stores/p"}
_IMAGES = {"repositoryName": "of-stores"}
_IMAGE_ARN = {"resourceArn": f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/of-stores"}
_MANIFEST = (
    '{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",'
    '"config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":1,'
    '"digest":"sha256:' + "a" * 64 + '"},"layers":[]}'
)
_NOTIFICATION = {
    "NotificationType": "ACTUAL",
    "ComparisonOperator": "GREATER_THAN",
    "Threshold": 80.0,
}
_SUBSCRIBERS = [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}]
_BUDGET = {"AccountId": ACCOUNT, "BudgetName": "of-stores"}

SHOWN_OBJECTS = [
    Shown(
        "CreateBucket",
        _BUCKET | {"ObjectOwnership": "ObjectWriter"},
        "ListBuckets",
        {},
        "of-stores",
    ),
    Shown("PutObject", _BUCKET | {"Key": "from", "Body": b"content"}, "ListObjects", _BUCKET, "fr"),
    Shown(
        "CreateMultipartUpload",
        _BUCKET | {"Key": "joined"},
        "ListMultipartUploads",
        _BUCKET,
        "joined",
    ),
    Shown(
        "UploadPartCopy",
        _PART | {"PartNumber": 1, "CopySource": "of-stores/from"},
        "ListParts",
        _PART,
        "<PartNumber>1",
    ),
    Shown(
        "CompleteMultipartUpload",
        _PART
        | {
            "MultipartUpload": {
                "Parts": [{"PartNumber": 1, "ETag": '"9a0364b9e99bb480dd25e1f0284c8555"'}]
            }
        },
        "GetObject",
        _BUCKET | {"Key": "joined"},
        "content",
    ),
    Shown(
        "PutObject",
        _BUCKET | {"Key": "sized", "Body": b"content"},
        "GetObjectAttributes",
        _BUCKET | {"Key": "sized", "ObjectAttributes": ["ObjectSize"]},
        "<ObjectSize>7",
    ),
    # Lists that would grant others something are refused: tests of IAM's rules show that.
    Shown("PutBucketAcl", _BUCKET | {"ACL": "private"}, "GetBucketAcl", _BUCKET, "FULL_CONTROL"),
    Shown(
        "PutObjectAcl",
        _BUCKET | {"Key": "from", "ACL": "private"},
        "GetObjectAcl",
        _BUCKET | {"Key": "from"},
        "FULL_CONTROL",
    ),
    Shown(
        "PutBucketPolicy",
        _BUCKET | {"Policy": _POLICY.replace('"*"', '"arn:aws:s3:::of-stores/*"') % "s3:GetObject"},
        "GetBucketPolicyStatus",
        _BUCKET,
        "IsPublic>false",
    ),
    Shown(
        "PutBucketCors",
        _BUCKET | {"CORSConfiguration": _CORS},
        "GetBucketCors",
        _BUCKET,
        "a.example",
    ),
    Shown("DeleteBucketCors", _BUCKET, "GetBucketCors", _BUCKET, "!a.example"),
    Shown(
        "PutBucketPolicy",
        _BUCKET
        | {
            "Policy": (
                '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":'
                '"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":'
                '"arn:aws:s3:::of-stores/*"}]}'
            )
        },
        "GetBucketPolicy",
        _BUCKET,
        "logging.s3",
    ),
    Shown(
        "PutBucketLogging",
        _BUCKET
        | {
            "BucketLoggingStatus": {
                "LoggingEnabled": {"TargetBucket": "of-stores", "TargetPrefix": "logs/"}
            }
        },
        "GetBucketLogging",
        _BUCKET,
        "logs/",
    ),
    Shown(
        "CreateBucket",
        _LOCKED | {"ObjectLockEnabledForBucket": True},
        "GetObjectLockConfiguration",
        _LOCKED,
        "Enabled",
    ),
    Shown(
        "PutObjectLockConfiguration",
        _LOCKED
        | {
            "ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}},
            }
        },
        "GetObjectLockConfiguration",
        _LOCKED,
        "GOVERNANCE",
    ),
    Shown(
        "PutObject",
        _LOCKED_KEY | {"Body": b"content", "ChecksumAlgorithm": "CRC32"},
        "GetObject",
        _LOCKED_KEY,
        "content",
    ),
    Shown(
        "PutObjectLegalHold",
        _LOCKED_KEY | {"LegalHold": {"Status": "ON"}, "ChecksumAlgorithm": "CRC32"},
        "GetObjectLegalHold",
        _LOCKED_KEY,
        "ON",
    ),
]

SHOWN_TABLES = [
    Shown(
        "CreateTable",
        _TABLE
        | {
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
        "ListTables",
        {},
        "of-rows",
    ),
    Shown(
        "BatchWriteItem",
        {"RequestItems": {"of-rows": [{"PutRequest": {"Item": _ROW}}]}},
        "BatchGetItem",
        {"RequestItems": {"of-rows": {"Keys": [_ROW_KEY["Key"]]}}},
        "batched",
    ),
    Shown(
        "TransactWriteItems",
        {"TransactItems": [{"Put": _TABLE | {"Item": _ROW | {"text": {"S": "in one"}}}}]},
        "TransactGetItems",
        {"TransactItems": [{"Get": _TABLE | _ROW_KEY}]},
        "in one",
    ),
    Shown("PutItem", _TABLE | {"Item": _ROW}, "Query", _TABLE | _BY_ID, "batched"),
    Shown("TagResource", _TABLE_ARN | {"Tags": _TAGS}, "ListTagsOfResource", _TABLE_ARN, "growth"),
    Shown(
        "UntagResource",
        _TABLE_ARN | {"TagKeys": ["team"]},
        "ListTagsOfResource",
        _TABLE_ARN,
        "!growth",
    ),
    Shown(
        "UpdateTable",
        _TABLE
        | {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 13, "WriteCapacityUnits": 2},
        },
        "DescribeTable",
        _TABLE,
        '"ReadCapacityUnits": 13',
    ),
    Shown(
        "PutResourcePolicy",
        _TABLE_ARN | {"Policy": _POLICY % "dynamodb:GetItem"},
        "GetResourcePolicy",
        _TABLE_ARN,
        "reading",
    ),
    Shown(
        "UpdateTimeToLive",
        _TABLE | {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "until"}},
        "DescribeTimeToLive",
        _TABLE,
        "until",
    ),
    Shown(
        "UpdateContinuousBackups",
        _TABLE | {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
        "DescribeContinuousBackups",
        _TABLE,
        '"PointInTimeRecoveryStatus": "ENABLED"',
    ),
    Shown(
        "ExecuteStatement",
        {"Statement": """INSERT INTO "of-rows" value {'id': 'two'}"""},
        "Scan",
        _TABLE,
        "two",
    ),
    Shown(
        "BatchExecuteStatement",
        {"Statements": [{"Statement": """INSERT INTO "of-rows" value {'id': 'three'}"""}]},
        "Scan",
        _TABLE,
        "three",
    ),
    Shown(
        "ExecuteTransaction",
        {"TransactStatements": [{"Statement": """INSERT INTO "of-rows" value {'id': 'four'}"""}]},
        "Scan",
        _TABLE,
        "four",
    ),
    Shown("DeleteResourcePolicy", _TABLE_ARN, "GetResourcePolicy", _TABLE_ARN, "!reading"),
]

SHOWN_SECRETS = [
    Shown(
        "CreateSecret",
        {"Name": "of-stores", "SecretString": "first"},
        "DescribeSecret",
        _SECRET,
        "of-stores",
    ),
    Shown(
        "UpdateSecret",
        _SECRET | {"SecretString": "updated", "ClientRequestToken": "2" * 32},
        "BatchGetSecretValue",
        {"SecretIdList": ["of-stores"]},
        "updated",
    ),
    Shown(
        "PutSecretValue",
        _SECRET | {"SecretString": "third", "ClientRequestToken": "3" * 32},
        "ListSecretVersionIds",
        _SECRET,
        "3" * 32,
    ),
    Shown(
        "UpdateSecretVersionStage",
        _SECRET | {"VersionStage": "TRIED", "MoveToVersionId": "3" * 32},
        "DescribeSecret",
        _SECRET,
        "TRIED",
    ),
    Shown("TagResource", _SECRET | {"Tags": _TAGS}, "DescribeSecret", _SECRET, "growth"),
    Shown("UntagResource", _SECRET | {"TagKeys": ["team"]}, "DescribeSecret", _SECRET, "!growth"),
    Shown(
        "PutResourcePolicy",
        _SECRET | {"ResourcePolicy": _POLICY % "secretsmanager:GetSecretValue"},
        "GetResourcePolicy",
        _SECRET,
        "reading",
    ),
    Shown("DeleteResourcePolicy", _SECRET, "GetResourcePolicy", _SECRET, "!reading"),
    Shown("DeleteSecret", _SECRET, "DescribeSecret", _SECRET, '!"DeletedDate": null'),
    Shown("RestoreSecret", _SECRET, "DescribeSecret", _SECRET, '"DeletedDate": null'),
]

SHOWN_PARAMETERS = [
    Shown(
        "PutParameter",
        _PARAMETER | {"Value": "first", "Type": "String"},
        "DescribeParameters",
        {},
        "/stores/p",
    ),
    Shown(
        "LabelParameterVersion",
        _PARAMETER | {"ParameterVersion": 1, "Labels": ["tried"]},
        "GetParameterHistory",
        _PARAMETER,
        "tried",
    ),
    Shown(
        "UnlabelParameterVersion",
        _PARAMETER | {"ParameterVersion": 1, "Labels": ["tried"]},
        "GetParameterHistory",
        _PARAMETER,
        "!tried",
    ),
    Shown("DeleteParameters", {"Names": ["/stores/p"]}, "DescribeParameters", {}, "!/stores/p"),
]

SHOWN_BUDGETS = [
    Shown(
        "CreateBudget",
        {
            "AccountId": ACCOUNT,
            "Budget": {
                "BudgetName": "of-stores",
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": "10", "Unit": "USD"},
            },
        },
        "DescribeBudget",
        _BUDGET,
        "of-stores",
    ),
    Shown(
        "CreateNotification",
        _BUDGET | {"Notification": _NOTIFICATION, "Subscribers": _SUBSCRIBERS},
        "DescribeNotificationsForBudget",
        _BUDGET,
        "ACTUAL",
    ),
    Shown(
        "DeleteNotification",
        _BUDGET | {"Notification": _NOTIFICATION},
        "DescribeNotificationsForBudget",
        _BUDGET,
        "!ACTUAL",
    ),
]

SHOWN_REPOSITORIES = [
    Shown("CreateRepository", _IMAGES, "DescribeRepositories", {}, "of-stores"),
    Shown(
        "PutImageScanningConfiguration",
        _IMAGES | {"imageScanningConfiguration": {"scanOnPush": True}},
        "DescribeRepositories",
        {},
        '"scanOnPush": true',
    ),
    Shown(
        "PutImageTagMutability",
        _IMAGES | {"imageTagMutability": "IMMUTABLE"},
        "DescribeRepositories",
        {},
        "IMMUTABLE",
    ),
    Shown(
        "SetRepositoryPolicy",
        _IMAGES
        | {
            "policyText": (
                '{"Version":"2012-10-17","Statement":[{"Sid":"pulling","Effect":"Allow",'
                f'"Principal":{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}},'
                '"Action":"ecr:BatchGetImage"}]}'
            )
        },
        "GetRepositoryPolicy",
        _IMAGES,
        "pulling",
    ),
    Shown("DeleteRepositoryPolicy", _IMAGES, "GetRepositoryPolicy", _IMAGES, "!pulling"),
    Shown("TagResource", _IMAGE_ARN | {"tags": _TAGS}, "ListTagsForResource", _IMAGE_ARN, "growth"),
    Shown(
        "UntagResource",
        _IMAGE_ARN | {"tagKeys": ["team"]},
        "ListTagsForResource",
        _IMAGE_ARN,
        "!growth",
    ),
    Shown(
        "PutLifecyclePolicy",
        _IMAGES
        | {
            "lifecyclePolicyText": (
                '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":'
                '"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}]}'
            )
        },
        "GetLifecyclePolicy",
        _IMAGES,
        "imageCountMoreThan",
    ),
    Shown("DeleteLifecyclePolicy", _IMAGES, "GetLifecyclePolicy", _IMAGES, "!imageCountMore"),
    Shown(
        "PutImage",
        _IMAGES | {"imageManifest": _MANIFEST, "imageTag": "newest"},
        "ListImages",
        _IMAGES,
        "newest",
    ),
    Shown(
        "PutImage",
        _IMAGES | {"imageManifest": _MANIFEST, "imageTag": "second"},
        "DescribeImages",
        _IMAGES,
        "second",
    ),
    Shown(
        "PutImage",
        _IMAGES | {"imageManifest": _MANIFEST, "imageTag": "third"},
        "BatchGetImage",
        _IMAGES | {"imageIds": [{"imageTag": "third"}]},
        "imageManifest",
    ),
    Shown(
        "BatchDeleteImage",
        _IMAGES | {"imageIds": [{"imageTag": "third"}]},
        "ListImages",
        _IMAGES,
        "!third",
    ),
]
