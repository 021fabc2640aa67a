"""A definition that cannot run is refused before it exists, with the place and the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_aws.stepfunctions.execution.definition import find_problems, synchronous_resources
from embedded_aws.stepfunctions.library import moto_patches
from embedded_aws.stepfunctions.tasks.task_catalogue import task_service_for

moto_patches.apply(task_service_for)
END = {"End": True}
INVALID = "SCHEMA_VALIDATION_FAILED"
ITEM = {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}
INLINE_MAP = {"Type": "Map", "Items": [1], "ItemProcessor": ITEM, **END}
READER = {
    "Resource": "arn:aws:states:::s3:getObject",
    "ReaderConfig": {"InputType": "JSON"},
    "Arguments": {"Bucket": "b", "Key": "{% $states.input.key %}"},
}
WRITER = {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "b"}}
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
            machine({"M": INLINE_MAP | {"ItemReader": {}}}),
            INVALID,
            "/States/M/ItemReader",
            "'ItemReader' needs the Mode 'DISTRIBUTED'",
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


def distributed_map(
    config: dict[str, Any] | None = None, item: dict[str, Any] | None = None, **members: Any
) -> str:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"} | (config or {})
    processor = (ITEM if item is None else item) | {"ProcessorConfig": config}
    source = {} if "Items" in members else {"ItemReader": READER}
    return machine({"M": {"Type": "Map", "ItemProcessor": processor, **source, **END, **members}})


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"Items": "{% $states.input %}", "ItemSelector": "{% $states.context.Map.Item.Value %}"},
        {"ToleratedFailureCount": "{% 1 %}", "ToleratedFailurePercentage": 5},
        {"ToleratedFailurePercentage": 0.5, "MaxConcurrency": "{% 2 %}", "Label": "Files"},
        {"ResultWriter": WRITER, "ItemReader": READER | {"ReaderConfig": {"InputType": "JSON",
                                                                          "MaxItems": 5}}},
    ],
)  # fmt: skip
def test_a_distributed_map_over_json_is_accepted(members: dict[str, Any]) -> None:
    assert find_problems(distributed_map(**members)) == []


@pytest.mark.parametrize(
    ("definition", "location", "message"),
    [
        (
            distributed_map({"Mode": "SPREAD"}),
            "/ItemProcessor/ProcessorConfig",
            "'Mode' must be one of INLINE, DISTRIBUTED, got 'SPREAD'",
        ),
        (
            distributed_map({"ExecutionType": "EXPRESS"}),
            "/ItemProcessor/ProcessorConfig",
            "does not support ExecutionType 'EXPRESS' here; it supports: 'STANDARD'",
        ),
        (
            distributed_map(ItemReader=READER | {"ReaderConfig": {"InputType": "CSV"}}),
            "/ItemReader/ReaderConfig/InputType",
            "does not support InputType 'CSV' here; it supports: 'JSON'",
        ),
        (
            distributed_map(ItemReader=READER | {"Resource": "arn:aws:states:::s3:listObjectsV2"}),
            "/ItemReader/Resource",
            "does not support the resource 'arn:aws:states:::s3:listObjectsV2' here",
        ),
        (
            distributed_map(ResultWriter=WRITER | {"WriterConfig": {"OutputType": "JSONL"}}),
            "/ResultWriter/WriterConfig",
            "does not support 'WriterConfig' here; it supports: Arguments, Resource",
        ),
        (
            distributed_map(Items=[1], ItemReader=READER),
            "",
            "a distributed Map must have either 'Items' or 'ItemReader'",
        ),
        (distributed_map(ItemBatcher={}), "/ItemBatcher", "does not support 'ItemBatcher'"),
        (distributed_map(Label="a b"), None, "Label contains invalid character"),
    ],
)
def test_a_distributed_map_that_cannot_run_is_refused_by_name(
    definition: str, location: str | None, message: str
) -> None:
    [problem] = find_problems(definition)
    assert problem.location == ("" if location is None else f"/States/M{location}")
    assert message in problem.message


def test_states_and_expressions_of_a_distributed_map_are_checked() -> None:
    item = {"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": "{% 1 + %}", **END}}}
    assert [problem.location for problem in find_problems(distributed_map(item=item))] == [
        "/States/M/ItemProcessor/States/I/Output"
    ]
    [problem] = find_problems(distributed_map(MaxConcurrency="{% 1 + %}"))
    assert problem.location == "/States/M/MaxConcurrency"


def test_all_problems_are_reported_at_once() -> None:
    states = {"A": {"Type": "Pass", "Output": "{% ( %}"}, "B": {"Type": "Nope"}}
    assert len(find_problems(machine(states))) == 4


def test_synchronous_resources_are_found_at_any_depth() -> None:
    inner = json.loads(task("sagemaker:createTransformJob.sync"))
    states = {"P": {"Type": "Parallel", "Branches": [inner], "End": True}}
    assert synchronous_resources(machine(states)) == {
        "arn:aws:states:::sagemaker:createTransformJob.sync"
    }
