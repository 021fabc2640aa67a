"""`agcdk notebook` opens, starts and stops the notebook instance, whatever its state."""

from __future__ import annotations

import pytest

from autogluon_cli.framework.errors import ExitCode
from tests.fakes.account import FakeAws
from tests.fakes.notebooks import NAME, FakeNotebooks
from tests.fakes.sandbox import DEPLOYMENT_PARAMETER
from tests.unit.cli.terminal import Terminal


@pytest.fixture
def notebooks(aws: FakeAws) -> FakeNotebooks:
    aws.ssm.values[DEPLOYMENT_PARAMETER] |= {"notebook": NAME}
    found = FakeNotebooks()
    aws.sagemaker = found  # type: ignore[assignment]
    return found


def test_opening_prints_an_address_of_jupyterlab(
    terminal: Terminal, notebooks: FakeNotebooks
) -> None:
    code, out, _ = terminal.run("notebook", "open", "--hours", "2")
    assert code == 0
    assert out == f"https://{NAME}.notebook.us-east-1.sagemaker.aws/lab?authToken=t\n"
    assert notebooks.calls == ["open for 7200 s"]


def test_one_that_does_not_run_is_not_opened(terminal: Terminal, notebooks: FakeNotebooks) -> None:
    notebooks.status = "Stopped"
    code, _, err = terminal.run("notebook", "open")
    assert code == ExitCode.NOT_FOUND
    assert "agcdk notebook start" in err
    assert notebooks.calls == []


@pytest.mark.parametrize(
    ("verb", "before", "calls", "after"),
    [
        ("start", "Stopped", ["start"], "InService"),
        ("start", "Stopping", ["start"], "InService"),
        ("start", "Failed", ["start"], "InService"),
        ("start", "Pending", [], "InService"),
        ("start", "InService", [], "InService"),
        ("stop", "InService", ["stop"], "Stopped"),
        ("stop", "Pending", ["stop"], "Stopped"),
        ("stop", "Stopping", [], "Stopped"),
        ("stop", "Stopped", [], "Stopped"),
    ],
)
def test_a_change_is_made_from_every_state(
    terminal: Terminal,
    notebooks: FakeNotebooks,
    verb: str,
    before: str,
    calls: list[str],
    after: str,
) -> None:
    notebooks.status = before
    found = terminal.json("notebook", verb)
    assert (found["name"], found["status"]) == (NAME, after)
    assert notebooks.calls == calls


def test_without_waiting_it_is_on_its_way(terminal: Terminal, notebooks: FakeNotebooks) -> None:
    notebooks.status = "Stopped"
    assert terminal.json("notebook", "start", "--no-wait")["status"] == "Pending"
    notebooks.status = "InService"
    out = terminal.run("notebook", "stop", "--no-wait")[1]
    assert f"{NAME} is Stopping; it costs until it has stopped." in out
    assert f"{NAME} is Stopped; only its volume costs." in terminal.run("notebook", "stop")[1]


def test_a_failure_says_where_its_log_is(terminal: Terminal, notebooks: FakeNotebooks) -> None:
    notebooks.status, notebooks.fails = "Stopped", True
    code, _, err = terminal.run("notebook", "start")
    assert code == ExitCode.WORK_FAILED
    assert "is Failed, not InService (no capacity)" in err
    assert "/aws/sagemaker/NotebookInstances" in err


def test_an_environment_without_one_says_how_to_add_it(terminal: Terminal) -> None:
    for verb in ("open", "start", "stop"):
        code, _, err = terminal.run("notebook", verb)
        assert code == ExitCode.NOT_FOUND
        assert "Add `notebook:` to config/sandbox.yaml" in err
