"""A definition that cannot run is refused before it exists, with the place and the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_aws.stepfunctions.definitions.machine import find_problems, find_warnings
from embedded_aws.stepfunctions.definitions.reading import synchronous_resources
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


LAMBDA = {"FunctionName": "f"}
ONLY_JSONATA = "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for "
ONLY_JSONPATH = "The QueryLanguage is set to 'JSONata', but field 'Result' is only supported for "
NO_END = "Workflow has no terminal state"
ALONE = "States.ALL must appear alone and at end of list"
NEITHER = "This object should have only one of the following fields: [Next, End]"


def state(kind: str, language: str = "JSONata", **members: Any) -> str:
    """Return a workflow whose first state is of that kind; "S" ends it."""
    ends = {} if kind in ("Choice", "Succeed", "Fail") or members.keys() & {"Next", "End"} else END
    states = {"A": {"Type": kind, **ends, **members}}
    if '"S"' in json.dumps(members):
        states["S"] = {"Type": "Succeed"}
    return machine(states, QueryLanguage=language)


def path(kind: str, **members: Any) -> str:
    return state(kind, "JSONPath", **members)


def choice(**rule: Any) -> str:
    return path("Choice", Choices=[{"Next": "S", **rule}])


def retry(**entry: Any) -> str:
    return path("Parallel", Branches=[ITEM], Retry=[entry])


@pytest.mark.parametrize(
    ("definition", "found"),
    [
        ("{", [("INVALID_JSON_DESCRIPTION", None, "Expecting")]),
        ('{"States": {}, "States": {}}', [("INVALID_JSON_DESCRIPTION", None, "Duplicate field")]),
        ("null", [("MISSING_DESCRIPTION", None, "empty")]),
        ("[]", [(INVALID, "", "must be a JSON object")]),
        ("{}", [(INVALID, "", "These fields are required: [StartAt, States]")]),
        (machine({"A": {"Type": "Succeed"}}, Timeout=1), [(INVALID, "", "Field 'Timeout' is not")]),
        (machine({"A": {"Type": "Succeed"}}, Version="2"), [(INVALID, "/Version", "[1.0]")]),
        (machine({"A": {"Type": "Succeed"}}, QueryLanguage="jq"),
         [(INVALID, "/QueryLanguage", "[JSONPath, JSONata]"),
          (INVALID, "/States/A/QueryLanguage", "[JSONPath, JSONata]")]),
        (machine({"A": 5}), [(INVALID, "/States/A", "Expected value of type Object"),
                             ("MISSING_END_STATE", None, NO_END)]),
        (machine({"A": {"Type": "Pass", "Next": "A"}}), [("MISSING_END_STATE", None, NO_END)]),
        (machine({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}),
         [("MISSING_END_STATE", None, NO_END)]),
        (state("Parallel", Branches=[{"StartAt": "B", "States": {"B": {"Type": "Pass",
                                                                       "Next": "B"}}}]),
         [("MISSING_END_STATE", "/States/A/Branches[0]", NO_END)]),
        (machine({"A": {"Type": "Pass", "Next": "B"}}),
         [("MISSING_TRANSITION_TARGET", "/States/A/Next", "Missing 'Next' target: B"),
          ("MISSING_END_STATE", None, NO_END)]),
        (machine({"A": {"Type": "Pass", **END}}, StartAt="X"),
         [("MISSING_TRANSITION_TARGET", "", "Missing 'StartAt' target: X")]),
        (machine({"A": {"Type": "Succeed"}, "B": {"Type": "Pass", "Next": "A"},
                  "C": {"Type": "Pass", "Next": "C"}}),
         [("MISSING_TRANSITION_TARGET", "/States/B", 'State "B" is not reachable.'),
          ("MISSING_TRANSITION_TARGET", "/States/C", 'State "C" is not reachable.')]),
        (machine({"x" * 81: {"Type": "Succeed"}}),
         [("INVALID_STATE_NAME", "/States/" + "x" * 81, "81")]),
        (state("Parallel", Branches=[ITEM, ITEM]),
         [("DUPLICATE_STATE_NAME", "/States/A/Branches[1]/States/I", "Duplicate State name: I")]),
        (machine({"A": {**END}}), [(INVALID, "/States/A", "These fields are required: [Type]")]),
        (machine({"A": {"Type": "Run", **END}}), [(INVALID, "/States/A/Type", "[Pass, Task,")]),
        (state("Pass", Next=None), [(INVALID, "/States/A", NEITHER),
                                    (INVALID, "/States/A/Next", "type String"),
                                    ("MISSING_END_STATE", None, NO_END)]),
        (state("Pass", Next="S", End=True), [(INVALID, "/States/A", "only be one of the following "
                                                                    "fields: [Next, End]")]),
        (state("Pass", End="yes"), [(INVALID, "/States/A/End", "Expected value of type Boolean"),
                                    ("MISSING_END_STATE", None, NO_END)]),
        # Fields of other types and of the other query language
        (state("Pass", Retry=[]), [(INVALID, "/States/A", "Field 'Retry' is not supported")]),
        (state("Pass", Catch=[{"ErrorEquals": ["E"], "Next": "S"}]),
         [(INVALID, "/States/A", "Field 'Catch' is not supported")]),
        (state("Fail", Next="S"), [(INVALID, "/States/A", "Field 'Next' is not supported")]),
        (state("Map", TimeoutSeconds=1, Items=[], ItemProcessor=ITEM),
         [(INVALID, "/States/A", "Field 'TimeoutSeconds' is not supported")]),
        (path("Pass", Output={}), [(INVALID, "/States/A", ONLY_JSONATA)]),
        (state("Pass", Result={}), [(INVALID, "/States/A", ONLY_JSONPATH)]),
        (machine({"A": {"Type": "Succeed", "QueryLanguage": "JSONPath"}}),
         [(INVALID, "/States/A", "can not be 'JSONPath' if set to 'JSONata'")]),
        (path("Map", QueryLanguage="JSONata", Items=[1], ItemProcessor={
            "StartAt": "I", "States": {"I": {"Type": "Pass", "Output": 1, **END}}}),
         [(INVALID, "/States/A/ItemProcessor/States/I", ONLY_JSONATA)]),
        (path("Map", ItemProcessor=ITEM | {"QueryLanguage": "JSONata"}),
         [(INVALID, "/States/A/ItemProcessor", "Field 'QueryLanguage' is not supported")]),
        # Values
        (state("Wait", Seconds="5"), [(INVALID, "/States/A/Seconds", "type Integer")]),
        (state("Wait", Seconds=-1), [(INVALID, "/States/A/Seconds", "Minimum value is 0")]),
        (state("Wait", Seconds=1, Timestamp="2030-01-01T00:00:00Z"),
         [(INVALID, "/States/A", "[SecondsPath, Seconds, TimestampPath, Timestamp]")]),
        (state("Wait"), [(INVALID, "/States/A", "This object should have only one of the")]),
        (state("Wait", Timestamp="tomorrow"), [(INVALID, "/States/A/Timestamp", "RFC3339")]),
        (task("lambda:invoke", Arguments=LAMBDA, TimeoutSeconds=0),
         [(INVALID, "/States/T/TimeoutSeconds", "Minimum value is 1")]),
        (task("lambda:invoke", Arguments=LAMBDA, TimeoutSeconds=5, HeartbeatSeconds=5),
         [(INVALID, "/States/T", "HeartbeatSeconds must be smaller")]),
        (path("Fail", Error="E", ErrorPath="$.e"),
         [(INVALID, "/States/A", "only be one of the following fields: [Error, ErrorPath]")]),
        (state("Parallel", Branches=[]), [(INVALID, "/States/A/Branches", "cannot be empty")]),
        (state("Parallel"), [(INVALID, "/States/A", "These fields are required: [Branches]")]),
        # Choice
        (state("Choice", Default="S"), [(INVALID, "/States/A", "are required: [Choices]")]),
        (path("Choice", Choices=[], Default="S"), [(INVALID, "/States/A/Choices", "empty")]),
        (choice(Variable="$.a", NumericEquals="x"),
         [(INVALID, "/States/A/Choices[0]/NumericEquals", "Expected value of type Number")]),
        (choice(Variable="$.a", TimestampEquals="x"),
         [(INVALID, "/States/A/Choices[0]/TimestampEquals", "RFC3339")]),
        (choice(Variable="a", IsNull=True),
         [(INVALID, "/States/A/Choices[0]/Variable", "Reference path didn't start with '$'")]),
        (choice(Variable="$.a[*]", IsNull=True),
         [(INVALID, "/States/A/Choices[0]/Variable", "Value is not a Reference Path")]),
        (choice(Variable="$.a"),
         [(INVALID, "/States/A/Choices[0]", "only one of the following fields: [StringEquals")]),
        (choice(Variable="$.a", IsNull=True, IsString=True),
         [(INVALID, "/States/A/Choices[0]", "There should only be one of the following fields")]),
        (choice(Not={"Variable": "$.a", "IsNull": True, "Next": "S"}),
         [(INVALID, "/States/A/Choices[0]/Not", "Field 'Next' is not supported")]),
        (choice(And=[]), [(INVALID, "/States/A/Choices[0]/And", "Value cannot be empty")]),
        (choice(), [(INVALID, "/States/A/Choices[0]", "[And, Or, Not, Variable, Condition]")]),
        (path("Choice", Choices=[{"Variable": "$.a", "IsNull": True}], Default="S"),
         [(INVALID, "/States/A/Choices[0]", "These fields are required: [Next]")]),
        (state("Choice", Choices=[{"Condition": "x", "Next": "S"}]),
         [(INVALID, "/States/A/Choices[0]/Condition", "a boolean or a JSONata expression")]),
        # Retry and Catch
        (retry(ErrorEquals=["States.ALL", "E"]), [
            (INVALID, "/States/A/Retry[0]/ErrorEquals[0]", ALONE)]),
        (path("Parallel", Branches=[ITEM], Retry=[{"ErrorEquals": ["States.ALL"]},
                                                  {"ErrorEquals": ["E"]}]),
         [(INVALID, "/States/A/Retry[0]/ErrorEquals[0]", ALONE)]),
        (retry(), [(INVALID, "/States/A/Retry[0]", "These fields are required: [ErrorEquals]")]),
        (retry(ErrorEquals=[]), [(INVALID, "/States/A/Retry[0]/ErrorEquals", "cannot be empty")]),
        (retry(ErrorEquals=["E"], BackoffRate=0.5),
         [(INVALID, "/States/A/Retry[0]/BackoffRate", "Minimum value is 1")]),
        (retry(ErrorEquals=["E"], MaxDelaySeconds=31_622_400),
         [(INVALID, "/States/A/Retry[0]/MaxDelaySeconds", "31622399")]),
        (retry(ErrorEquals=["E"], JitterStrategy="SOME"),
         [(INVALID, "/States/A/Retry[0]/JitterStrategy", "[NONE, FULL]")]),
        (retry(ErrorEquals=["E"], Next="S"),
         [(INVALID, "/States/A/Retry[0]", "Field 'Next' is not supported"),
          ("MISSING_TRANSITION_TARGET", "/States/S", "not reachable")]),
        (path("Parallel", Branches=[ITEM], Catch=[{"ErrorEquals": ["E"]}]),
         [(INVALID, "/States/A/Catch[0]", "These fields are required: [Next]")]),
        # Paths, templates, expressions
        (path("Pass", InputPath="a"), [(INVALID, "/States/A/InputPath", "valid JSONPath.")]),
        (path("Pass", ResultPath="$.a[*]"), [(INVALID, "/States/A/ResultPath", "not a Reference")]),
        (path("Pass", Parameters={"b": [{"a.$": "hello"}]}),
         [(INVALID, "/States/A/Parameters", "The value for the field 'a.$' must be a valid")]),
        (path("Pass", Assign={"a.$": 5}), [(INVALID, "/States/A/Assign", "'a.$' must be a valid")]),
        (state("Pass", Assign={"states": 1}),
         [("RESERVED_VARIABLE_NAME", "/States/A/Assign/states", "'$states'")]),
        (state("Pass", Assign={"a-b": 1}), [("INVALID_VARIABLE_NAME", "/States/A/Assign/a-b", "")]),
        (state("Pass", Output={"a": ["{% 1 + %}"]}),
         [("INVALID_JSONATA_EXPRESSION", "/States/A/Output/a[0]", "'1 +' is invalid")]),
        (state("Pass", Output="{% phone %}"),
         [("UNSUPPORTED_JSONATA_EXPRESSION", "/States/A/Output",
           "Reference to 'phone' at the top level is not supported.")]),
        (state("Pass", Output="{% 1"), [(INVALID, "/States/A/Output", "{% and end with %}")]),
        # Tasks
        (state("Task"), [(INVALID, "/States/A", "These fields are required: [Resource]")]),
        (state("Task", Resource="f"), [(INVALID, "/States/A/Resource", "valid resource ARN")]),
        (state("Task", Resource="arn:aws:states:::lambda:invoke"),
         [(INVALID, "/States/A", "Arguments field is required for resource ARN: arn:aws:states")]),
        (task("lambda:invoke"), [(INVALID, "/States/T/Arguments", "'FunctionName' is required")]),
        (task("lambda:invoke", Arguments=LAMBDA | {"Foo": 1}),
         [(INVALID, "/States/T/Arguments", 'The field "Foo" is not supported')]),
        (path("Task", Resource="arn:aws:states:::sqs:sendMessage", Parameters={"MessageBody": "b"}),
         [(INVALID, "/States/A/Parameters", "The field 'QueueUrl' is required but was missing")]),
        (task("glue:startJobRun"), [(INVALID, "", "integration 'glue'")]),
        (task("sagemaker:createModel.sync", Arguments="{% $states.input %}"),
         [(INVALID, "", "createModel.sync")]),
        (task("lambda:invoke.sync", Arguments=LAMBDA), [(INVALID, "", "has no '.sync'")]),
        (task("dynamodb:getItem.waitForTaskToken", Arguments="{% $states.input %}"),
         [(INVALID, "", "has no '.waitForTaskToken'")]),
        (task("dynamodb:scan", Arguments="{% $states.input %}"), [(INVALID, "", "dynamodb:scan")]),
        (task("aws-sdk:ssm:fly"), [(INVALID, "", "aws-sdk:ssm:fly is not recognized")]),
        (task("aws-sdk:moon:land"), [(INVALID, "", "aws-sdk:moon:land is not recognized")]),
        (task("lambda:invoke", Arguments=LAMBDA, Credentials={"RoleArn": "r"}),
         [(INVALID, "/States/T/Credentials", "does not support 'Credentials'")]),
        (machine({"M": INLINE_MAP | {"ItemReader": {}}}),
         [(INVALID, "/States/M/ItemReader", "'ItemReader' needs the Mode 'DISTRIBUTED'")]),
    ],
)  # fmt: skip
def test_a_problem_names_its_place(
    definition: str, found: list[tuple[str, str | None, str]]
) -> None:
    problems = find_problems(definition)
    assert [(problem.code, problem.location) for problem in problems] == [
        (code, location) for code, location, _ in found
    ]
    for problem, (_, _, message) in zip(problems, found, strict=True):
        assert message in problem.message


def test_a_definition_nested_without_end_is_refused() -> None:
    nested: dict[str, Any] = ITEM
    for number in range(30):
        nested = {"StartAt": f"P{number}", "States": {
            f"P{number}": {"Type": "Parallel", "Branches": [nested], **END}}}  # fmt: skip
    assert {problem.code for problem in find_problems(json.dumps(nested))} == {"TOO_DEEPLY_NESTED"}
    assert find_problems("[" * 200_000)[0].code == "TOO_DEEPLY_NESTED"


def test_warnings_name_what_looks_like_a_path() -> None:
    definition = path("Pass", Parameters={"a": "$.b", "c.$": "$.d"}, Result="$.e")
    assert [(found.code, found.location) for found in find_warnings(definition)] == [
        ("NO_DOLLAR", "/States/A/Parameters"),
        ("PASS_RESULT_IS_STATIC", "/States/A/Result"),
    ]


def distributed_map(
    config: dict[str, Any] | None = None, item: dict[str, Any] | None = None, **members: Any
) -> str:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"} | (config or {})
    processor = (ITEM if item is None else item) | {"ProcessorConfig": config}
    source = {} if "Items" in members else {"ItemReader": READER}
    return machine({"M": {"Type": "Map", "ItemProcessor": processor, **source, **END, **members}})


def reader(**config: Any) -> dict[str, Any]:
    return READER | {"ReaderConfig": config}


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"Items": "{% $states.input %}", "ItemSelector": "{% $states.context.Map.Item.Value %}"},
        {"ToleratedFailureCount": "{% 1 %}", "ToleratedFailurePercentage": 5},
        {"ToleratedFailurePercentage": 0.5, "MaxConcurrency": "{% 2 %}", "Label": "Files"},
        {"ResultWriter": WRITER, "ItemReader": reader(InputType="JSON", MaxItems=5)},
        {"ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"}}},
        {"ItemReader": reader(InputType="CSV", CSVHeaderLocation="GIVEN", CSVHeaders=["a"])},
        {"ItemReader": reader(InputType="JSONL", MaxItems="{% 5 %}")},
        {"ItemReader": reader(InputType="MANIFEST", ManifestType="S3_INVENTORY")},
        {"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
                        "Arguments": {"Bucket": "b"}}},
        {"ItemBatcher": {"MaxItemsPerBatch": "{% 2 %}", "BatchInput": {"a": "{% 1 %}"}}},
    ],
)  # fmt: skip
def test_a_distributed_map_is_accepted(members: dict[str, Any]) -> None:
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
            distributed_map(ItemReader=reader(InputType="PARQUET")),
            "/ItemReader/ReaderConfig/InputType",
            "does not support InputType 'PARQUET' here",
        ),
        (
            distributed_map(ItemReader=reader(InputType="CSV")),
            "/ItemReader/ReaderConfig",
            "The field 'CSVHeaderLocation' is required",
        ),
        (
            distributed_map(ItemReader=reader(InputType="JSON", ItemsPointer="/a")),
            "/ItemReader/ReaderConfig/ItemsPointer",
            "does not support 'ItemsPointer' here",
        ),
        (
            distributed_map(ItemReader=READER | {"Resource": "arn:aws:states:::s3:headObject"}),
            "/ItemReader/Resource",
            "does not support the resource 'arn:aws:states:::s3:headObject' here",
        ),
        (
            distributed_map(ResultWriter=WRITER | {"WriterConfig": {"OutputType": "CSV"}}),
            "/ResultWriter/WriterConfig/OutputType",
            "Value should be one of the following: [JSON, JSONL]",
        ),
        (
            distributed_map(Items=[1], ItemReader=READER),
            "",
            "There should only be one of the following fields: [Items, ItemReader]",
        ),
        (
            distributed_map(ItemBatcher={"MaxItemsPerBatch": -1}),
            "/ItemBatcher/MaxItemsPerBatch",
            "Minimum value is 0",
        ),
        (
            distributed_map(ItemBatcher={"BatchInput": {}}),
            "/ItemBatcher",
            "MaxItemsPerBatch or MaxInputBytesPerBatch",
        ),
        (distributed_map(Label="a b"), "/Label", "Label contains invalid characters"),
    ],
)
def test_a_distributed_map_that_cannot_run_is_refused_by_name(
    definition: str, location: str, message: str
) -> None:
    [problem] = find_problems(definition)
    assert problem.location == f"/States/M{location}"
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
    assert len(find_problems(machine(states))) == 5


def test_synchronous_resources_are_found_at_any_depth() -> None:
    inner = json.loads(task("sagemaker:createTransformJob.sync"))
    states = {"P": {"Type": "Parallel", "Branches": [inner], "End": True}}
    assert synchronous_resources(machine(states)) == {
        "arn:aws:states:::sagemaker:createTransformJob.sync"
    }
