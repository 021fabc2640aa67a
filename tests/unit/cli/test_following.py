"""Following a run: what is shown, and how often AWS is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.run import Run
from autogluon_constructs.workflows.batch_predict_definition import batch_predict_definition
from autogluon_constructs.workflows.drift.drift_definition import drift_definition
from autogluon_constructs.workflows.processing.process_definition import process_definition
from autogluon_constructs.workflows.promote_definition import promote_definition
from autogluon_constructs.workflows.train_definition import train_definition
from autogluon_constructs.workflows.tune_definition import tune_definition
from autogluon_constructs.workflows.weights.mirror_definition import mirror_definition
from autogluon_contracts.shown.states import DOING_IN
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import MACHINES


def test_a_run_of_hours_is_asked_about_every_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    session, slept = FakeAws(), []
    session.states.start_execution(stateMachineArn=MACHINES["train"], name="monday", input="{}")

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 40:
            session.states.finish("train", {"decision": "Approved"})

    monkeypatch.setattr("autogluon_client.executions.executions.time.sleep", sleep)
    invocation = Invocation(as_json=True)
    vars(invocation)["session"] = session

    run = Run(Connection("sandbox", session), "train", "monday")

    assert wait_for_run(invocation, run, "income") == {"decision": "Approved"}
    assert (slept[0], slept[-1]) == (0.5, 5.0)


def test_the_time_limit_is_shown_while_a_model_is_trained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wait(
        _session: object, _arn: str, *, show: Callable[[str], None], tell: Callable[[str], None]
    ) -> dict[str, Any]:
        tell("A column looks odd.")
        for state in ("PlanTraining", "TrainModel"):
            show(state)
        return {}

    monkeypatch.setattr("autogluon_client.executions.executions.wait_for_execution", wait)
    session = FakeAws()
    invocation = Invocation()
    vars(invocation)["session"] = session
    vars(invocation)["connection"] = Connection("sandbox", session)
    run = Run(invocation.connection, "train", "monday")
    wait_for_run(invocation, run, "income", time_limit=600)
    lines = capsys.readouterr().err.splitlines()
    assert "Note on the data: A column looks odd." in lines
    assert lines[-1] == "  monday: training, time_limit 10 min"


def _states() -> dict[str, dict[str, Any]]:
    machines = (
        train_definition(),
        tune_definition(),
        mirror_definition(),
        batch_predict_definition(),
        promote_definition(),
        drift_definition(),
        process_definition(),
    )
    return {name: state for machine in machines for name, state in machine["States"].items()}


def test_the_states_shown_are_those_of_the_state_machines() -> None:
    assert set(DOING_IN) <= set(_states())


def test_every_state_that_takes_long_is_shown() -> None:
    takes_long = {
        name
        for name, state in _states().items()
        if state["Type"] in ("Map", "Wait") or ".sync" in str(state.get("Resource"))
    }
    assert len(takes_long) >= 5
    assert takes_long <= set(DOING_IN)


def test_training_names_its_promotion_as_the_client_expects() -> None:
    name = _states()["PromoteModel"]["Arguments"]["Name"]
    assert name == "{% 'train-' & $states.input.job_name %}"
