"""API call -> the actions and resources it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.context_keys import request_context
from embedded_aws.iam.requirements.model import UnknownActionError
from embedded_aws.iam.requirements.of_call import requirements_of

ROLE = "arn:aws:iam::123456789012:role/job"
STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack"
SAGEMAKER = "arn:aws:sagemaker:us-east-1:123456789012"
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function"
STATES = "arn:aws:states:us-east-1:123456789012"
SSM = "arn:aws:ssm:us-east-1:123456789012:parameter"
LOGS = "arn:aws:logs:us-east-1:123456789012:log-group"
EVENTS = "arn:aws:events:us-east-1:123456789012"
ALARM = "arn:aws:cloudwatch:us-east-1:123456789012:alarm"
OBJECT = {"Bucket": "b", "Key": "k/x"}

MakeCall = Callable[..., ApiCall]


def needed(call: ApiCall) -> list[str]:
    return [f"{n.action} {n.resource}" for n in requirements_of(call, MotoState(call.account_id))]


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("ListBuckets", {}, ["s3:ListAllMyBuckets *"]),
        ("CreateBucket", {"Bucket": "b"}, ["s3:CreateBucket arn:aws:s3:::b"]),
        ("HeadBucket", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
        ("ListObjectsV2", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
        ("ListObjectVersions", {"Bucket": "b"}, ["s3:ListBucketVersions arn:aws:s3:::b"]),
        ("GetBucketEncryption", {"Bucket": "b"}, ["s3:GetEncryptionConfiguration arn:aws:s3:::b"]),
        ("GetBucketLocation", {"Bucket": "b"}, ["s3:GetBucketLocation arn:aws:s3:::b"]),
        ("DeleteBucketTagging", {"Bucket": "b"}, ["s3:PutBucketTagging arn:aws:s3:::b"]),
        ("GetObject", OBJECT, ["s3:GetObject arn:aws:s3:::b/k/x"]),
        ("HeadObject", OBJECT, ["s3:GetObject arn:aws:s3:::b/k/x"]),
        ("GetObject", OBJECT | {"VersionId": "1"}, ["s3:GetObjectVersion arn:aws:s3:::b/k/x"]),
        ("HeadObject", OBJECT | {"VersionId": "1"}, ["s3:GetObjectVersion arn:aws:s3:::b/k/x"]),
        ("PutObject", OBJECT, ["s3:PutObject arn:aws:s3:::b/k/x"]),
        (
            "PutObject",
            OBJECT | {"Tagging": "a=1", "ACL": "private"},
            [
                "s3:PutObject arn:aws:s3:::b/k/x",
                "s3:PutObjectTagging arn:aws:s3:::b/k/x",
                "s3:PutObjectAcl arn:aws:s3:::b/k/x",
            ],
        ),
        ("CreateMultipartUpload", OBJECT, ["s3:PutObject arn:aws:s3:::b/k/x"]),
        ("UploadPart", OBJECT, ["s3:PutObject arn:aws:s3:::b/k/x"]),
        ("CompleteMultipartUpload", OBJECT, ["s3:PutObject arn:aws:s3:::b/k/x"]),
        ("AbortMultipartUpload", OBJECT, ["s3:AbortMultipartUpload arn:aws:s3:::b/k/x"]),
        ("ListParts", OBJECT, ["s3:ListMultipartUploadParts arn:aws:s3:::b/k/x"]),
        (
            "CopyObject",
            OBJECT | {"CopySource": "src/a%20b"},
            ["s3:PutObject arn:aws:s3:::b/k/x", "s3:GetObject arn:aws:s3:::src/a b"],
        ),
        (
            "UploadPartCopy",
            OBJECT | {"CopySource": "/src/a?versionId=7"},
            ["s3:PutObject arn:aws:s3:::b/k/x", "s3:GetObjectVersion arn:aws:s3:::src/a"],
        ),
        (
            "DeleteObjects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y", "VersionId": "1"}]}},
            ["s3:DeleteObject arn:aws:s3:::b/x", "s3:DeleteObjectVersion arn:aws:s3:::b/y"],
        ),
    ],
)
def test_s3(make_call: MakeCall, operation: str, params: dict[str, Any], expected: Any) -> None:
    assert needed(make_call("s3", operation, **params)) == expected


@pytest.mark.parametrize(
    ("service", "operation", "params", "expected"),
    [
        ("sagemaker", "ListTrainingJobs", {}, ["sagemaker:ListTrainingJobs *"]),
        (
            "sagemaker",
            "CreateTrainingJob",
            {"TrainingJobName": "Income-1", "RoleArn": ROLE, "Tags": [{"Key": "a", "Value": "b"}]},
            [
                f"sagemaker:CreateTrainingJob {SAGEMAKER}:training-job/income-1",
                f"sagemaker:AddTags {SAGEMAKER}:training-job/income-1",
                f"iam:PassRole {ROLE}",
            ],
        ),
        (
            "sagemaker",
            "CreateModel",
            {"ModelName": "m", "ExecutionRoleArn": ROLE},
            [f"sagemaker:CreateModel {SAGEMAKER}:model/m", f"iam:PassRole {ROLE}"],
        ),
        (
            "sagemaker",
            "CreateTransformJob",
            {"TransformJobName": "t", "ModelName": "m"},
            [f"sagemaker:CreateTransformJob {SAGEMAKER}:transform-job/t"],
        ),
        (
            "sagemaker",
            "UpdateEndpoint",
            {"EndpointName": "e", "EndpointConfigName": "c"},
            [
                f"sagemaker:UpdateEndpoint {SAGEMAKER}:endpoint/e",
                f"sagemaker:UpdateEndpoint {SAGEMAKER}:endpoint-config/c",
            ],
        ),
        (
            "sagemaker",
            "CreateModelPackage",
            {"ModelPackageGroupName": "g", "Tags": [{"Key": "a", "Value": "b"}]},
            [
                f"sagemaker:CreateModelPackage {SAGEMAKER}:model-package-group/g",
                f"sagemaker:CreateModelPackage {SAGEMAKER}:model-package/g/*",
                f"sagemaker:AddTags {SAGEMAKER}:model-package/g/*",
            ],
        ),
        (
            "sagemaker",
            "DescribeModelPackage",
            {"ModelPackageName": f"{SAGEMAKER}:model-package/g/3"},
            [f"sagemaker:DescribeModelPackage {SAGEMAKER}:model-package/g/3"],
        ),
        (
            "sagemaker",
            "UpdateModelPackage",
            {"ModelPackageArn": f"{SAGEMAKER}:model-package/g/3"},
            [f"sagemaker:UpdateModelPackage {SAGEMAKER}:model-package/g/3"],
        ),
        (
            "sagemaker",
            "ListModelPackages",
            {"ModelPackageGroupName": "g"},
            [f"sagemaker:ListModelPackages {SAGEMAKER}:model-package/g/*"],
        ),
        (
            "sagemaker",
            "ListTags",
            {"ResourceArn": f"{SAGEMAKER}:endpoint/e"},
            [f"sagemaker:ListTags {SAGEMAKER}:endpoint/e"],
        ),
        (
            "sagemaker-runtime",
            "InvokeEndpoint",
            {"EndpointName": "e"},
            [f"sagemaker:InvokeEndpoint {SAGEMAKER}:endpoint/e"],
        ),
        ("lambda", "Invoke", {"FunctionName": "f"}, [f"lambda:InvokeFunction {LAMBDA}:f"]),
        (
            "lambda",
            "Invoke",
            {"FunctionName": "123456789012:function:f", "Qualifier": "live"},
            [f"lambda:InvokeFunction {LAMBDA}:f:live"],
        ),
        (
            "lambda",
            "Invoke",
            {"FunctionName": f"{LAMBDA}:f:live"},
            [f"lambda:InvokeFunction {LAMBDA}:f:live"],
        ),
        (
            "lambda",
            "CreateFunction",
            {"FunctionName": "f", "Role": ROLE, "Tags": {"a": "b"}},
            [
                f"lambda:CreateFunction {LAMBDA}:f",
                f"lambda:TagResource {LAMBDA}:f",
                f"iam:PassRole {ROLE}",
            ],
        ),
        (
            "lambda",
            "UpdateFunctionConfiguration",
            {"FunctionName": "f", "Role": ROLE},
            [f"lambda:UpdateFunctionConfiguration {LAMBDA}:f", f"iam:PassRole {ROLE}"],
        ),
        (
            "stepfunctions",
            "CreateStateMachine",
            {"name": "train", "roleArn": ROLE},
            [f"states:CreateStateMachine {STATES}:stateMachine:train", f"iam:PassRole {ROLE}"],
        ),
        (
            "stepfunctions",
            "StartExecution",
            {"stateMachineArn": f"{STATES}:stateMachine:train"},
            [f"states:StartExecution {STATES}:stateMachine:train"],
        ),
        (
            "stepfunctions",
            "DescribeExecution",
            {"executionArn": f"{STATES}:execution:train:1"},
            [f"states:DescribeExecution {STATES}:execution:train:1"],
        ),
        ("ssm", "GetParameter", {"Name": "/a/b"}, [f"ssm:GetParameter {SSM}/a/b"]),
        ("ssm", "GetParameter", {"Name": "plain:3"}, [f"ssm:GetParameter {SSM}/plain"]),
        (
            "ssm",
            "GetParameters",
            {"Names": ["/a", f"{SSM}/b"]},
            [f"ssm:GetParameters {SSM}/a", f"ssm:GetParameters {SSM}/b"],
        ),
        ("ssm", "GetParametersByPath", {"Path": "/a"}, [f"ssm:GetParametersByPath {SSM}/a"]),
        ("ssm", "DescribeParameters", {}, ["ssm:DescribeParameters *"]),
        (
            "ssm",
            "GetParameter",
            {"Name": "/aws/service/x"},
            ["ssm:GetParameter arn:aws:ssm:us-east-1::parameter/aws/service/x"],
        ),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "/aws/g", "logStreamName": "s"},
            [f"logs:PutLogEvents {LOGS}:/aws/g:log-stream:s"],
        ),
        (
            "logs",
            "CreateLogGroup",
            {"logGroupName": "/aws/g"},
            [f"logs:CreateLogGroup {LOGS}:/aws/g:log-stream:"],
        ),
        ("logs", "DescribeLogGroups", {}, ["logs:DescribeLogGroups *"]),
        (
            "cloudformation",
            "CreateChangeSet",
            {"StackName": "s", "ChangeSetName": "c", "RoleARN": ROLE},
            [f"cloudformation:CreateChangeSet {STACK}/s/*", f"iam:PassRole {ROLE}"],
        ),
        (
            "cloudformation",
            "DescribeStacks",
            {"StackName": f"{STACK}/s/id"},
            [f"cloudformation:DescribeStacks {STACK}/s/id"],
        ),
        ("cloudformation", "ListStacks", {}, ["cloudformation:ListStacks *"]),
        ("events", "PutRule", {"Name": "r"}, [f"events:PutRule {EVENTS}:rule/r"]),
        (
            "events",
            "PutTargets",
            {"Rule": "r", "EventBusName": "bus", "Targets": [{"Id": "1", "RoleArn": ROLE}]},
            [f"events:PutTargets {EVENTS}:rule/bus/r", f"iam:PassRole {ROLE}"],
        ),
        (
            "events",
            "PutEvents",
            {"Entries": [{}]},
            [f"events:PutEvents {EVENTS}:event-bus/default"],
        ),
        ("cloudwatch", "PutMetricData", {"Namespace": "n"}, ["cloudwatch:PutMetricData *"]),
        (
            "cloudwatch",
            "DeleteAlarms",
            {"AlarmNames": ["a", "b"]},
            [f"cloudwatch:DeleteAlarms {ALARM}:a", f"cloudwatch:DeleteAlarms {ALARM}:b"],
        ),
        ("cloudwatch", "DescribeAlarms", {}, [f"cloudwatch:DescribeAlarms {ALARM}:*"]),
        (
            "application-autoscaling",
            "RegisterScalableTarget",
            {"ResourceId": "endpoint/e/variant/AllTraffic"},
            [
                "application-autoscaling:RegisterScalableTarget "
                "arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/*"
            ],
        ),
        (
            "ecr",
            "BatchGetImage",
            {"repositoryName": "autogluon"},
            ["ecr:BatchGetImage arn:aws:ecr:us-east-1:123456789012:repository/autogluon"],
        ),
        ("ec2", "DescribeVpcs", {}, ["ec2:DescribeVpcs *"]),
        (
            "sns",
            "Publish",
            {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t"},
            ["sns:Publish arn:aws:sns:us-east-1:123456789012:t"],
        ),
        (
            "iam",
            "CreateRole",
            {"RoleName": "r", "Path": "/app/"},
            ["iam:CreateRole arn:aws:iam::123456789012:role/app/r"],
        ),
        ("iam", "ListRoles", {}, ["iam:ListRoles *"]),
        (
            "kms",
            "Decrypt",
            {"KeyId": "1234"},
            ["kms:Decrypt arn:aws:kms:us-east-1:123456789012:key/1234"],
        ),
        (
            "budgets",
            "CreateBudget",
            {"Budget": {"BudgetName": "b"}},
            ["budgets:ModifyBudget arn:aws:budgets::123456789012:budget/b"],
        ),
    ],
)
def test_other_services(
    make_call: MakeCall, service: str, operation: str, params: dict[str, Any], expected: Any
) -> None:
    assert needed(make_call(service, operation, **params)) == expected


@pytest.mark.parametrize(
    ("service", "operation", "params", "passed_to"),
    [
        ("sagemaker", "CreateProcessingJob", {"RoleArn": ROLE}, "sagemaker.amazonaws.com"),
        ("lambda", "CreateFunction", {"Role": ROLE}, "lambda.amazonaws.com"),
        ("stepfunctions", "UpdateStateMachine", {"roleArn": ROLE}, "states.amazonaws.com"),
        ("cloudformation", "CreateStack", {"RoleARN": ROLE}, "cloudformation.amazonaws.com"),
        ("events", "PutTargets", {"Targets": [{"RoleArn": ROLE}]}, "events.amazonaws.com"),
        ("iam", "AddRoleToInstanceProfile", {"RoleName": "job"}, "ec2.amazonaws.com"),
    ],
)
def test_a_passed_role_says_to_which_service(
    make_call: MakeCall, service: str, operation: str, params: dict[str, Any], passed_to: str
) -> None:
    call = make_call(service, operation, **params)
    passing = [
        n for n in requirements_of(call, MotoState(call.account_id)) if n.action == "iam:PassRole"
    ]
    assert [(n.resource, n.context) for n in passing] == [
        (ROLE, {"iam:PassedToService": passed_to})
    ]


def test_reading_about_a_role_passes_none(make_call: MakeCall) -> None:
    call = make_call("cloudformation", "DescribeStacks", StackName="s", RoleARN=ROLE)
    assert needed(call) == [f"cloudformation:DescribeStacks {STACK}/s/*"]


def test_a_volume_key_needs_a_grant_by_caller_or_role(make_call: MakeCall) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/1234"
    call = make_call(
        "sagemaker",
        "CreateTrainingJob",
        TrainingJobName="t",
        RoleArn=ROLE,
        ResourceConfig={"VolumeKmsKeyId": key},
    )
    grant = requirements_of(call, MotoState(call.account_id))[-1]
    assert (grant.action, grant.resource, grant.or_role) == ("kms:CreateGrant", key, ROLE)
    assert grant.context["kms:GrantIsForAWSResource"] == "true"


def test_an_operation_without_a_published_action_is_unknown(make_call: MakeCall) -> None:
    with pytest.raises(UnknownActionError, match="sagemaker:StopJob"):
        needed(make_call("sagemaker", "StopJob"))
    with pytest.raises(UnknownActionError, match="s3:RenameObject"):
        needed(make_call("s3", "RenameObject", **OBJECT))


def test_an_access_point_is_refused_by_name(make_call: MakeCall) -> None:
    point = "arn:aws:s3:us-east-1:123456789012:accesspoint/p"
    with pytest.raises(ApiError, match="does not support S3 access points"):
        needed(make_call("s3", "GetObject", Bucket=point, Key="k"))


@pytest.mark.parametrize(
    ("service", "operation", "params", "key", "value"),
    [
        ("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "p/"}, "s3:prefix", "p/"),
        ("s3", "ListObjectsV2", {"Bucket": "b"}, "s3:prefix", ""),
        ("s3", "GetObject", OBJECT, "s3:prefix", None),
        ("s3", "ListObjectsV2", {"Bucket": "b", "MaxKeys": 5}, "s3:max-keys", "5"),
        (
            "sagemaker",
            "CreateTrainingJob",
            {"ResourceConfig": {"InstanceType": "ml.m5.large"}},
            "sagemaker:InstanceTypes",
            ["ml.m5.large"],
        ),
        (
            "sagemaker",
            "CreateEndpointConfig",
            {"ProductionVariants": [{"InstanceType": "a"}, {"InstanceType": "b"}]},
            "sagemaker:InstanceTypes",
            ["a", "b"],
        ),
        (
            "sagemaker",
            "CreateTrainingJob",
            {"EnableNetworkIsolation": True},
            "sagemaker:NetworkIsolation",
            ["true"],
        ),
        ("sagemaker", "DescribeModel", {"ModelName": "m"}, "sagemaker:NetworkIsolation", None),
        ("cloudwatch", "PutMetricData", {"Namespace": "AG"}, "cloudwatch:namespace", "AG"),
        ("ssm", "PutParameter", {"Overwrite": True}, "ssm:Overwrite", "true"),
        ("kms", "Decrypt", {"EncryptionContext": {"a": "1"}}, "kms:EncryptionContext:a", "1"),
        ("iam", "AttachRolePolicy", {"PolicyArn": "arn:p"}, "iam:PolicyARN", "arn:p"),
        (
            "lambda",
            "CreateFunction",
            {"Tags": {"team": "growth"}},
            "aws:RequestTag/team",
            "growth",
        ),
        ("sns", "UntagResource", {"TagKeys": ["a"]}, "aws:TagKeys", ["a"]),
        ("ec2", "DescribeVpcs", {}, "aws:SecureTransport", "true"),
        ("ec2", "DescribeVpcs", {}, "aws:RequestedRegion", "us-east-1"),
    ],
)
def test_condition_keys_come_from_the_request(
    make_call: MakeCall,
    service: str,
    operation: str,
    params: dict[str, Any],
    key: str,
    value: Any,
) -> None:
    call = make_call(service, operation, **params)
    assert request_context(call, MotoState(call.account_id)).get(key) == value


def test_header_named_keys_come_from_the_headers(make_call: MakeCall) -> None:
    call = make_call("s3", "PutObject", {"x-amz-server-side-encryption": "aws:kms"}, **OBJECT)
    keys = request_context(call, MotoState(call.account_id))
    assert keys["s3:x-amz-server-side-encryption"] == "aws:kms"
    assert keys["s3:x-amz-acl"] is None
