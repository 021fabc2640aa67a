"""An endpoint whose name callers know already: who may use it, and the template that imports it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from autogluon_client.registry.outside_endpoint import OutsideEndpoint
from autogluon_client.registry.stack_import import ENDPOINT, with_endpoint, without_endpoint
from autogluon_constructs.settings import Environment, load_environment
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, listed, of_type, only, statements

EXAMPLE = Path(__file__).parents[2] / "examples/adoption"
FOUND = OutsideEndpoint("prices-api", "arn:aws:sagemaker:::endpoint/prices-api", "theirs", "s3://")


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    return synthesize(load_environment("adoption", EXAMPLE))


def test_the_endpoint_has_the_name_that_callers_know(templates: Templates) -> None:
    stack = templates["PricesEndpoint"]
    assert only(stack, ENDPOINT)["Properties"]["EndpointName"] == "prices-api"
    [alarm] = of_type(stack, "AWS::CloudWatch::Alarm").values()
    assert {"Name": "EndpointName", "Value": "prices-api"} in alarm["Properties"]["Dimensions"]


def test_roles_may_use_it_and_no_other_one(templates: Templates) -> None:
    found = {
        flat(resource).rpartition(":")[2]
        for name in ("Foundation", "Workflows")
        for _, statement in statements(templates[name])
        if any(action.endswith("Endpoint") for action in listed(statement["Action"]))
        for resource in listed(statement["Resource"])
        if ":endpoint/" in flat(resource)
    }
    assert found == {"endpoint/autogluon-adoption-*", "endpoint/prices-api"}


def test_its_log_group_keeps_its_retention(templates: Templates) -> None:
    groups = only(templates["Workflows"], "Custom::LogGroups")["Properties"]
    assert groups["Predictors"] == []


def test_cloudformation_can_import_it_with_the_stacks_template(templates: Templates) -> None:
    deployed = templates["PricesEndpoint"]
    importing = with_endpoint(deployed, FOUND)

    assert [match.message for match in lint(json.dumps(importing), regions=["us-east-1"])] == []
    assert without_endpoint(importing) == deployed
    for section in ("Parameters", "Conditions", "Outputs"):
        assert importing[section] == deployed[section], "an import changes nothing else"
    body = json.dumps(importing, separators=(",", ":"))
    assert len(body) < 51_200, "it fits into a request"


def test_cloudformations_registry_reads_endpoints_by_their_arn() -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", ENDPOINT).schema
    assert "read" in schema["handlers"]
    assert schema["primaryIdentifier"] == ["/properties/EndpointArn"]
    assert "/properties/EndpointName" in schema["createOnlyProperties"]
