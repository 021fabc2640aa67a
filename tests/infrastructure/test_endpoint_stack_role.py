"""The role that changes endpoint stacks, against the schemas that AWS publishes."""

from __future__ import annotations

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import listed, statements
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
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    needed = {
        action
        for name in HANDLERS
        for action in never_empty(schema["handlers"][name]["permissions"])
    }
    granted = {
        action.lower()
        for policy, statement in statements(sandbox["Foundation"])
        if policy.startswith("EndpointStacksRole")
        for action in listed(statement["Action"])
    }

    missing = {action for action in needed if action.lower() not in granted}

    assert missing == NOT_OF_ENDPOINTS.get(kind, set())
