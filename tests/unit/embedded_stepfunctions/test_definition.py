"""A definition that cannot run is refused before it exists, with the place and the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_aws.stepfunctions import moto_patches
from embedded_aws.stepfunctions.definition import find_problems, synchronous_resources

moto_patches.apply()
END = {"End": True}
INVALID = "SCHEMA_VALIDATION_FAILED"
ITEM = {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}
INLINE_MAP = {"Type": "Map", "Items": [1], "ItemProcessor": ITEM, **END}
DISTRIBUTED_MAP = INLINE_MAP | {
    "ItemProcessor": ITEM | {"ProcessorConfig": {"Mode": "DISTRIBUTED"}}
}
RULE = {"Condition": "{% true %}", "Next": "S"}


def machine(states: dict[str, Any], **members: Any) -> str:
    whole = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    return json.dumps(whole | members)


def task(resource: str, **members: Any) -> str:
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Arguments": {}}
    return machine({"T": state | END | members})


def test_all_kinds_of_states_are_accepted() -> None:
    branch = {"StartAt": "B", "States": {"B": {"Type": "Pass", **END}}}
    item = {"StartAt": "I", "States": {"I": {"Type": "Pass", **END}}}
    states = {
        "P": {"Type": "Pass", "Assign": {"x": "{% 1 %}"}, "Output": None, "Next": "W"},
        "W": {"Type": "Wait", "Seconds": "{% 1 %}", "Next": "Par"},
        "Par": {"Type": "Parallel", "Branches": [branch], "Next": "M"},
        "M": {"Type": "Map", "Items": [1], "ItemProcessor": item, "Next": "C"},
        "C": {"Type": "Choice", "Choices": [RULE], "Default": "F"},
        "S": {"Type": "Succeed"},
        "F": {"Type": "Fail", "Error": "E", "Cause": "{% 'c' %}"},
    }
    assert find_problems(machine(states)) == []


@pytest.mark.parametrize(
    ("definition", "code", "location", "message"),
    [
        ("{", "INVALID_JSON_DESCRIPTION", "", "Expecting"),
        (
            machine({"A": {"Type": "Pass", "Next": "B"}}),
            "MISSING_TRANSITION_TARGET",
            "/States/A/Next",
            "Missing 'Next' target: B",
        ),
        (
            machine({"A": {"Type": "Pass", **END}}, StartAt="X"),
            "MISSING_TRANSITION_TARGET",
            "",
            "Missing 'StartAt' target: X",
        ),
        (
            machine({"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}),
            "MISSING_TRANSITION_TARGET",
            "/States/B",
            'State "B" is not reachable.',
        ),
        (machine({"A": {"Type": "Pass"}}), INVALID, "/States/A", "'Next' or 'End'"),
        (machine({"A": {"Type": "Run", **END}}), INVALID, "/States/A", "got 'Run'"),
        (
            machine({"A": {"Type": "Pass", "Parameters": {}, **END}}),
            INVALID,
            "/States/A/Parameters",
            "'Parameters' is not supported in a JSONata Pass state",
        ),
        (
            machine({"A": {"Type": "Pass", "Output": {"a": ["{% 1 + %}"]}, **END}}),
            "INVALID_JSONATA",
            "/States/A/Output/a[0]",
            "'1 +' is invalid",
        ),
        (task("glue:startJobRun"), INVALID, "", "integration 'glue'"),
        (task("sagemaker:createModel.sync"), INVALID, "", "createModel.sync"),
        (task("lambda:invoke.sync"), INVALID, "", "has no '.sync'"),
        (task("aws-sdk:ssm:fly"), INVALID, "", "aws-sdk:ssm:fly is not recognized"),
        (task("aws-sdk:moon:land"), INVALID, "", "aws-sdk:moon:land is not recognized"),
        (
            machine({"M": DISTRIBUTED_MAP}),
            INVALID,
            "/States/M/ItemProcessor/ProcessorConfig",
            "does not support Mode 'DISTRIBUTED' (a distributed Map; an inline one runs)",
        ),
        (
            machine({"M": INLINE_MAP | {"ItemReader": {}}}),
            INVALID,
            "/States/M/ItemReader",
            "does not support 'ItemReader'",
        ),
        (
            task("lambda:invoke", Credentials={"RoleArn": "r"}),
            INVALID,
            "/States/T/Credentials",
            "does not support 'Credentials'",
        ),
    ],
)
def test_a_problem_names_its_place(definition: str, code: str, location: str, message: str) -> None:
    problems = find_problems(definition)
    assert [(problem.code, problem.location) for problem in problems] == [(code, location)]
    assert message in problems[0].message


def test_all_problems_are_reported_at_once() -> None:
    states = {"A": {"Type": "Pass", "Output": "{% ( %}"}, "B": {"Type": "Nope"}}
    assert len(find_problems(machine(states))) == 4


def test_synchronous_resources_are_found_at_any_depth() -> None:
    inner = json.loads(task("sagemaker:createTransformJob.sync"))
    states = {"P": {"Type": "Parallel", "Branches": [inner], "End": True}}
    assert synchronous_resources(machine(states)) == {
        "arn:aws:states:::sagemaker:createTransformJob.sync"
    }
