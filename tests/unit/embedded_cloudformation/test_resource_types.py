"""Each resource type against AWS's own published schema, as cfn-lint carries it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from embedded_aws.cloudformation.resources import all_handlers
from embedded_aws.cloudformation.resources.handler import ResourceHandler
from embedded_aws.runtime import Runtime

RUNTIME = cast(
    Runtime,
    SimpleNamespace(
        endpoint_url="http://localhost", gateway=SimpleNamespace(register_path=lambda *_: None)
    ),
)
# Types that are not in the registry of resource types, or whose properties are free.
_WITHOUT_SCHEMA = {
    "AWS::CDK::Metadata",
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::WaitConditionHandle",
}
HANDLERS = {item.type_name: item for item in all_handlers(RUNTIME)}
WITH_SCHEMA = sorted(set(HANDLERS) - _WITHOUT_SCHEMA)


def schema(type_name: str) -> dict[str, Any]:
    return dict(PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_name).schema)


def top_level(paths: list[str]) -> set[str]:
    """Properties that a schema's paths name as a whole."""
    names = [path.removeprefix("/properties/") for path in paths]
    return {name for name in names if "/" not in name}


@pytest.mark.parametrize("type_name", WITH_SCHEMA)
def test_supported_properties_are_aws_properties(type_name: str) -> None:
    known = set(schema(type_name)["properties"]) - top_level(
        schema(type_name).get("readOnlyProperties", [])
    )
    assert HANDLERS[type_name].supported <= known


@pytest.mark.parametrize("type_name", WITH_SCHEMA)
def test_what_aws_requires_is_required_here(type_name: str) -> None:
    handler = HANDLERS[type_name]
    assert handler.required == set(schema(type_name).get("required", [])) <= handler.supported


@pytest.mark.parametrize("type_name", WITH_SCHEMA)
def test_what_aws_replaces_is_replaced_here_and_nothing_else(type_name: str) -> None:
    handler: ResourceHandler = HANDLERS[type_name]
    fixed = top_level(schema(type_name).get("createOnlyProperties", []))
    conditionally = top_level(schema(type_name).get("conditionalCreateOnlyProperties", []))
    assert fixed & handler.supported <= handler.replaced_by <= fixed | conditionally


@pytest.mark.parametrize("type_name", sorted(HANDLERS))
def test_stack_tags_go_only_to_types_with_tags(type_name: str) -> None:
    handler = HANDLERS[type_name]
    assert (handler.stack_tags is not None) <= ("Tags" in handler.supported)


def test_every_type_of_cdks_bootstrap_stack_and_of_this_project_is_there() -> None:
    assert {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::CloudWatch::Alarm",
        "AWS::ECR::Repository",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::KMS::Alias",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SageMaker::Endpoint",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::Model",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SSM::Parameter",
        "AWS::StepFunctions::StateMachine",
    } <= set(HANDLERS)
