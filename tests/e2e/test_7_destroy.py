"""The last chapter: an endpoint is taken out of the settings, then everything is torn down."""

from __future__ import annotations

import pytest

from autogluon_demo.cdk import ROOT
from tests.e2e.cli_support import Shell, shell
from tests.e2e.support import ENVIRONMENT, Account, Trained, endpoint_names
from tests.e2e.what_is_left import what_is_left

_REMAIN = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "DELETE_FAILED"]


@pytest.fixture(scope="module")
def terminal(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A terminal whose settings no longer declare `income`."""
    folder = tmp_path_factory.mktemp("last")
    settings = (ROOT / "config" / "sandbox.yaml").read_text()
    before, _, after = settings.partition("  income:")
    without = f"{before}  housing:{after.partition('  housing:')[2]}"
    (folder / "config").mkdir()
    (folder / "config" / "sandbox.yaml").write_text(without)
    return shell(account, folder)


def test_an_endpoint_taken_out_of_the_settings_is_deleted_once_that_is_confirmed(
    account: Account, terminal: Shell, income: Trained
) -> None:
    name = "autogluon-sandbox-income"
    assert name in endpoint_names(account)
    answer = terminal.run("deploy")
    assert answer.code == 2
    assert f"no longer declares endpoint {name} (InService, 1 x ml.m5.large, " in answer.stderr
    assert name in endpoint_names(account)

    answer = terminal.run("deploy", "--remove-endpoints")
    assert answer.code == 0, answer.stderr
    assert name not in endpoint_names(account)
    assert "predictors: housing, sandbox." in answer.stdout
    assert {row["predictor"] for row in terminal.json("endpoints")["endpoints"]} == {
        "housing",
        "sandbox",
    }
    assert "income" not in {entry["predictor"] for entry in terminal.json("cost")["endpoints"]}
    checks = terminal.json("doctor")["checks"]
    assert "endpoint income" not in {check["subject"] for check in checks}


def test_destroy_ends_clean(account: Account, terminal: Shell, income: Trained) -> None:
    answer = terminal.run("destroy", "--yes")
    assert answer.code == 0, answer.stderr
    stacks = account.client("cloudformation").list_stacks(StackStatusFilter=_REMAIN)
    assert {stack["StackName"] for stack in stacks["StackSummaries"]} == {"CDKToolkit"}
    assert what_is_left(account.client, ENVIRONMENT) == []
