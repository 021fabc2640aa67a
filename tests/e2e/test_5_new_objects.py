"""A file that is put into a folder is predicted by itself, and once: the example's story."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autogluon_contracts.documents.new_objects import NewObject
from autogluon_contracts.new_object_names import new_object_run, new_objects_rule
from tests.e2e.cli_support import Shell, standalone_shell
from tests.integration.standalone import ROOT, StandaloneAws
from tests.waiting import until

# It deploys an environment of its own.
pytestmark = pytest.mark.long

TRAIN_ROWS, NEW_ROWS = 1500, 20
KEY = "incoming/2026/houses of Zürich + 1.csv"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The example's environment, with a trained model."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    example = (ROOT / "examples/batch/new-objects.yaml").read_text()
    Path(folder, "config/sandbox.yaml").write_text(example)
    rows = (ROOT / "examples/housing/train.csv").read_text().splitlines(keepends=True)
    Path(folder, "train.csv").write_text("".join(rows[: TRAIN_ROWS + 1]))
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder)
        shell.json("deploy", "--bootstrap")
        shell.json("train", "housing", "train.csv", "--wait")
        yield shell


@pytest.fixture(scope="module")
def bucket(shell: Shell) -> str:
    """The bucket for data, as the command that lists the settings says it."""
    listed = shell.json("schedules", "housing")["new_objects"]
    assert {entry["name"]: entry["suffix"] for entry in listed} == {
        "for-the-table": ".parquet",
        "incoming": ".csv",
    }
    [location] = [entry["location"] for entry in listed if entry["name"] == "incoming"]
    return str(location).removeprefix("s3://").partition("/")[0]


def put(shell: Shell, bucket: str, key: str, body: str) -> str:
    """Create an object and return its version."""
    answer = shell.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
    return str(answer["VersionId"])


def houses(first: int) -> str:
    """Rows of the test data without their prices."""
    lines = (ROOT / "examples/housing/test.csv").read_text().splitlines()
    rows = list(csv.DictReader([lines[0], *lines[1 + first : 1 + first + NEW_ROWS]]))
    text = io.StringIO()
    writer = csv.DictWriter(text, [name for name in rows[0] if name != "Price"])
    writer.writeheader()
    writer.writerows({name: row[name] for name in writer.fieldnames} for row in rows)
    return text.getvalue()


def batches(shell: Shell) -> list[str]:
    return [run["name"] for run in shell.json("runs", "housing", "--kind", "batch")["runs"]]


def ended(shell: Shell, run: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        if run not in batches(shell):
            return None
        found: dict[str, Any] = shell.json("show", run)
        return None if found["ended"] is None else found

    return until(look, 300, f"{run} has ended")


def run_of(bucket: str, key: str, version: str) -> str:
    return new_object_run("housing", "incoming", bucket, key, version)


def read(shell: Shell, uri: str) -> str:
    place, _, key = uri.removeprefix("s3://").partition("/")
    body = shell.client("s3").get_object(Bucket=place, Key=key)["Body"].read()
    return str(body.decode())


def test_files_are_predicted_and_what_is_beside_them_is_not(shell: Shell, bucket: str) -> None:
    for key in ("incoming/", "incoming/2026/_SUCCESS", "incoming/notes.txt", "other/a.csv"):
        put(shell, bucket, key, "" if key.endswith(("/", "S")) else houses(0))
    first = run_of(bucket, KEY, put(shell, bucket, KEY, houses(0)))

    answer = ended(shell, first)

    assert answer["error"] is None, answer
    assert answer["output"]["rows"] == NEW_ROWS
    [result] = answer["output"]["results"]
    rows = list(csv.DictReader(io.StringIO(read(shell, result))))
    assert len(rows) == NEW_ROWS
    assert all(float(row["Price"]) > 0 for row in rows)
    assert batches(shell) == [first]


def test_an_event_that_comes_twice_or_late_starts_nothing_and_a_new_version_does(
    shell: Shell, bucket: str
) -> None:
    key = "incoming/again.csv"
    versions = [put(shell, bucket, key, houses(20)), put(shell, bucket, key, houses(40))]
    runs = [run_of(bucket, key, version) for version in versions]
    for run in runs:
        assert ended(shell, run)["error"] is None
    before = batches(shell)

    rule = new_objects_rule("sandbox", "housing", "incoming")
    [target] = shell.client("events").list_targets_by_rule(Rule=rule)["Targets"]
    for version in (*reversed(versions), *versions):
        described = {"key": key, "size": 9, "version-id": version, "sequencer": "0"}
        detail = {"bucket": {"name": bucket}, "object": described}
        event = NewObject(predictor="housing", rule="incoming", detail=detail).to_json()
        answer = shell.client("lambda").invoke(
            FunctionName=target["Arn"], Payload=json.dumps(event).encode()
        )
        assert "FunctionError" not in answer
        assert json.load(answer["Payload"]) is None

    assert batches(shell) == before


def test_a_file_that_cannot_be_predicted_is_told_as_that_of_any_run(
    shell: Shell, bucket: str
) -> None:
    key = "incoming/wrong.csv"
    failed = ended(shell, run_of(bucket, key, put(shell, bucket, key, "a,b\n1,2\n")))

    assert failed["status"] == "Failed"
    assert key in failed["cause"]
