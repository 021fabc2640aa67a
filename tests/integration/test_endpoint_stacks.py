"""A stack with a real endpoint follows its live model, and outlives a model that is broken."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import Runtime
from embedded_aws.server import EmbeddedAws
from tests.stack_events import stack_events
from tests.waiting import until

ROOT = Path(__file__).parents[2]
STACK, ENDPOINT, LIVE = "endpoint-stacks", "endpoint-stacks-e", "/endpoint-stacks/live"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon-inference:1.6.3-cpu-amzn2023"
VARIANT = f"endpoint/{ENDPOINT}/variant/AllTraffic"
# The serving contract without AutoGluon: a model that answers with its own name.
INFERENCE = """
def model_fn(folder):
    return "{name}"

def transform_fn(model, body, content_type, accept):
    return model, "text/csv"
"""
BROKEN = "raise RuntimeError('broken on purpose')"


def served(type_name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_name, "Condition": "Served", "Properties": properties}


def scaled(type_name: str, **properties: Any) -> dict[str, Any]:
    return {**served(type_name, **properties), "Condition": "Scales"}


TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "sagemaker.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
READ = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket", "logs:*"], "Resource": "*"}
TEMPLATE = {
    "Parameters": {
        "Live": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": LIVE},
        "Type": {"Type": "String", "Default": "ml.m5.large"},
        "Scaling": {"Type": "String", "Default": "on"},
    },
    "Conditions": {
        "Served": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Live"}, "none"]}]},
        "Scales": {
            "Fn::And": [{"Condition": "Served"}, {"Fn::Equals": [{"Ref": "Scaling"}, "on"]}]
        },
    },
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]},
                "Policies": [
                    {
                        "PolicyName": "read",
                        "PolicyDocument": {"Version": "2012-10-17", "Statement": [READ]},
                    }
                ],
            },
        },
        "Model": served(
            "AWS::SageMaker::Model",
            ExecutionRoleArn={"Fn::GetAtt": ["Role", "Arn"]},
            PrimaryContainer={
                "Image": IMAGE,
                "ModelDataUrl": {"Fn::Sub": "s3://endpoint-stacks/${Live}.tar.gz"},
                "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
            },
        ),
        "Config": served(
            "AWS::SageMaker::EndpointConfig",
            ProductionVariants=[
                {
                    "VariantName": "AllTraffic",
                    "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
                    "InstanceType": {"Ref": "Type"},
                    "InitialInstanceCount": "1",
                    "InitialVariantWeight": 1,
                }
            ],
        ),
        "Endpoint": served(
            "AWS::SageMaker::Endpoint",
            EndpointName=ENDPOINT,
            EndpointConfigName={"Fn::GetAtt": ["Config", "EndpointConfigName"]},
            RetainAllVariantProperties=True,
        ),
        "Target": scaled(
            "AWS::ApplicationAutoScaling::ScalableTarget",
            MinCapacity=1,
            MaxCapacity="3",
            ResourceId={"Fn::Sub": "endpoint/${Endpoint.EndpointName}/variant/AllTraffic"},
            ScalableDimension="sagemaker:variant:DesiredInstanceCount",
            ServiceNamespace="sagemaker",
        ),
        "Policy": scaled(
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            PolicyName="invocations",
            PolicyType="TargetTrackingScaling",
            ScalingTargetId={"Ref": "Target"},
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": "600",
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
                },
            },
        ),
    },
}


def archive(code: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        entry = tarfile.TarInfo("code/inference.py")
        entry.size = len(code.encode())
        tar.addfile(entry, io.BytesIO(code.encode()))
    return buffer.getvalue()


class EndpointStack:
    """The stack, moved from model to model as a promotion does."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._cloudformation = runtime.client("cloudformation")

    def create(self) -> str:
        self._set("none")
        self._cloudformation.create_stack(
            StackName=STACK, TemplateBody=json.dumps(TEMPLATE), Capabilities=["CAPABILITY_IAM"]
        )
        return self._settled()

    def promote(self, model: str, **changed: str) -> str:
        self._set(model)
        kept = [name for name in ("Live", "Type", "Scaling") if name not in changed]
        self._cloudformation.update_stack(
            StackName=STACK,
            UsePreviousTemplate=True,
            Parameters=[
                *({"ParameterKey": name, "UsePreviousValue": True} for name in kept),
                *({"ParameterKey": name, "ParameterValue": changed[name]} for name in changed),
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
        return self._settled()

    def answer(self) -> str:
        client = self._runtime.client("sagemaker-runtime")
        answer = client.invoke_endpoint(
            EndpointName=ENDPOINT, Body=b"x", ContentType="text/csv", Accept="text/csv"
        )
        return str(answer["Body"].read().decode())

    def counts(self) -> tuple[int, int, int, int]:
        """Models, endpoint configs, endpoints, scalable targets."""
        sagemaker = self._runtime.client("sagemaker")
        scaling = self._runtime.client("application-autoscaling")
        return (
            len(sagemaker.list_models()["Models"]),
            len(sagemaker.list_endpoint_configs()["EndpointConfigs"]),
            len(sagemaker.list_endpoints()["Endpoints"]),
            len(
                scaling.describe_scalable_targets(
                    ServiceNamespace="sagemaker", ResourceIds=[VARIANT]
                )["ScalableTargets"]
            ),
        )

    def endpoint_tags(self) -> dict[str, str]:
        sagemaker = self._runtime.client("sagemaker")
        arn = sagemaker.describe_endpoint(EndpointName=ENDPOINT)["EndpointArn"]
        return {each["Key"]: each["Value"] for each in sagemaker.list_tags(ResourceArn=arn)["Tags"]}

    def function_tags(self) -> dict[str, str]:
        """Create and delete a stack with a function, and return the function's tags."""
        function = {
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": "def handler(event, context):\n    return event\n"},
            "Tags": [{"Key": "team", "Value": "risk"}],
        }
        trust = {**TRUST, "Principal": {"Service": "lambda.amazonaws.com"}}
        role = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
        template = {
            "Resources": {
                "Role": {"Type": "AWS::IAM::Role", "Properties": role},
                "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            }
        }
        name, cloudformation = f"{STACK}-function", self._cloudformation
        cloudformation.create_stack(
            StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"]
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name)
        found = cloudformation.describe_stack_resource(
            StackName=name, LogicalResourceId="Function"
        )["StackResourceDetail"]
        lambda_ = self._runtime.client("lambda")
        described = lambda_.get_function(FunctionName=found["PhysicalResourceId"])
        arn = described["Configuration"]["FunctionArn"]
        tags: dict[str, str] = lambda_.list_tags(Resource=arn)["Tags"]
        cloudformation.delete_stack(StackName=name)
        return tags

    def failures(self) -> str:
        events = stack_events(self._cloudformation, STACK)
        return " ".join(
            item["ResourceStatusReason"]
            for item in events
            if item["ResourceStatus"].endswith("_FAILED")
        )

    def _set(self, model: str) -> None:
        self._runtime.client("ssm").put_parameter(
            Name=LIVE, Value=model, Type="String", Overwrite=True
        )

    def _settled(self) -> str:
        def settled() -> str:
            found = self._cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
            status: str = found["StackStatus"]
            return "" if status.endswith("_IN_PROGRESS") else status

        return until(settled, 60, f"{STACK} is settled")


@pytest.fixture(scope="module")
def stack() -> Iterator[EndpointStack]:
    with EmbeddedAws(
        image_python=ROOT / ".venv-image" / "bin" / "python",
        log=ActivityLog(io.StringIO()),
        services=("iam", "lambda_runtime", "sagemaker", "cloudformation", "scaling"),
    ) as aws:
        s3 = aws.runtime.client("s3")
        s3.create_bucket(Bucket="endpoint-stacks")
        for name in ("one", "two"):
            body = archive(INFERENCE.format(name=name))
            s3.put_object(Bucket="endpoint-stacks", Key=f"{name}.tar.gz", Body=body)
        s3.put_object(Bucket="endpoint-stacks", Key="broken.tar.gz", Body=archive(BROKEN))
        yield EndpointStack(aws.runtime)


def test_an_endpoint_lives_from_the_first_model_to_none(stack: EndpointStack) -> None:
    assert stack.create() == "CREATE_COMPLETE"
    assert stack.counts() == (0, 0, 0, 0), "day zero: nothing is served"

    assert stack.promote("broken") == "UPDATE_ROLLBACK_COMPLETE"
    assert "broken on purpose" in stack.failures()
    assert stack.counts() == (0, 0, 0, 0), "a first model that cannot start leaves nothing"

    for model in ("one", "two"):
        assert stack.promote(model) == "UPDATE_COMPLETE", stack.failures()
        assert stack.answer() == model
        assert stack.counts() == (1, 1, 1, 1), "what was replaced is gone"

    assert stack.promote("broken") == "UPDATE_ROLLBACK_COMPLETE"
    assert "rolled back by SageMaker" in stack.failures()
    assert stack.answer() == "two"
    assert stack.counts() == (1, 1, 1, 1)

    for scaling in ("on", "off"):  # CloudFormation deletes the target after the endpoint's update
        refused = stack.promote("two", Type="ml.m5.xlarge", Scaling=scaling)
        assert refused == "UPDATE_ROLLBACK_COMPLETE"
        assert "must be deregistered as scalable targets" in stack.failures()
        assert stack.counts() == (1, 1, 1, 1)
    assert stack.promote("two", Scaling="off") == "UPDATE_COMPLETE"
    assert stack.counts() == (1, 1, 1, 0)
    assert stack.promote("two", Type="ml.m5.xlarge", Scaling="on") == "UPDATE_COMPLETE"
    assert stack.answer() == "two"
    assert stack.counts() == (1, 1, 1, 1)

    tags = stack.endpoint_tags()
    assert tags["aws:cloudformation:stack-name"] == STACK
    assert tags["aws:cloudformation:stack-id"].startswith("arn:aws:cloudformation:us-east-1:")
    assert tags["aws:cloudformation:logical-id"] == "Endpoint"

    assert stack.promote("none") == "UPDATE_COMPLETE"
    assert stack.counts() == (0, 0, 0, 0)


def test_a_function_has_its_own_tags_and_those_of_cloudformation(stack: EndpointStack) -> None:
    tags = stack.function_tags()

    assert tags.pop("aws:cloudformation:stack-id").startswith("arn:aws:cloudformation:")
    assert tags == {
        "team": "risk",
        "aws:cloudformation:stack-name": f"{STACK}-function",
        "aws:cloudformation:logical-id": "Function",
    }
