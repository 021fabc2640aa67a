"""Parameters: constraints, previous values, and values that live in SSM."""

from __future__ import annotations

from typing import Any

import pytest

from embedded_aws.cloudformation.template.parameters import StackParameter, resolve_parameters
from embedded_aws.gateway import ApiError
from tests.unit.embedded_cloudformation.fake_cloud import FakeCloud, thing


def one(declaration: dict[str, Any], value: str | None = None) -> StackParameter:
    given = [] if value is None else [{"ParameterKey": "P", "ParameterValue": value}]
    ssm = {"/name": "from ssm", "/list": "a,b"}
    return resolve_parameters({"P": declaration}, given, {}, lambda names: ssm)["P"]


@pytest.mark.parametrize(
    ("declaration", "given", "value"),
    [
        ({"Type": "String", "Default": True}, None, "true"),
        ({"Type": "String", "Default": "a"}, "b", "b"),
        ({"Type": "Number", "MinValue": 1, "MaxValue": 3}, "2", "2"),
        ({"Type": "CommaDelimitedList", "Default": ""}, None, [""]),
        ({"Type": "List<Number>", "MaxValue": 3}, "1, 2", ["1", "2"]),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, "/name", "from ssm"),
        ({"Type": "AWS::SSM::Parameter::Value<List<String>>"}, "/list", ["a", "b"]),
    ],
)
def test_values_by_type(declaration: dict[str, Any], given: str | None, value: object) -> None:
    assert one(declaration, given).value == value


@pytest.mark.parametrize(
    ("declaration", "given", "words"),
    [
        ({"Type": "String"}, None, r"Parameters: \[P\] must have values"),
        ({"Type": "String", "AllowedValues": ["a", "b"]}, "c", "must be one of a, b; got 'c'"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "A", r"'A' must match pattern \[a-z\]\+"),
        ({"Type": "String", "MinLength": 2}, "a", "minimum length is 2"),
        ({"Type": "String", "MaxLength": 2}, "abc", "maximum length is 2"),
        ({"Type": "Number"}, "x", "'x' is not a number"),
        ({"Type": "Number", "MaxValue": 3}, "4", "4 is above 3"),
        ({"Type": "List<Number>", "MinValue": 2}, "2,1", "1 is below 2"),
        ({"Type": "String", "AllowedValues": ["a"], "ConstraintDescription": "be a"}, "b", "be a"),
        ({"Type": "AWS::EC2::VPC::Id"}, "vpc-1", "does not support the type AWS::EC2::VPC::Id"),
        ({"Type": "String", "Allowed": ["a"]}, "a", "unknown attributes Allowed"),
    ],
)
def test_refusals_say_why(declaration: dict[str, Any], given: str | None, words: str) -> None:
    with pytest.raises(ApiError, match=words):
        one(declaration, given)


LIVE: dict[str, Any] = {
    "Declared": {"Live": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/live"}},
    "Conditions": {"Served": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Live"}, "none"]}]}},
}
SERVED = {"Config": thing(Condition="Served", Kind={"Ref": "Live"}), "Always": thing()}


def test_a_stack_follows_an_ssm_parameter_with_its_previous_template(cloud: FakeCloud) -> None:
    cloud.world.ssm["/live"] = "none"
    cloud.create("s", SERVED, **LIVE)
    assert list(cloud.physical_ids("s")) == ["Always"]

    again: dict[str, Any] = {
        "StackName": "s",
        "UsePreviousTemplate": True,
        "Parameters": [{"ParameterKey": "Live", "UsePreviousValue": True}],
    }
    with pytest.raises(ApiError, match="No updates are to be performed"):
        cloud("UpdateStack", **again)
    for value, resources in (("m1", 2), ("m2", 2), ("none", 1)):
        cloud.world.ssm["/live"] = value
        cloud("UpdateStack", **again)
        assert cloud.settled("s") == "UPDATE_COMPLETE"
        assert len(cloud.world.things) == resources
        assert cloud.stack("s")["Parameters"] == [
            {"ParameterKey": "Live", "ParameterValue": "/live", "ResolvedValue": value}
        ]


def test_a_failed_update_forgets_the_new_value(cloud: FakeCloud) -> None:
    cloud.world.ssm["/live"] = "none"
    resources = SERVED | {"Config": thing(Condition="Served", Fail={"Ref": "Live"})}
    cloud.create("s", resources, **LIVE)
    cloud.world.ssm["/live"] = "create"
    assert cloud.update("s", resources, **LIVE) == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.stack("s")["Parameters"][0]["ResolvedValue"] == "none"


def test_a_missing_ssm_parameter_is_named(cloud: FakeCloud) -> None:
    with pytest.raises(ApiError, match=r"Unable to fetch parameters \[/live\]"):
        cloud.create("s", SERVED, **LIVE)


def test_previous_values_need_a_previous_stack(cloud: FakeCloud) -> None:
    parameters = [{"ParameterKey": "Live", "UsePreviousValue": True}]
    with pytest.raises(ApiError, match="not in the previous template"):
        cloud.create("s", SERVED, **LIVE, Parameters=parameters)
    with pytest.raises(ApiError, match=r"Parameters: \[Other\] do not exist in the template"):
        cloud.create("s", SERVED, **LIVE, Parameters=[{"ParameterKey": "Other"}])


def test_secret_parameters_are_masked(cloud: FakeCloud) -> None:
    cloud.create(
        "s",
        {"A": thing(Name={"Ref": "Secret"})},
        Declared={"Secret": {"Type": "String", "NoEcho": True}},
        Parameters=[{"ParameterKey": "Secret", "ParameterValue": "hunter2"}],
    )
    assert cloud.stack("s")["Parameters"] == [{"ParameterKey": "Secret", "ParameterValue": "****"}]
    assert list(cloud.world.things) == ["hunter2"]
