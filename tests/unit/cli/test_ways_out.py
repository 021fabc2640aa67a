"""`agcdk doctor` knows a way out of every status of a stack."""

from __future__ import annotations

import json

import pytest
from botocore import xform_name
from botocore.session import get_session

from tests.fakes.account import FakeAws
from tests.fakes.sandbox import (
    DEPLOYMENT_PARAMETER,
)
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal

WAIT, DEPLOY, DESTROY = (
    f"agcdk {command} -e sandbox" for command in ("doctor", "deploy", "destroy")
)
OF_THE_STACK = "aws cloudformation {} --stack-name autogluon-sandbox-{}"
WAYS_OUT: dict[str, str | None] = {
    "CREATE_IN_PROGRESS": WAIT,
    "CREATE_FAILED": "rollback-stack",
    "CREATE_COMPLETE": None,
    "ROLLBACK_IN_PROGRESS": WAIT,
    "ROLLBACK_FAILED": DEPLOY,  # the CDK deletes and creates it
    "ROLLBACK_COMPLETE": DEPLOY,
    "DELETE_IN_PROGRESS": WAIT,
    "DELETE_FAILED": "delete-stack",
    "DELETE_COMPLETE": None,
    "UPDATE_IN_PROGRESS": WAIT,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": WAIT,
    "UPDATE_COMPLETE": None,
    "UPDATE_FAILED": "rollback-stack",
    "UPDATE_ROLLBACK_IN_PROGRESS": WAIT,
    "UPDATE_ROLLBACK_FAILED": "continue-update-rollback",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": WAIT,
    "UPDATE_ROLLBACK_COMPLETE": None,
    "REVIEW_IN_PROGRESS": DEPLOY,  # stays so by itself
    "IMPORT_IN_PROGRESS": WAIT,
    "IMPORT_COMPLETE": None,
    "IMPORT_ROLLBACK_IN_PROGRESS": WAIT,
    "IMPORT_ROLLBACK_FAILED": "describe-stack-events",
    "IMPORT_ROLLBACK_COMPLETE": None,
}


def test_the_doctor_knows_every_status_of_cloudformation() -> None:
    statuses = get_session().get_service_model("cloudformation").shape_for("StackStatus").enum
    assert set(WAYS_OUT) == set(statuses)


@pytest.mark.parametrize("stack", ["foundation", "workflows", "income-endpoint", "small-shared"])
@pytest.mark.parametrize("status", sorted(WAYS_OUT))
def test_the_doctor_knows_the_way_out_of_every_status(
    terminal: Terminal, aws: FakeAws, stack: str, status: str
) -> None:
    aws.declare_shared_endpoints("small")
    if stack == "small-shared":
        aws.stacks.add_shared("small", status)
    else:
        aws.stacks.add(f"autogluon-sandbox-{stack}", status=status)
    write_settings("income")
    _, out, _ = terminal.run("doctor", "--json")
    [found] = [c for c in json.loads(out)["checks"] if c["subject"] == "stacks"]
    way = WAYS_OUT[status]
    if status == "DELETE_FAILED" and stack in ("foundation", "workflows"):
        way = DESTROY
    elif way not in (None, WAIT, DEPLOY):
        way = OF_THE_STACK.format(way, stack)
    assert found["fix"] == way


def test_the_calls_that_the_doctor_names_are_cloudformations() -> None:
    operations = get_session().get_service_model("cloudformation").operation_names
    calls = {way for way in WAYS_OUT.values() if way not in (None, WAIT, DEPLOY)}
    assert calls <= {xform_name(name, "-") for name in operations}


def test_the_doctor_says_that_an_environment_is_half_torn_down(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.stacks.add("autogluon-sandbox-foundation", status="DELETE_FAILED")
    del aws.ssm.values[DEPLOYMENT_PARAMETER]
    write_settings("income")
    _, out, _ = terminal.run("doctor", "--json")
    fixes = {check["subject"]: check["fix"] for check in json.loads(out)["checks"]}
    assert (fixes["stacks"], fixes["deployment"]) == 2 * ("agcdk destroy -e sandbox",)
