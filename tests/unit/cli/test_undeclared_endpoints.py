"""Endpoints that no settings declare any more: told, priced, deleted once confirmed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.account import FakeAws
from tests.fakes.sandbox import (
    ENDPOINT_STACK,
)
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal


@pytest.fixture
def orphan(aws: FakeAws) -> str:
    """An endpoint in service whose predictor no settings declare."""
    aws.stacks.add("autogluon-sandbox-cars-endpoint")
    aws.sagemaker.add_endpoint("ml.m5.large", 2, name="autogluon-sandbox-cars")
    write_settings("income")
    return "autogluon-sandbox-cars"


def test_deploying_asks_before_it_deletes_an_endpoint_and_says_what_it_costs(
    terminal: Terminal, aws: FakeAws, commands: Path, orphan: str
) -> None:
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert f"no longer declares endpoint {orphan} (InService, 2 x ml.m5.large, about " in err
    assert "Nothing was deployed" in err
    assert err.rstrip().endswith("Next:  agcdk deploy --remove-endpoints")
    assert aws.stacks.deleted == []
    assert not commands.exists()

    code, _, err = terminal.run("deploy", "--remove-endpoints")
    assert code == 0, err
    assert aws.stacks.deleted == ["autogluon-sandbox-cars-endpoint"]
    assert commands.exists()


def test_an_endpoint_taken_out_of_its_predictor_is_undeclared(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    aws.stacks.add(ENDPOINT_STACK)
    aws.sagemaker.add_endpoint()
    write_settings("income")
    assert terminal.run("deploy")[0] == 2
    write_settings("income", tail="    endpoint: {instance_type: ml.m5.large}\n")
    assert terminal.run("deploy")[0] == 0
    assert aws.stacks.deleted == []


def test_an_undeclared_endpoint_is_listed_priced_found_missing_and_cannot_be_switched_off(
    terminal: Terminal, aws: FakeAws, orphan: str
) -> None:
    listed = {row["predictor"]: row for row in terminal.json("endpoints")["endpoints"]}
    assert listed["cars"]["status"] == "InService, not in the settings"
    assert [entry["name"] for entry in terminal.json("cost")["endpoints"]] == [orphan]
    _, out, _ = terminal.run("doctor", "--json")
    [found] = [c for c in json.loads(out)["checks"] if c["subject"] == "endpoint cars"]
    assert found["state"] == "missing"
    assert found["fix"] == "agcdk deploy --remove-endpoints -e sandbox"
    code, _, err = terminal.run("off", "cars")
    assert code == 3
    assert err.rstrip().endswith("Next:  agcdk deploy --remove-endpoints")


@pytest.fixture
def shared(aws: FakeAws) -> str:
    """A shared endpoint in service that no settings declare, beside one that they do."""
    aws.declare_shared_endpoints("kept")
    aws.stacks.add_shared("kept")
    aws.stacks.add_shared("x", environment="sandbox-2")
    aws.sagemaker.add_endpoint("ml.m5.large", 2, name="autogluon-sandbox-small")
    write_settings("income", head="shared_endpoints: {kept: {instance_type: ml.m5.large}}\n")
    return aws.stacks.add_shared("small")


def test_a_shared_endpoint_that_is_not_declared_is_deleted_once_confirmed(
    terminal: Terminal, aws: FakeAws, commands: Path, shared: str
) -> None:
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert "declares endpoint autogluon-sandbox-small (InService, 2 x ml.m5.large, about " in err
    assert aws.stacks.deleted == []
    assert terminal.run("deploy", "--remove-endpoints")[0] == 0
    assert aws.stacks.deleted == [shared]
    assert commands.exists()


def test_a_shared_endpoint_that_is_not_declared_is_listed_priced_and_found_missing(
    terminal: Terminal, aws: FakeAws, shared: str
) -> None:
    listed = {row["endpoint"]: row for row in terminal.json("endpoints")["endpoints"]}
    assert listed["autogluon-sandbox-small"]["status"] == "InService, not in the settings"
    assert listed["autogluon-sandbox-small"]["instance_count"] == 2
    assert "autogluon-sandbox-kept" not in listed
    priced = [entry["name"] for entry in terminal.json("cost")["endpoints"]]
    assert priced == ["autogluon-sandbox-small"]
    checks = json.loads(terminal.run("doctor", "--json")[1])["checks"]
    [found] = [c for c in checks if c["subject"] == "endpoint small"]
    assert (found["state"], found["fix"]) == (
        "missing",
        "agcdk deploy --remove-endpoints -e sandbox",
    )
    assert not [c for c in checks if c["subject"] == "endpoint kept"]


def test_what_an_earlier_release_declared_of_shared_endpoints_is_not_guessed(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.stacks.add_shared("small")
    assert [row["predictor"] for row in terminal.json("endpoints")["endpoints"]] == ["income"]


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"])
def test_a_shared_endpoint_whose_creation_failed_is_deleted_before_what_it_uses(
    terminal: Terminal, aws: FakeAws, commands: Path, status: str
) -> None:
    aws.stacks.add("autogluon-sandbox-foundation")
    failed = aws.stacks.add_shared("small", status)
    other = aws.stacks.add_shared("x", status, environment="sandbox-2")
    write_settings("income")
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert f"no longer declares {failed} ({status}), without an endpoint at present" in err
    terminal.json("destroy", "--yes")
    assert aws.stacks.deleted == [failed, "autogluon-sandbox-foundation"]
    assert [entry["StackName"] for entry in aws.stacks.stacks] == [other]


def test_an_endpoint_that_cannot_be_deleted_does_not_lead_to_tearing_all_down(
    terminal: Terminal, aws: FakeAws, commands: Path, shared: str
) -> None:
    aws.stacks.held[shared] = "It is in use."
    code, _, err = terminal.run("deploy", "--remove-endpoints")
    assert code == 1
    assert f"{shared} could not be deleted" in err
    assert err.rstrip().endswith("Next:  agcdk deploy --remove-endpoints")
    checks = json.loads(terminal.run("doctor", "--json")[1])["checks"]
    [found] = [c for c in checks if c["subject"] == "stacks"]
    assert found["fix"] == f"aws cloudformation delete-stack --stack-name {shared}"


def test_endpoints_are_listed_without_the_permission_to_describe_stacks(
    terminal: Terminal, aws: FakeAws, orphan: str
) -> None:
    aws.permissions.denied.add("cloudformation:DescribeStacks")
    assert [row["predictor"] for row in terminal.json("endpoints")["endpoints"]] == ["income"]
