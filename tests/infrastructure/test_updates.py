"""The endpoint's stack says how SageMaker moves requests, and by which alarms it goes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]

from autogluon_constructs.settings import Environment, parse_environment
from autogluon_constructs.settings.reading.yaml_text import parse_yaml
from autogluon_contracts.names import AS_SETTINGS, UPDATE_PARAMETER
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type, only

EXAMPLE = Path(__file__).parents[2] / "examples/updates/canary.yaml"


def settings(update: dict[str, Any] | None = None) -> Environment:
    values = parse_yaml(EXAMPLE.read_text())
    endpoint = values["predictors"]["housing"]["endpoint"]
    endpoint["update"] = update or endpoint["update"]
    return parse_environment("dev", values, file="config/dev.yaml")


Synthesize = Callable[[Environment], Templates]


@pytest.fixture(scope="module")
def canary(synthesize: Synthesize) -> Templates:
    return synthesize(settings())


def deployment_of(templates: Templates) -> dict[str, Any]:
    endpoint = only(templates["HousingEndpoint"], "AWS::SageMaker::Endpoint")
    condition, follows, at_once = endpoint["Properties"]["DeploymentConfig"]["Fn::If"]
    assert templates["HousingEndpoint"]["Conditions"][condition] == {
        "Fn::Equals": [{"Ref": UPDATE_PARAMETER}, AS_SETTINGS]
    }
    assert at_once == {"Ref": "AWS::NoValue"}
    found: dict[str, Any] = follows
    return found


def test_a_canary_is_cloudformations_to_carry_out(canary: Templates) -> None:
    deployment = deployment_of(canary)

    assert deployment["BlueGreenUpdatePolicy"] == {
        "TrafficRoutingConfiguration": {
            "Type": "CANARY",
            "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 50},
            "WaitIntervalInSeconds": 600,
        },
        "TerminationWaitInSeconds": 300,
    }


def test_the_endpoints_own_alarms_undo_it(canary: Templates) -> None:
    alarms = of_type(canary["HousingEndpoint"], "AWS::CloudWatch::Alarm")
    named = deployment_of(canary)["AutoRollbackConfiguration"]["Alarms"]

    assert sorted(each["AlarmName"]["Ref"] for each in named) == sorted(alarms)
    assert len(alarms) == 2


def test_the_role_of_the_model_may_read_these_alarms_only(canary: Templates) -> None:
    statements = [
        statement
        for name, policy in of_type(canary["Foundation"], "AWS::IAM::Policy").items()
        if name.startswith("Serving")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "cloudwatch:DescribeAlarms"
    ]

    [statement] = statements
    assert flat(statement["Resource"]).endswith(":alarm:autogluon-dev-housing-endpoint-*")


def test_named_alarms_undo_it_instead(synthesize: Synthesize) -> None:
    templates = synthesize(
        settings({"strategy": "rolling", "batch_percent": 50, "rollback_alarms": ["mine"]})
    )

    assert deployment_of(templates) == {
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "mine"}]},
        "RollingUpdatePolicy": {
            "MaximumBatchSize": {"Type": "CAPACITY_PERCENT", "Value": 50},
            "WaitIntervalInSeconds": 300,
        },
    }


def test_cloudformation_takes_it(canary: Templates) -> None:
    template = json.dumps(canary["HousingEndpoint"])
    assert [match.message for match in lint(template, regions=["us-east-1"])] == []


def test_nothing_undoes_an_unwatched_update(synthesize: Synthesize) -> None:
    assert deployment_of(synthesize(settings({"strategy": "all-at-once"}))) == {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0},
            "TerminationWaitInSeconds": 300,
        }
    }


def test_an_asynchronous_endpoint_is_updated_in_steps_too(synthesize: Synthesize) -> None:
    values = parse_yaml(EXAMPLE.read_text())
    values["predictors"]["housing"]["endpoint"] |= {
        "mode": "asynchronous",
        "autoscaling": {"min_capacity": 0, "max_capacity": 4},
    }
    templates = synthesize(parse_environment("dev", values, file="config/dev.yaml"))

    routing = deployment_of(templates)["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]
    assert routing["CanarySize"] == {"Type": "CAPACITY_PERCENT", "Value": 50}
    assert len(deployment_of(templates)["AutoRollbackConfiguration"]["Alarms"]) == 2
