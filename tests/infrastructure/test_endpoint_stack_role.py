"""The role that changes endpoint stacks, against the schemas that AWS publishes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from autogluon_constructs.settings import Environment, parse_environment
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, listed, statements
from tests.never_empty import never_empty

# What promotions create, read and delete; tags and schedules are changed by `cdk deploy` alone,
# which has a role of its own.
HANDLERS = ("create", "read", "delete")
# Of handlers that scale other services, too.
NOT_OF_ENDPOINTS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": {
        "application-autoscaling:PutScheduledAction",  # granted where settings have schedules
        "lambda:DeleteProvisionedConcurrencyConfig",
        "lambda:GetProvisionedConcurrencyConfig",
        "lambda:PutProvisionedConcurrencyConfig",
    },
    "AWS::ApplicationAutoScaling::ScalingPolicy": {
        "cloudwatch:GetMetricData",  # of predictive scaling
    },
}


@pytest.mark.parametrize(
    "kind",
    [
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::CloudWatch::Alarm",
        "AWS::SageMaker::Endpoint",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::Model",
    ],
)
def test_cloudformation_may_do_what_its_handlers_do(sandbox: Templates, kind: str) -> None:
    needed = _needed(kind, *HANDLERS)
    granted = {action.lower() for action, _ in _granted(sandbox)}

    missing = {action for action in needed if action.lower() not in granted}

    assert missing == NOT_OF_ENDPOINTS.get(kind, set())


def test_what_it_may_do_with_components_is_what_their_handlers_do(
    synthesize: Callable[[Environment], Templates],
) -> None:
    endpoint = {"mode": "component", "shared_endpoint": "small"}
    settings = {
        "shared_endpoints": {"small": {"instance_type": "ml.m5.large", "max_instances": 2}},
        "predictors": {"ages": {"init_args": {"label": "y"}, "endpoint": endpoint}},
    }
    templates = synthesize(parse_environment("dev", settings, file="config/dev.yaml"))

    granted = {
        action
        for action, resource in _granted(templates)
        if "inference-component/autogluon-dev-*" in resource and action.startswith("sagemaker:")
    }

    # A promotion changes the component itself, besides.
    assert granted == _needed("AWS::SageMaker::InferenceComponent", *HANDLERS, "update")


def _needed(kind: str, *handlers: str) -> set[str]:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return {
        action
        for name in handlers
        for action in never_empty(schema["handlers"][name]["permissions"])
    }


def _granted(templates: Templates) -> set[tuple[str, str]]:
    """The actions of the role, each with one of its resources."""
    return {
        (action, flat(resource))
        for policy, statement in statements(templates["Foundation"])
        if policy.startswith("EndpointStacksRole")
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }
