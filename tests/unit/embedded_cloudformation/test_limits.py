"""The sizes and names that CloudFormation refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cfnlint.helpers import LIMITS

from embedded_aws.cloudformation.template import limits
from embedded_aws.gateway import ApiError
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud, thing


def create(cloud: FakeCloud, document: dict[str, Any], **more: Any) -> None:
    cloud("CreateStack", StackName="s", TemplateBody=json.dumps(document), **more)


def test_the_numbers_are_cfn_lints() -> None:
    assert {
        section: LIMITS[section]["number"] for section in limits.SECTION_MEMBERS
    } == limits.SECTION_MEMBERS
    assert LIMITS["template"]["body"] == limits.OBJECT_BYTES
    assert LIMITS["Parameters"]["value"] == limits.PARAMETER_VALUE_BYTES
    assert LIMITS["Resources"]["name"] == limits.NAME_CHARACTERS


def many(count: int, member: Any) -> dict[str, Any]:
    return {f"M{number}": member for number in range(count)}


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        (
            {"Resources": many(501, {"Type": "Test::Thing"})},
            "Number of resources, 501, is greater than maximum allowed, 500",
        ),
        (
            {"Outputs": many(201, {"Value": "x"})},
            "Outputs count 201 is greater than max allowed 200",
        ),
        (
            {"Parameters": many(201, {"Type": "String", "Default": "x"})},
            "Number of parameters, 201, is greater than maximum allowed, 200",
        ),
        ({"Resources": {"A-b": thing()}}, "Resource name A-b is non alphanumeric."),
        ({"Outputs": {"a_b": {"Value": "x"}}}, "Output name a_b is non alphanumeric."),
        ({"Resources": {"A" * 256: thing()}}, "is longer than 255 characters"),
        ({"Description": "x" * 1025}, "length is greater than 1024"),
    ],
)
def test_what_is_too_much_is_refused_before_anything_exists(
    cloud: FakeCloud, sections: dict[str, Any], message: str
) -> None:
    with pytest.raises(ApiError, match=message):
        create(cloud, {"Resources": {"A": thing()}} | sections)
    assert cloud("ListStacks")["StackSummaries"] == []


def test_what_is_just_within_the_limits_is_deployed(cloud: FakeCloud) -> None:
    body = {"Resources": many(500, {"Type": "Test::Thing"}), "Outputs": many(200, {"Value": "x"})}
    create(cloud, body)
    assert cloud.settled("s") == "CREATE_COMPLETE"
    assert len(cloud.world.things) == 500


def test_a_template_in_the_request_has_51200_bytes(cloud: FakeCloud) -> None:
    body: dict[str, Any] = {"Resources": {"A": thing(Name="x")}, "Metadata": {"Text": ""}}
    body["Metadata"]["Text"] = "x" * (51_200 - len(json.dumps(body)))
    create(cloud, body)
    assert cloud.settled("s") == "CREATE_COMPLETE"
    body["Metadata"]["Text"] += "x"
    with pytest.raises(ApiError, match="less than or equal to 51200"):
        cloud("ValidateTemplate", TemplateBody=json.dumps(body))


def test_a_parameter_has_4096_bytes(cloud: FakeCloud) -> None:
    document = {"Resources": {"A": thing()}, "Parameters": {"P": {"Type": "String"}}}
    given = [{"ParameterKey": "P", "ParameterValue": "x" * 4097}]
    with pytest.raises(ApiError, match="at most 4096 bytes; got 4097"):
        create(cloud, document, Parameters=given)
