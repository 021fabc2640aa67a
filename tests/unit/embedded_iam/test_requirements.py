"""API call -> the actions and resources it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.gateway import ApiCall
from tests.unit.embedded_iam.calls import needed

ROLE = "arn:aws:iam::123456789012:role/job"
STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack"
SAGEMAKER = "arn:aws:sagemaker:us-east-1:123456789012"
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function"
STATES = "arn:aws:states:us-east-1:123456789012"
SSM = "arn:aws:ssm:us-east-1:123456789012:parameter"
LOGS = "arn:aws:logs:us-east-1:123456789012:log-group"
EVENTS = "arn:aws:events:us-east-1:123456789012"
ALARM = "arn:aws:cloudwatch:us-east-1:123456789012:alarm"

MakeCall = Callable[..., ApiCall]


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
            "iam",
            "CreateServiceLinkedRole",
            {"AWSServiceName": "sagemaker.application-autoscaling.amazonaws.com"},
            [
                "iam:CreateServiceLinkedRole arn:aws:iam::123456789012:role/aws-service-role/"
                "sagemaker.application-autoscaling.amazonaws.com/"
                "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
            ],
        ),
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
