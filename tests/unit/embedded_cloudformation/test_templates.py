"""What templates may say, and the words that refuse the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_aws.cloudformation.template.desired_state import DesiredState
from embedded_aws.cloudformation.template.parameters import resolve_parameters
from embedded_aws.cloudformation.template.template import parse_template
from embedded_aws.gateway import ApiError

PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::NotificationARNs": [],
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::StackId": "arn:stack",
    "AWS::StackName": "s",
    "AWS::URLSuffix": "amazonaws.com",
}


class Values:
    """Resources that answer with their own names."""

    def ref(self, logical_id: str) -> Any:
        return f"ref-{logical_id}"

    def attribute(self, logical_id: str, name: str) -> Any:
        return f"{logical_id}.{name}"

    def import_value(self, name: str) -> Any:
        return f"import-{name}"

    def ssm_parameter(self, name: str) -> str:
        return f"ssm-{name}"


def build(document: dict[str, Any], **given: str) -> DesiredState:
    template = parse_template(json.dumps(document))
    parameters = resolve_parameters(
        template.parameters,
        [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        {},
        lambda names: {name: f"value of {name}" for name in names},
    )
    return DesiredState.build(template, parameters, PSEUDO)


def resolve(value: Any, **sections: Any) -> Any:
    """A property of a template with conditions Yes and No, a mapping and a resource Other."""
    document: dict[str, Any] = {
        "Parameters": {
            "Text": {"Type": "String", "Default": "abc"},
            "Many": {"Type": "CommaDelimitedList", "Default": "x, y,z"},
        },
        "Mappings": {"Sizes": {"eu-west-1": {"small": 1, "zones": ["a", "b"]}}},
        "Conditions": {
            "Yes": {"Fn::Equals": [1, "1"]},
            "No": {"Fn::Not": [{"Condition": "Yes"}]},
            "Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]},
            "Either": {"Fn::Or": [{"Condition": "Yes"}, {"Condition": "No"}]},
        },
        "Resources": {
            "R": {"Type": "Test::Thing", "Properties": {"Value": value}},
            "Other": {"Type": "Test::Thing"},
        },
        **sections,
    }
    state = build(document)
    return state.resolver(Values()).resolve(state.resources["R"].properties).get("Value", "absent")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Text"}, "abc"),
        ({"Ref": "Many"}, ["x", "y", "z"]),
        ({"Ref": "Other"}, "ref-Other"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "AWS::NoValue"}, "absent"),
        ([1, {"Ref": "AWS::NoValue"}, 2], [1, 2]),
        ({"Fn::GetAtt": ["Other", "Nested.Name"]}, "Other.Nested.Name"),
        ({"Fn::GetAtt": "Other.Arn"}, "Other.Arn"),
        (
            {"Fn::Sub": "${Text}/${Other}/${Other.Arn}/${AWS::StackName}/${!Text}"},
            "abc/ref-Other/Other.Arn/s/${Text}",
        ),
        ({"Fn::Sub": ["${a}${Text}", {"a": {"Ref": "Other"}}]}, "ref-Otherabc"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Text"}, 1, True]]}, "a-abc-1-true"),
        ({"Fn::Join": ["", {"Ref": "Many"}]}, "xyz"),
        ({"Fn::Select": ["1", {"Ref": "Many"}]}, "y"),
        ({"Fn::Select": [0, {"Fn::Split": ["b", {"Ref": "Text"}]}]}, "a"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "small"]}, 1),
        ({"Fn::Base64": {"Ref": "Text"}}, "YWJj"),
        ({"Fn::GetAZs": ""}, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ({"Fn::ImportValue": {"Fn::Sub": "${Text}-x"}}, "import-abc-x"),
        ({"Fn::If": ["Yes", 1, 2]}, 1),
        ({"Fn::If": ["Both", 1, {"Fn::If": ["Either", 3, 4]}]}, 3),
        ({"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, "absent"),
        ("{{resolve:ssm:/a/b}} and {{resolve:ssm:c:3}}", "ssm-/a/b and ssm-c:3"),
        ({"Fn::Sub": "{{resolve:ssm:${Text}}}"}, "ssm-abc"),
        # An IAM statement's Condition is not a condition function.
        ({"Condition": {"Bool": {"x": "true"}}}, {"Condition": {"Bool": {"x": "true"}}}),
    ],
)
def test_functions_have_the_values_aws_gives_them(value: Any, expected: Any) -> None:
    assert resolve(value) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"Ref": "Nothing"}, r"Unresolved resource dependencies \[Nothing\]"),
        ({"Fn::Sub": "${Nothing.Arn}"}, r"Unresolved resource dependencies \[Nothing\]"),
        ({"Ref": "R"}, r"Circular dependency between resources: \[R\]"),
        ({"Fn::Select": [3, {"Ref": "Many"}]}, "nonexistent value at index 3"),
        ({"Fn::FindInMap": ["Sizes", "x", "small"]}, "Unable to get mapping for Sizes::x::small"),
        ({"Fn::If": ["Unheard", 1, 2]}, "unresolved condition dependency Unheard"),
        ({"Fn::Transform": {}}, "does not support the function Fn::Transform"),
        ("{{resolve:secretsmanager:x}}", "does not support the dynamic reference"),
        ({"Fn::Cidr": ["10.0.0.0/24", 3, 7]}, "cannot fit 3 into 10.0.0.0/24"),
        ({"Fn::Cidr": ["here", 1]}, "Fn::Cidr: 'here' does not appear to be"),
        ({"Fn::Equals": [1]}, "Fn::Equals takes two values"),
        ({"Fn::Contains": ["a", "a"]}, "takes a list first"),
        ({"Fn::Join": "x"}, r"Fn::Join takes \[delimiter, list\]"),
    ],
)
def test_wrong_functions_are_refused_in_a_sentence(value: Any, words: str) -> None:
    with pytest.raises(ApiError, match=words):
        resolve(value)


def test_a_condition_leaves_out_the_resource_and_what_only_it_needs() -> None:
    document = {
        "Parameters": {"Live": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/live"}},
        "Conditions": {
            "On": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Live"}, "none"]}]},
            "Off": {"Fn::Not": [{"Condition": "On"}]},
        },
        "Resources": {
            "A": {"Type": "T", "Condition": "Off"},
            "B": {
                "Type": "T",
                "DependsOn": ["A"],
                "Properties": {"X": {"Fn::If": ["Off", {"Ref": "A"}, {"Ref": "Live"}]}},
            },
        },
        "Outputs": {
            "O": {"Value": {"Ref": "A"}, "Condition": "Off"},
            "P": {"Value": {"Ref": "Live"}, "Condition": "On"},
        },
    }
    state = build(document)
    assert state.dependencies == {"B": set()}
    assert state.outputs(Values()) == [{"OutputKey": "P", "OutputValue": "value of /live"}]


def test_a_reference_to_a_resource_left_out_is_refused() -> None:
    document = {
        "Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "A": {"Type": "T", "Condition": "No"},
            "B": {"Type": "T", "Properties": {"X": {"Ref": "A"}}},
        },
    }
    with pytest.raises(ApiError, match=r"Unresolved resource dependencies \[A\]"):
        build(document)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ({"Value": {"Ref": "B"}}, r"dependencies \[B\] in the Outputs block"),
        ({"Value": {"Fn::GetAtt": ["B", "Arn"]}}, r"dependencies \[B\] in the Outputs block"),
        ({"Value": "a", "Export": {"Name": {"Fn::Sub": "${B}-x"}}}, r"dependencies \[B\] in the"),
        ({"Value": "a", "Condition": "Never"}, "Unresolved condition dependency Never of output O"),
        ({"Value": {"Fn::If": ["Never", "a", "b"]}}, "unresolved condition dependency Never"),
    ],
)
def test_an_output_that_names_what_does_not_exist_is_refused_before_anything_is_created(
    output: dict[str, Any], words: str
) -> None:
    with pytest.raises(ApiError, match=words):
        build({"Resources": {"A": {"Type": "T"}}, "Outputs": {"O": output}})


def test_an_output_may_name_parameters_and_leave_out_what_its_condition_leaves_out() -> None:
    document = {
        "Parameters": {"P": {"Type": "String", "Default": "p"}},
        "Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"A": {"Type": "T", "Condition": "No"}, "B": {"Type": "T"}},
        "Outputs": {
            "O": {"Value": {"Fn::If": ["No", {"Ref": "A"}, {"Ref": "P"}]}},
            "Q": {"Value": {"Fn::Sub": "${AWS::Region}"}, "Export": {"Name": {"Ref": "B"}}},
            "R": {"Value": {"Ref": "A"}, "Condition": "No"},
        },
    }
    assert set(build(document).dependencies) == {"B"}


def test_conditions_see_parameters_only() -> None:
    document = {
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "A"}, "x"]}},
        "Resources": {"A": {"Type": "T"}},
    }
    with pytest.raises(ApiError, match="Cannot reference resources in the Conditions block"):
        build(document)


def test_circular_conditions_are_refused() -> None:
    document = {
        "Conditions": {
            "A": {"Fn::Not": [{"Condition": "B"}]},
            "B": {"Fn::Not": [{"Condition": "A"}]},
        },
        "Resources": {"R": {"Type": "T"}},
    }
    with pytest.raises(ApiError, match="circular condition dependency"):
        build(document)


@pytest.mark.parametrize(("version", "accepted"), [("33", True), ("5", False)])
def test_cdks_bootstrap_rule_is_evaluated(version: str, accepted: bool) -> None:
    document = {
        "Parameters": {"BootstrapVersion": {"Type": "String"}},
        "Rules": {
            "CheckBootstrapVersion": {
                "Assertions": [
                    {
                        "Assert": {
                            "Fn::Not": [
                                {"Fn::Contains": [["1", "2", "5"], {"Ref": "BootstrapVersion"}]}
                            ]
                        },
                        "AssertDescription": "CDK bootstrap stack version 6 required.",
                    }
                ]
            }
        },
        "Resources": {"R": {"Type": "T"}},
    }
    if accepted:
        build(document, BootstrapVersion=version)
    else:
        with pytest.raises(ApiError, match="CDK bootstrap stack version 6 required"):
            build(document, BootstrapVersion=version)


def test_yaml_short_forms_mean_what_the_long_ones_do() -> None:
    template = parse_template(
        """
        AWSTemplateFormatVersion: 2010-09-09
        Conditions:
          Here: !Not [!Equals [!Ref 'AWS::Region', here]]
        Resources:
          A:
            Type: Test::Thing
            Properties:
              Version: 2012-10-17
              Att: !GetAtt B.Nested.Arn
              Sub: !Sub ["${x}", {x: !Ref B}]
              If: !If [Here, !Join ['', [a, b]], !Base64 x]
        """
    )
    assert template.resources["A"].properties == {
        "Version": "2012-10-17",
        "Att": {"Fn::GetAtt": ["B", "Nested.Arn"]},
        "Sub": {"Fn::Sub": ["${x}", {"x": {"Ref": "B"}}]},
        "If": {"Fn::If": ["Here", {"Fn::Join": ["", ["a", "b"]]}, {"Fn::Base64": "x"}]},
    }
    assert template.conditions == {
        "Here": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::Region"}, "here"]}]}
    }


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "JSON not well-formed"),
        ("a: [", "YAML not well-formed"),
        ("just text", "unsupported structure"),
        ("{}", "At least one Resources member must be defined"),
        (
            '{"Parameters": {"P": "x"}, "Resources": {"A": {"Type": "T"}}}',
            r"\[/Parameters/P\] must be an object",
        ),
        ('{"Outputs": {"O": {}}, "Resources": {"A": {"Type": "T"}}}', r"\[/Outputs/O\] needs a V"),
        ('{"Resources": {"A": {}}}', "every resource needs a Type"),
        ('{"Transform": "x", "Resources": {}}', "does not support the template section Transform"),
        ('{"Other": 1}', r"Invalid template property or properties \[Other\]"),
        ('{"Resources": {"A": {"Type": "T", "UpdatePolicy": {}}}}', "/Resources/A/UpdatePolicy"),
        ('{"Resources": {"A": {"Type": "T", "Propertys": {}}}}', "'Propertys' at /Resources/A"),
        ('{"Resources": {"A": {"Type": "T", "DeletionPolicy": "Snapshot"}}}', "Snapshot"),
        ('{"Resources": {"A": {"Type": "T", "DeletionPolicy": "Keep"}}}', "is 'Keep'; allowed"),
    ],
)
def test_malformed_templates_are_refused_in_a_sentence(body: str, words: str) -> None:
    with pytest.raises(ApiError, match=words):
        parse_template(body)
