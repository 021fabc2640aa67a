"""A task that is tried again finds its run; one whose run failed starts the next."""

from __future__ import annotations

import json

import pytest

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import NameTakenError
from autogluon_client.executions.task_runs import start_once, task_run_name
from autogluon_contracts.names import execution_name_in, job_name
from tests.fakes.account import FakeAws

GIVEN = {"predictor": "income", "train_data": "s3://data/train.csv"}
INPUT = json.dumps(GIVEN)


def _start(session: FakeAws, arguments: dict[str, str] = GIVEN) -> str:
    return start_once(Connection(session=session), "train", "train-1", arguments).name


def _with_earlier(session: FakeAws, *statuses: str, given: str = INPUT) -> list[str]:
    names = ["train-1", "train-1-2", "train-1-3"][: len(statuses)]
    for name, status in zip(names, statuses, strict=True):
        session.states.add_run("train", name, status=status, input=given)
    return names


def test_the_first_try_starts_a_run(session: FakeAws) -> None:
    assert _start(session) == "train-1"
    assert session.states.only_input("train") == GIVEN


@pytest.mark.parametrize("status", ["RUNNING", "PENDING_REDRIVE", "SUCCEEDED"])
def test_a_further_try_finds_the_run(session: FakeAws, status: str) -> None:
    _with_earlier(session, status)
    assert _start(session) == "train-1"
    assert len(session.states.executions) == 1


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_a_try_after_a_run_without_success_starts_the_next(session: FakeAws, status: str) -> None:
    _with_earlier(session, status)
    assert _start(session) == "train-1-2"
    assert _start(session) == "train-1-2"
    assert len(session.states.executions) == 2


def test_the_last_of_several_runs_is_found(session: FakeAws) -> None:
    _with_earlier(session, "FAILED", "ABORTED", "RUNNING")
    assert _start(session) == "train-1-3"


def test_other_arguments_after_a_completed_run_start_the_next(session: FakeAws) -> None:
    _with_earlier(session, "SUCCEEDED", given='{"predictor": "income"}')
    assert _start(session) == "train-1-2"


def test_other_arguments_while_the_run_is_in_progress_are_refused(session: FakeAws) -> None:
    _with_earlier(session, "RUNNING", given='{"predictor": "income"}')
    with pytest.raises(NameTakenError, match="another train_data"):
        _start(session)
    assert len(session.states.executions) == 1


@pytest.mark.parametrize(
    ("task", "begins"),
    [
        ("train", "train-"),
        ("group.train_all_predictors", "group-tra-"),
        ("__", "task-"),
        ("fit.-today", "fit-today-"),
    ],
)
def test_a_name_begins_with_its_task(task: str, begins: str) -> None:
    assert task_run_name(task, ["dag", "run", task]).startswith(begins)


def test_each_task_of_each_dag_run_has_a_name_of_its_own() -> None:
    identities = [
        ["dag", "monday", "train", "-1"],
        ["dag", "tuesday", "train", "-1"],
        ["dag", "monday", "train", "0"],
        ["dag", "monday", "train", "1"],
        ["da", "gmonday", "train", "1"],
    ]
    assert len({task_run_name("train", each) for each in identities}) == len(identities)


def test_a_run_of_a_later_try_is_found_by_its_jobs_name() -> None:
    name = task_run_name("a_long_name_of_a_task", ["dag", "run"]) + "-2"
    arn = f"arn:aws:states:us-east-1:123456789012:execution:train:{name}"
    assert execution_name_in(job_name("income", arn), "income") == name
