"""What a waiting call prints."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from autogluon_client import TabularCloudPredictor
from autogluon_client.executions.executions import wait_for_execution
from autogluon_client.executions.job_progress import BatchProgress, TrainingProgress
from autogluon_contracts.names import job_name
from tests.fakes.account import FakeAws
from tests.fakes.logs import FakeLogs
from tests.fakes.refusals import refused
from tests.fakes.sandbox import MACHINES


def _event(stream: str, time: int, model: str) -> dict[str, Any]:
    return _line(stream, time, f"AGMETRIC model={model} val_score=0.9 fit_seconds=1.0")


def _line(stream: str, time: int, message: str) -> dict[str, Any]:
    return {"logStreamName": stream, "timestamp": time, "message": message}


def test_the_models_of_this_job_are_counted_and_no_others() -> None:
    logs = FakeLogs([_event("job/1", 1, "GBM"), _event("other/1", 2, "CAT")])
    log = TrainingProgress(logs, "job")
    assert log.summary() == "1 model trained, the last is GBM with 0.9"
    logs.events.append(_event("job/1", 3, "XT"))
    assert log.summary() == "2 models trained, the last is XT with 0.9"


def test_progress_without_permission_to_read_logs_says_so_and_goes_on() -> None:
    logs = FakeLogs()
    logs.fault = refused("AccessDeniedException", "no")
    assert "logs:FilterLogEvents" in TrainingProgress(logs, "job").summary()
    assert "logs:FilterLogEvents" in BatchProgress(logs, "job").summary()


def test_the_rows_of_all_jobs_of_a_batch_are_added_up_each_line_once() -> None:
    logs = FakeLogs(
        [_line("job-0001/algo-1", 1, "AGROWS rows=1"), _line("no/1", 1, "AGROWS rows=9")]
    )
    log = BatchProgress(logs, "job")
    assert log.summary() == "1 row predicted"
    logs.events += [
        _line("job-0002/algo-1", 1, "AGROWS rows=2000"),
        _line("job-0001/algo-1", 2, "AGBULK file=a.csv rows=2001"),
    ]
    assert log.summary() == "2,001 rows predicted"
    assert log.summary() == "2,001 rows predicted"


@pytest.mark.parametrize("log", [TrainingProgress, BatchProgress])
def test_progress_that_aws_is_too_busy_to_tell_comes_later(log: type[Any]) -> None:
    logs = FakeLogs([_event("job/1", 1, "GBM"), _line("job/1", 2, "AGROWS rows=5")])
    logs.fault = refused("ThrottlingException", "Rate exceeded")
    found = log(logs, "job")
    assert found.summary() == ""
    logs.fault = None
    assert found.summary() in ("1 model trained, the last is GBM with 0.9", "5 rows predicted")


def test_a_batch_prints_its_rows_while_it_runs(
    session: FakeAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arn = f"{MACHINES['batch_predict'].replace(':stateMachine:', ':execution:')}:monday"
    stream = f"{job_name('income', arn)}/algo-1"
    session.s3.objects["s3://artifacts/r.jsonl"] = b'{"class": "a"}\n'

    def sleep(_: float) -> None:
        if session.logs.events:
            session.states.finish(
                "batch_predict", {"results": ["s3://artifacts/r.jsonl"], "rows": 7}
            )
        session.logs.events.append(_line(stream, 1, "AGROWS rows=7"))

    monkeypatch.setattr("autogluon_client.executions.executions.time.sleep", sleep)
    predictor = TabularCloudPredictor(predictor="income", session=session)
    predictor.predict("s3://data/test.csv", job_name="monday", persist=False)
    assert "starting, 7 rows predicted" in capsys.readouterr().out


@pytest.mark.parametrize(
    "fault",
    [refused("ThrottlingException", "slow down"), ReadTimeoutError(endpoint_url="http://x")],
)
def test_progress_that_cannot_be_read_for_a_moment_is_read_later(fault: Exception) -> None:
    logs = FakeLogs([_event("job/1", 1, "GBM")])
    logs.fault = fault
    log = TrainingProgress(logs, "job")
    assert log.summary() == ""
    logs.fault = None
    assert log.summary() == "1 model trained, the last is GBM with 0.9"


def test_an_interrupted_wait_says_how_to_find_the_job_again(
    session: FakeAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autogluon_client.executions.executions.time.sleep", interrupt)
    predictor = TabularCloudPredictor(predictor="income", session=session)
    with pytest.raises(KeyboardInterrupt):
        predictor.fit("s3://data/train.csv", job_name="monday")
    assert "attach_job('monday')" in capsys.readouterr().out
    assert predictor.get_fit_job_status() == "InProgress"


def test_each_state_is_shown_once_as_it_is_entered_and_then_the_last_one(
    session: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["PlanTraining", "TrainModel"]
    history = [
        {"id": number, "stateEnteredEventDetails": {"name": name}}
        for number, name in enumerate(names, start=1)
    ]
    session.states.history = history[::-1]

    def sleep(_: float) -> None:
        if len(shown) > 3:
            session.states.finish("train", {})

    monkeypatch.setattr("autogluon_client.executions.executions.time.sleep", sleep)
    TabularCloudPredictor(predictor="income", session=session, verbosity=0).fit(
        "s3://data/a.csv", job_name="monday", wait=False
    )
    shown: list[str] = []
    arn = f"{MACHINES['train'].replace(':stateMachine:', ':execution:')}:monday"
    wait_for_execution(session, arn, show=shown.append)
    assert shown[:4] == ["PlanTraining", "TrainModel", "TrainModel", "TrainModel"]


def test_what_the_planner_says_of_the_data_is_told_once(
    session: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = json.dumps({"run": {"notes": ['Column "day": dates, but read as texts.']}})
    session.states.history = [
        {"id": 3, "stateExitedEventDetails": {"name": "TrainModel", "output": "{}"}},
        {"id": 2, "stateExitedEventDetails": {"name": "PlanTraining", "output": output}},
        {"id": 1, "stateEnteredEventDetails": {"name": "PlanTraining"}},
    ]
    polls: list[float] = []

    def sleep(seconds: float) -> None:
        polls.append(seconds)
        if len(polls) > 1:
            session.states.finish("train", {})

    monkeypatch.setattr("autogluon_client.executions.executions.time.sleep", sleep)
    TabularCloudPredictor(predictor="income", session=session, verbosity=0).fit(
        "s3://data/a.csv", job_name="monday", wait=False
    )
    arn = f"{MACHINES['train'].replace(':stateMachine:', ':execution:')}:monday"
    told: list[str] = []
    wait_for_execution(session, arn, show=lambda _: None, tell=told.append)
    assert told == ['Column "day": dates, but read as texts.']


def test_polls_grow_to_their_longest_and_not_beyond(
    session: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 40:
            session.states.finish("train", {})

    monkeypatch.setattr("autogluon_client.executions.executions.time.sleep", sleep)
    TabularCloudPredictor(predictor="income", session=session, verbosity=0).fit(
        "s3://data/a.csv", job_name="monday", wait=False
    )
    arn = f"{MACHINES['train'].replace(':stateMachine:', ':execution:')}:monday"
    wait_for_execution(session, arn, poll_seconds=0.5, longest_poll_seconds=5)
    assert (slept[0], slept[-1]) == (0.5, 5)
    assert slept == sorted(slept)
