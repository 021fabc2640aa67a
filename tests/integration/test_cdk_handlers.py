"""The CDK's own custom resources, whose handlers are Node.js functions, as the CDK packs them."""

from __future__ import annotations

import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk
import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import ACCOUNT_ID, Runtime
from embedded_aws.server import EmbeddedAws
from tests.stack_events import stack_events
from tests.waiting import until

STACK = "cdk-handlers"
CODE_BUCKET = "cdk-handlers-code"
# Folder in aws-cdk-lib -> the handler as the construct declares it.
HANDLERS = {
    "aws-s3/auto-delete-objects-handler": "index.handler",
    "custom-resources/aws-custom-resource-handler": "index.handler",
    "aws-logs/log-retention-handler": "index.handler",
}
_DIST = "package/custom-resource-handlers/dist"


@pytest.fixture(scope="module")
def archives() -> dict[str, bytes]:
    """The zip archive of each handler, from the library's package."""
    package = next(Path(aws_cdk.__file__).parent.glob("_jsii/aws-cdk-lib@*.jsii.tgz"))
    wanted = {f"{_DIST}/{folder}/index.js": folder for folder in HANDLERS}
    found: dict[str, bytes] = {}
    with tarfile.open(package, "r|gz") as archive:
        for member in archive:
            if member.name not in wanted:
                continue
            source = archive.extractfile(member)
            assert source is not None
            found[wanted[member.name]] = _zipped(source.read())
            if len(found) == len(wanted):
                break
    assert set(found) == set(HANDLERS)
    return found


def _zipped(source: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.js", source)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with EmbeddedAws(
        image_python=Path(sys.executable),
        log=ActivityLog(io.StringIO()),
        services=("iam", "lambda_runtime", "cloudformation"),
    ) as aws:
        yield aws.runtime


def function(name: str, folder: str, *actions: str) -> dict[str, Any]:
    """A function with a role that may do `actions`."""
    trust = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ]
    }
    statement = {"Effect": "Allow", "Action": ["logs:PutLogEvents", *actions], "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {
        f"{name}Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": trust,
                "Policies": [{"PolicyName": "handler", "PolicyDocument": document}],
            },
        },
        name: {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "nodejs22.x",
                "Handler": HANDLERS[folder],
                "Code": {"S3Bucket": CODE_BUCKET, "S3Key": folder},
                "Role": {"Fn::GetAtt": [f"{name}Role", "Arn"]},
                "Timeout": 120,
            },
        },
    }


def resource(kind: str, handler: str, **properties: Any) -> dict[str, Any]:
    token = {"ServiceToken": {"Fn::GetAtt": [handler, "Arn"]}}
    return {"Type": f"Custom::{kind}", "Properties": {**token, **properties}}


def sdk_call(value: str) -> str:
    parameters = {"Name": "/cdk-handlers/p", "Value": value, "Type": "String", "Overwrite": True}
    call = {
        "service": "SSM",
        "action": "putParameter",
        "parameters": parameters,
        "physicalResourceId": {"id": "p"},
    }
    return json.dumps(call)


def template(value: str) -> dict[str, Any]:
    bucket_tag = {"Key": "aws-cdk:auto-delete-objects", "Value": "true"}
    return {
        **function(
            "Empties",
            "aws-s3/auto-delete-objects-handler",
            "s3:*",
        ),
        **function("Calls", "custom-resources/aws-custom-resource-handler", "ssm:PutParameter"),
        **function(
            "Retains",
            "aws-logs/log-retention-handler",
            "logs:CreateLogGroup",
            "logs:PutRetentionPolicy",
            "logs:DeleteRetentionPolicy",
        ),
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [bucket_tag]}},
        "Emptied": resource("S3AutoDeleteObjects", "Empties", BucketName={"Ref": "Bucket"}),
        "Called": resource("AWS", "Calls", Create=sdk_call(value), Update=sdk_call(value),
                           InstallLatestAwsSdk=False),
        "Retained": resource("LogRetention", "Retains", LogGroupName="/cdk-handlers/log",
                             RetentionInDays=7),
    }  # fmt: skip


def settled(runtime: Runtime, name: str) -> str:
    cloudformation = runtime.client("cloudformation")

    def status() -> str:
        found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        return "" if found["StackStatus"].endswith("_IN_PROGRESS") else str(found["StackStatus"])

    return until(status, 90, f"{name} is settled")


def failures(runtime: Runtime) -> list[str]:
    events = stack_events(runtime.client("cloudformation"), STACK)
    return [
        f"{item['LogicalResourceId']}: {item.get('ResourceStatusReason')}"
        for item in events
        if item["ResourceStatus"].endswith("FAILED")
    ]


def test_the_cdks_node_handlers_do_what_they_are_for(
    runtime: Runtime, archives: dict[str, bytes]
) -> None:
    s3, cloudformation = runtime.client("s3"), runtime.client("cloudformation")
    s3.create_bucket(Bucket=CODE_BUCKET)
    for folder, archive in archives.items():
        s3.put_object(Bucket=CODE_BUCKET, Key=folder, Body=archive)
    arguments = {"StackName": STACK, "Capabilities": ["CAPABILITY_IAM"]}
    body = json.dumps({"Resources": template("one")})
    stack_id = cloudformation.create_stack(**arguments, TemplateBody=body)["StackId"]
    assert settled(runtime, STACK) == "CREATE_COMPLETE", failures(runtime)
    ssm = runtime.client("ssm")
    assert ssm.get_parameter(Name="/cdk-handlers/p")["Parameter"]["Value"] == "one"
    groups = runtime.client("logs").describe_log_groups(logGroupNamePrefix="/cdk-handlers/log")
    assert [group["retentionInDays"] for group in groups["logGroups"]] == [7]

    body = json.dumps({"Resources": template("two")})
    cloudformation.update_stack(**arguments, TemplateBody=body)
    assert settled(runtime, STACK) == "UPDATE_COMPLETE", failures(runtime)
    assert ssm.get_parameter(Name="/cdk-handlers/p")["Parameter"]["Value"] == "two"

    found = cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId="Bucket")
    bucket = found["StackResourceDetail"]["PhysicalResourceId"]
    s3.put_object(Bucket=bucket, Key="left/behind", Body=b"x")
    cloudformation.delete_stack(StackName=STACK)
    assert settled(runtime, stack_id) == "DELETE_COMPLETE"
    assert bucket not in [item["Name"] for item in s3.list_buckets()["Buckets"]]
    assert ACCOUNT_ID in stack_id
