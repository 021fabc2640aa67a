"""Distributed Maps run their items as executions of their own, with the state machine's role."""

from __future__ import annotations

import gzip
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.server import EmbeddedAws
from tests.waiting import until

BUCKET = "map-bucket"
START = "states:StartExecution"
Run = Callable[..., dict[str, Any]]
DOUBLE = {"Double": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True}}
ODD_FAILS: dict[str, Any] = {
    "IsOdd": {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input % 2 = 1 %}", "Next": "Odd"}],
        "Default": "Even",
    },
    "Odd": {"Type": "Fail", "Error": "OddError", "Cause": "{% $string($states.input) & ' odd' %}"},
    "Even": {"Type": "Succeed"},
}  # fmt: skip
WRITER = {
    "Resource": "arn:aws:states:::s3:putObject",
    "Arguments": {"Bucket": BUCKET, "Prefix": "results"},
}


def reader(key: str) -> dict[str, Any]:
    return {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Arguments": {"Bucket": BUCKET, "Key": key},
    }


def map_state(states: dict[str, Any], **members: Any) -> dict[str, Any]:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = {"ProcessorConfig": config, "StartAt": next(iter(states)), "States": states}
    return {"Type": "Map", "ItemProcessor": processor, "Label": "Items", "End": True} | members


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    services = ("iam", "lambda_runtime", "stepfunctions")
    with EmbeddedAws(image_python=Path(sys.executable), services=services) as server:
        server.runtime.client("s3").create_bucket(Bucket=BUCKET)
        yield server


@pytest.fixture(scope="module")
def states(aws: EmbeddedAws) -> Any:
    return aws.runtime.client("stepfunctions")


@pytest.fixture(scope="module")
def start(aws: EmbeddedAws, states: Any) -> Callable[..., str]:
    """Starts an execution of one Map state whose role may do `actions`; its ARN."""

    def begin(
        state: dict[str, Any],
        given: Any = None,
        actions: tuple[str, ...] = ("*",),
        language: str = "JSONata",
    ) -> str:
        iam, name = aws.runtime.client("iam"), f"role-{uuid.uuid4().hex[:8]}"
        trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}}
        role = iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=_policy(trust | {"Action": "sts:AssumeRole"})
        )["Role"]["Arn"]
        allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=_policy(allow))
        members = {"Map": state}
        if "Catch" in state:
            members["Caught"] = {"Type": "Succeed"}
        definition = {"QueryLanguage": language, "StartAt": "Map", "States": members}
        machine = states.create_state_machine(
            name=f"machine-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), roleArn=role
        )
        started = states.start_execution(
            stateMachineArn=machine["stateMachineArn"], input=json.dumps(given or {})
        )
        return str(started["executionArn"])

    return begin


@pytest.fixture(scope="module")
def run(states: Any, start: Callable[..., str]) -> Run:
    def execute(*arguments: Any, **more: Any) -> dict[str, Any]:
        return wait(states, start(*arguments, **more))

    return execute


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def wait(states: Any, arn: str) -> dict[str, Any]:
    def ended() -> dict[str, Any]:
        found: dict[str, Any] = states.describe_execution(executionArn=arn)
        return {} if found["status"] == "RUNNING" else found

    described = until(ended, 30, f"{arn} has ended")
    if "output" in described:
        described["output"] = json.loads(described["output"])
    return described


def put(aws: EmbeddedAws, value: Any) -> str:
    key = f"items/{uuid.uuid4().hex}.json"
    aws.runtime.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(value))
    return key


def written(aws: EmbeddedAws, output: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The manifest of a Map's results, and the entries of each file by outcome."""
    s3, details = aws.runtime.client("s3"), output["ResultWriterDetails"]
    manifest = json.loads(
        s3.get_object(Bucket=details["Bucket"], Key=details["Key"])["Body"].read()
    )
    entries = {
        outcome: [
            entry
            for file in files
            for entry in json.loads(s3.get_object(Bucket=BUCKET, Key=file["Key"])["Body"].read())
        ]
        for outcome, files in manifest["ResultFiles"].items()
    }
    return manifest, entries


def test_items_of_an_object_run_as_executions_with_histories_of_their_own(
    aws: EmbeddedAws, states: Any, run: Run
) -> None:
    described = run(map_state(DOUBLE, ItemReader=reader(put(aws, [1, 2, 3]))))

    assert (described["status"], described["output"]) == ("SUCCEEDED", [2, 4, 6])
    [listed] = states.list_map_runs(executionArn=described["executionArn"])["mapRuns"]
    map_run = states.describe_map_run(mapRunArn=listed["mapRunArn"])
    assert map_run["status"] == "SUCCEEDED"
    counts = map_run["executionCounts"]
    assert (counts["total"], counts["succeeded"], counts["pending"]) == (3, 3, 0)
    children = states.list_executions(mapRunArn=listed["mapRunArn"])["executions"]
    assert {child["status"] for child in children} == {"SUCCEEDED"}
    machine = described["stateMachineArn"].rsplit(":", 1)[-1]
    assert all(f":execution:{machine}/Items:" in child["executionArn"] for child in children)
    child = states.describe_execution(executionArn=children[0]["executionArn"])
    assert child["mapRunArn"] == listed["mapRunArn"]
    assert child["stateMachineArn"] == f"{described['stateMachineArn']}/Items"
    assert (child["input"], child["output"]) == ("3", "6")
    events = states.get_execution_history(executionArn=child["executionArn"])["events"]
    assert [event["type"] for event in events] == [
        "ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded",
    ]  # fmt: skip
    events = states.get_execution_history(executionArn=described["executionArn"])["events"]
    kinds = [event["type"] for event in events]
    assert kinds == [
        "ExecutionStarted", "MapStateEntered", "MapStateStarted", "MapRunStarted",
        "MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded",
    ]  # fmt: skip
    assert listed["mapRunArn"] == events[3]["mapRunStartedEventDetails"]["mapRunArn"]
    of_machine = states.list_executions(stateMachineArn=described["stateMachineArn"])["executions"]
    assert [found["executionArn"] for found in of_machine] == [described["executionArn"]]


def test_a_selector_makes_each_childs_input(run: Run) -> None:
    selector = {
        "at": "{% $states.context.Map.Item.Index %}",
        "item": "{% $states.context.Map.Item.Value %}",
        "all": "{% $states.input.name %}",
    }
    keep = {"Keep": {"Type": "Succeed"}}
    state = map_state(keep, Items="{% $states.input.items %}", ItemSelector=selector)

    described = run(state, {"name": "n", "items": ["a", "b"]})

    assert described["output"] == [
        {"at": 0, "item": "a", "all": "n"},
        {"at": 1, "item": "b", "all": "n"},
    ]


def test_no_more_children_run_at_once_than_asked(aws: EmbeddedAws, states: Any, run: Run) -> None:
    wait_a_second = {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}
    concurrency = "{% $states.input.at_once %}"
    state = map_state(wait_a_second, Items=[1, 2, 3, 4], MaxConcurrency=concurrency)

    described = run(state, {"at_once": 2})

    [map_run] = states.list_map_runs(executionArn=described["executionArn"])["mapRuns"]
    assert states.describe_map_run(mapRunArn=map_run["mapRunArn"])["maxConcurrency"] == 2
    children = [
        states.describe_execution(executionArn=child["executionArn"])
        for child in states.list_executions(mapRunArn=map_run["mapRunArn"])["executions"]
    ]
    for child in children:
        others = [c for c in children if c["startDate"] <= child["startDate"] < c["stopDate"]]
        assert len(others) <= 2
    took = described["stopDate"] - described["startDate"]
    assert took.total_seconds() < 3.5


def test_results_go_to_files_by_outcome(aws: EmbeddedAws, run: Run) -> None:
    described = run(
        map_state(ODD_FAILS, Items=[2, 3, 4], ResultWriter=WRITER, ToleratedFailurePercentage=50)
    )

    assert described["status"] == "SUCCEEDED"
    manifest, entries = written(aws, described["output"])
    assert manifest["MapRunArn"] == described["output"]["MapRunArn"]
    folder = manifest["MapRunArn"].rsplit(":", 1)[-1]
    assert [file["Key"] for file in manifest["ResultFiles"]["SUCCEEDED"]] == [
        f"results/{folder}/SUCCEEDED_0.json"
    ]
    assert [(e["Input"], e["Output"]) for e in entries["SUCCEEDED"]] == [("2", "2"), ("4", "4")]
    [failed] = entries["FAILED"]
    assert (failed["Error"], failed["Cause"], failed["Input"]) == ("OddError", "3 odd", "3")
    assert entries["PENDING"] == []


@pytest.mark.parametrize(
    ("tolerated", "status"),
    [
        ({}, "FAILED"),
        ({"ToleratedFailureCount": 1}, "FAILED"),
        ({"ToleratedFailureCount": "{% 2 %}"}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 49}, "FAILED"),
        ({"ToleratedFailurePercentage": 50.0}, "SUCCEEDED"),
        ({"ToleratedFailureCount": 3, "ToleratedFailurePercentage": 10}, "FAILED"),
    ],
)
def test_a_run_fails_with_more_failures_than_tolerated(
    run: Run, tolerated: dict[str, Any], status: str
) -> None:
    described = run(map_state(ODD_FAILS, Items=[1, 2, 3, 4], **tolerated))

    assert described["status"] == status
    if status == "FAILED":
        assert described["error"] == "States.ExceedToleratedFailureThreshold"
        assert described["cause"] == "The specified tolerated failure threshold was exceeded"


def test_a_failing_run_stops_what_runs_starts_no_more_and_still_writes_what_it_has(
    aws: EmbeddedAws, states: Any, start: Callable[..., str]
) -> None:
    processor: dict[str, Any] = {
        "Which": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input = 1 %}", "Next": "Fail"}],
            "Default": "Long",
        },
        "Fail": {"Type": "Fail", "Error": "E", "Cause": "c"},
        "Long": {"Type": "Wait", "Seconds": 60, "End": True},
    }
    arn = start(map_state(processor, Items=[0, 1, 2], MaxConcurrency=2, ResultWriter=WRITER))

    described = wait(states, arn)

    assert described["error"] == "States.ExceedToleratedFailureThreshold"
    [map_run] = states.list_map_runs(executionArn=arn)["mapRuns"]
    map_run = states.describe_map_run(mapRunArn=map_run["mapRunArn"])
    counts = map_run["executionCounts"]
    assert map_run["status"] == "FAILED"
    assert (counts["aborted"], counts["failed"], counts["pending"]) == (1, 1, 1)
    folder = f"results/{map_run['mapRunArn'].rsplit(':', 1)[-1]}/"
    found = aws.runtime.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=folder)["Contents"]
    assert [entry["Key"].removeprefix(folder) for entry in found] == [
        "FAILED_0.json",
        "PENDING_0.json",
        "manifest.json",
    ]


def test_stopping_the_execution_stops_its_children(states: Any, start: Callable[..., str]) -> None:
    arn = start(map_state({"L": {"Type": "Wait", "Seconds": 60, "End": True}}, Items=[1, 2]))
    runs = until(lambda: states.list_map_runs(executionArn=arn)["mapRuns"], 10, "the map runs")
    map_run = runs[0]["mapRunArn"]

    def children() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = states.list_executions(mapRunArn=map_run)["executions"]
        return found

    until(lambda: len(children()) == 2, 10, "both children run")

    states.stop_execution(executionArn=arn, cause="enough")

    until(
        lambda: states.describe_map_run(mapRunArn=map_run)["status"] == "ABORTED",
        10,
        "the map run is aborted",
    )
    assert [child["status"] for child in children()] == ["ABORTED", "ABORTED"]


@pytest.mark.parametrize(
    ("actions", "members", "error", "cause"),
    [
        (("s3:*",), {"Items": [1]}, "StepFunctions.AccessDeniedException", START),
        ((START,), {"ItemReader": reader("x")}, "States.ItemReaderFailed", "AccessDenied"),
        ((START, "s3:*"), {"ItemReader": reader("absent")}, "States.ItemReaderFailed", "NoSuchKey"),
        (
            (START,),
            {"Items": [1], "ResultWriter": WRITER},
            "States.ResultWriterFailed",
            "AccessDenied",
        ),
        ((START,), {"Items": "{% {'a': 1} %}"}, "States.ItemReaderFailed", "'Items' must give"),
        ((START,), {"Items": "{% $nope() %}"}, "States.QueryEvaluationError", "field 'Items'"),
    ],
)  # fmt: skip
def test_what_the_role_may_not_or_the_data_are_not_fails_the_state_by_name(
    run: Run, actions: tuple[str, ...], members: dict[str, Any], error: str, cause: str
) -> None:
    described = run(map_state(DOUBLE, **members), actions=actions)

    assert (described["status"], described["error"]) == ("FAILED", error)
    assert cause in described["cause"]


def test_a_failed_run_can_be_caught(run: Run) -> None:
    caught = {"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput.Error %}"}

    described = run(map_state(ODD_FAILS, Items=[1], Catch=[caught | {"Next": "Caught"}]))

    assert (described["status"], described["output"]) == (
        "SUCCEEDED",
        "States.ExceedToleratedFailureThreshold",
    )


def test_results_that_no_state_carries_need_a_writer(aws: EmbeddedAws, run: Run) -> None:
    large = {"L": {"Type": "Pass", "Output": "{% $pad('', 90000, '#') %}", "End": True}}

    assert run(map_state(large, Items=[1, 2, 3]))["error"] == "States.DataLimitExceeded"
    described = run(map_state(large, Items=[1, 2, 3], ResultWriter=WRITER))
    _, entries = written(aws, described["output"])
    assert [len(json.loads(entry["Output"])) for entry in entries["SUCCEEDED"]] == [90_000] * 3


def test_a_hundred_children_are_soon_done(aws: EmbeddedAws, run: Run) -> None:
    described = run(map_state(DOUBLE, ItemReader=reader(put(aws, list(range(100))))))

    assert described["output"] == [2 * number for number in range(100)]


# Sources, batches, and formats of results. JSONPath unless a test says otherwise.

CSV = 'name,n\n"a, b",1\nc\nd,2,more\n'
KEEP = {"Keep": {"Type": "Pass", "End": True}}


def source(config: dict[str, Any], key: str) -> dict[str, Any]:
    return {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": config,
        "Parameters": {"Bucket": BUCKET, **({"Key.$": "$.key"} if key == "$" else {"Key": key})},
    }


def put_text(aws: EmbeddedAws, text: str | bytes, key: str | None = None) -> str:
    key = key or f"items/{uuid.uuid4().hex}"
    aws.runtime.client("s3").put_object(Bucket=BUCKET, Key=key, Body=text)
    return key


@pytest.mark.parametrize(
    ("config", "text", "expected"),
    [
        (
            {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            CSV,
            [{"name": "a, b", "n": "1"}, {"name": "c", "n": ""}, {"name": "d", "n": "2"}],
        ),
        (
            {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x"],
             "CSVDelimiter": "TAB", "MaxItemsPath": "$.most"},
            "1\t2\n3\n4\n",
            [{"x": "1"}, {"x": "3"}],
        ),
        ({"InputType": "JSONL", "MaxItems": 2}, '{"a": 1}\n\n[2]\n3\n', [{"a": 1}, [2]]),
        ({"InputType": "JSON"}, "[null, 1]", [None, 1]),
    ],
)  # fmt: skip
def test_items_of_a_file_are_read_as_its_type_says(
    aws: EmbeddedAws, run: Run, config: dict[str, Any], text: str, expected: list[Any]
) -> None:
    given = {"key": put_text(aws, text), "most": 2}
    described = run(map_state(KEEP, ItemReader=source(config, "$")), given, language="JSONPath")
    assert described["output"] == expected


def test_objects_below_a_prefix_are_items(aws: EmbeddedAws, run: Run) -> None:
    prefix = f"listed/{uuid.uuid4().hex}"
    for name in ("a", "b"):
        put_text(aws, name, f"{prefix}/{name}")
    listing = {
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": BUCKET, "Prefix": prefix},
    }
    item = "$$.Map.Item"
    selector = {
        "key.$": f"{item}.Value.Key",
        "at.$": f"{item}.Index",
        "size.$": f"{item}.Value.Size",
    }
    described = run(map_state(KEEP, ItemReader=listing, ItemSelector=selector), language="JSONPath")
    assert described["output"] == [
        {"key": f"{prefix}/a", "at": 0, "size": 1},
        {"key": f"{prefix}/b", "at": 1, "size": 1},
    ]


def test_the_objects_of_an_inventory_are_items(aws: EmbeddedAws, run: Run) -> None:
    listed = put_text(aws, gzip.compress(b'"b","a+key%3D1","5"\n'))
    manifest = {
        "destinationBucket": f"arn:aws:s3:::{BUCKET}",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size",
        "files": [{"key": listed}],
    }
    reading = source({"InputType": "MANIFEST"}, put(aws, manifest))
    described = run(map_state(KEEP, ItemReader=reading), language="JSONPath")
    assert described["output"] == [{"Bucket": "b", "Key": "a key=1", "Size": "5"}]


def test_items_go_to_children_in_batches(states: Any, run: Run) -> None:
    state = map_state(
        KEEP,
        ItemsPath="$.list",
        ItemSelector={"v.$": "$$.Map.Item.Value"},
        ItemBatcher={"MaxItemsPerBatchPath": "$.most", "BatchInput": {"why.$": "$.why"}},
        ResultPath="$.result",
        ResultWriter={"WriterConfig": {"Transformation": "COMPACT"}},
    )
    given = {"list": [1, 2, 3], "most": 2, "why": "w"}
    described = run(state, given, language="JSONPath")
    assert described["output"] == given | {
        "result": [
            {"Items": [{"v": 1}, {"v": 2}], "BatchInput": {"why": "w"}},
            {"Items": [{"v": 3}], "BatchInput": {"why": "w"}},
        ]
    }
    found = states.list_map_runs(executionArn=described["executionArn"])["mapRuns"][0]
    map_run = states.describe_map_run(mapRunArn=found["mapRunArn"])
    assert (map_run["itemCounts"]["succeeded"], map_run["executionCounts"]["succeeded"]) == (3, 2)
    children = states.list_executions(mapRunArn=found["mapRunArn"])["executions"]
    assert sorted(child["itemCount"] for child in children) == [1, 2]


def test_batches_are_no_longer_than_asked(run: Run) -> None:
    state = map_state(KEEP, Items=["x" * 40] * 4, ItemBatcher={"MaxInputBytesPerBatch": 100})
    output = run(state)["output"]
    assert [len(batch["Items"]) for batch in output] == [2, 2]
    state["Items"] = ["x" * 200]
    assert run(state)["error"] == "States.DataLimitExceeded"


@pytest.mark.parametrize(
    ("transformation", "expected"),
    [("COMPACT", [[1, 1], [2, 2]]), ("FLATTEN", [1, 1, 2, 2])],
)
def test_results_are_written_in_the_format_asked(
    aws: EmbeddedAws, run: Run, transformation: str, expected: list[Any]
) -> None:
    twice = {"T": {"Type": "Pass", "Output": "{% [$states.input, $states.input] %}", "End": True}}
    config = {"Transformation": transformation, "OutputType": "JSONL"}
    state = map_state(twice, Items=[1, 2], ResultWriter=WRITER | {"WriterConfig": config})
    details = run(state)["output"]["ResultWriterDetails"]
    s3 = aws.runtime.client("s3")
    manifest = json.loads(s3.get_object(Bucket=BUCKET, Key=details["Key"])["Body"].read())
    [file] = manifest["ResultFiles"]["SUCCEEDED"]
    assert file["Key"].endswith("/SUCCEEDED_0.jsonl")
    body = s3.get_object(Bucket=BUCKET, Key=file["Key"])["Body"].read().decode()
    assert [json.loads(line) for line in body.splitlines()] == expected
