"""Following a run: what is shown, and how often AWS is asked."""

from __future__ import annotations

import pytest

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.run import Run
from tests.unit.client.fakes import MACHINES, FakeSession


def test_a_run_of_hours_is_asked_about_every_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    session, slept = FakeSession(), []
    session.states.start_execution(stateMachineArn=MACHINES["train"], name="monday", input="{}")

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 40:
            session.finish("train", {"decision": "Approved"})

    monkeypatch.setattr("autogluon_client.executions.executions.time.sleep", sleep)
    invocation = Invocation(as_json=True)
    vars(invocation)["session"] = session

    run = Run(Connection("sandbox", session), "train", "monday")

    assert wait_for_run(invocation, run, "income") == {"decision": "Approved"}
    assert (slept[0], slept[-1]) == (0.5, 5.0)
