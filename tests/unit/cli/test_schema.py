"""`agcdk schema`: which version it describes, and what it prints."""

from __future__ import annotations

import json

import pytest

from tests.fakes.account import FakeAws
from tests.fakes.sandbox import LIVE_MODEL_PARAMETER, PACKAGE
from tests.unit.cli.terminal import Terminal

_SCHEMA = {
    "version": 1,
    "label": "class",
    "problem_type": "binary",
    "classes": ["no", "yes"],
    "features": [
        {"name": "age", "kind": "int", "dtype": "int64", "nullable": False,
         "examples": [28, 37, 48]},
        {"name": "rooms", "kind": "int", "dtype": "int64", "nullable": False},
        {"name": "job", "kind": "category", "dtype": "object", "nullable": True,
         "categories": ["chef", "nurse"]},
    ],
}  # fmt: skip


@pytest.fixture
def aws() -> FakeAws:
    """Version 3 is live; version 4 has one feature more."""
    found = FakeAws()
    more = [*_SCHEMA["features"], {"name": "city", "kind": "text", "nullable": True}]  # type: ignore[misc]
    for version, features in ((3, _SCHEMA["features"]), (4, more)):
        found.sagemaker.add_package(version)
        uri = f"s3://artifacts/income/runs/job-{version}/report/feature_schema.json"
        found.s3.objects[uri] = json.dumps({**_SCHEMA, "features": features}).encode()
    found.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    return found


def test_the_live_version_is_described_and_any_other_that_is_asked_for(terminal: Terminal) -> None:
    live = terminal.json("schema", "income")
    assert (live["predictor"], live["version"]) == ("income", 3)
    assert live["json_schema"]["items"]["required"] == ["age", "rooms", "job"]
    assert live["openapi"]["servers"] == [{"url": "https://runtime.sagemaker"}]
    assert live["example"] == [{"age": 37, "rooms": 39, "job": "chef"}]
    assert live["json_schema"]["items"]["properties"]["age"]["examples"] == [28, 37, 48]
    latest = terminal.json("schema", "income", "--model", "latest")
    assert latest["json_schema"]["items"]["required"] == ["age", "rooms", "job", "city"]


def test_one_document_can_be_written_to_a_file(terminal: Terminal) -> None:
    code, out, err = terminal.run("schema", "income", "--print", "example")
    assert (code, json.loads(out)) == (0, [{"age": 37, "rooms": 39, "job": "chef"}]), err


def test_people_read_a_table_and_the_next_command(terminal: Terminal) -> None:
    code, out, err = terminal.run("schema", "income")
    assert code == 0, err
    assert "chef, nurse" in out
    assert "such as 28, 37, 48" in out
    assert "such as 39" in out, "a model of an earlier release has no values of its own"
    assert "agcdk schema income --print example > request.json" in out


def test_a_version_without_a_schema_is_named(terminal: Terminal, aws: FakeAws) -> None:
    aws.s3.objects.clear()
    code, _, err = terminal.run("schema", "income")
    assert code == 3
    assert "has no feature schema at s3://artifacts/income/runs/job-3/report/" in err
