"""A person who can change the Promote state machine cannot become an administrator by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from tests.e2e.exchanged_definition import Definition
from tests.e2e.support import Account, Trained, Workflows
from tests.stack_events import stack_events
from tests.waiting import until

STACK = "autogluon-sandbox-housing-endpoint"
UPDATE = "arn:aws:states:::aws-sdk:cloudformation:updateStack"
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "states.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        },
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
    },
}


@pytest.fixture
def promote(account: Account, deployment: Deployment) -> Iterator[Definition]:
    definition = Definition(account, deployment.state_machines["promote"])
    yield definition
    definition.restore()


def test_a_template_of_ones_own_makes_no_role(
    account: Account, workflows: Workflows, promote: Definition, income: Trained
) -> None:
    cloudformation = account.client("cloudformation")
    # `income` was promoted, so its stack has the role of endpoint stacks; others have the CDK's.
    own_role = _stack(cloudformation, f"autogluon-sandbox-{income.predictor}-endpoint")["RoleARN"]
    cdks_role = _stack(cloudformation, "autogluon-sandbox-foundation")["RoleARN"]
    assert "EndpointStacks" in own_role
    assert "cdk-" in cdks_role

    for role in (None, cdks_role):
        ended = _update(account, workflows, promote, role)
        assert ended["status"] == "FAILED"
        assert "not authorized to perform: cloudformation:UpdateStack" in ended["cause"]
    assert _stack(cloudformation, STACK)["StackStatus"].endswith("_COMPLETE")

    assert _update(account, workflows, promote, own_role)["status"] == "SUCCEEDED"
    until(lambda: _settled(cloudformation), 60, "the stack is settled")
    assert _stack(cloudformation, STACK)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    events = stack_events(cloudformation, STACK)
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    assert any("not authorized to perform: iam:CreateRole" in reason for reason in reasons)


def _update(
    account: Account, workflows: Workflows, promote: Definition, role_arn: str | None
) -> dict[str, Any]:
    """Let Promote's role update the stack with a template that adds an administrator."""
    cloudformation, states = account.client("cloudformation"), account.client("stepfunctions")
    template = cloudformation.get_template(StackName=STACK)["TemplateBody"]
    parameters = _stack(cloudformation, STACK)["Parameters"]
    arguments = {
        "StackName": STACK,
        "TemplateBody": json.dumps(
            {**template, "Resources": {**template["Resources"], "Administrator": ROLE}}
        ),
        "Parameters": [
            {"ParameterKey": parameter["ParameterKey"], "UsePreviousValue": True}
            for parameter in parameters
        ],
        "Capabilities": ["CAPABILITY_IAM"],
        **({"RoleARN": role_arn} if role_arn else {}),
    }
    promote.become({"Type": "Task", "Resource": UPDATE, "Arguments": arguments}, 60)
    arn = workflows.start("promote", {"predictor": "housing"})

    def ended() -> dict[str, Any] | None:
        described: dict[str, Any] = states.describe_execution(executionArn=arn)
        return described if described["status"] != "RUNNING" else None

    found = until(ended, 60, "the execution has ended")
    assert found is not None
    return found


def _settled(cloudformation: Any) -> bool:
    return not str(_stack(cloudformation, STACK)["StackStatus"]).endswith("IN_PROGRESS")


def _stack(cloudformation: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return found
