"""After a tuning job: its table, its best trial; and what stops it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_contracts.names import tuning_job_name
from autogluon_lambdas.adapters.sagemaker_tuning_jobs import SageMakerTuningJobs
from autogluon_lambdas.logic.tuning.stop import stop_tuning
from autogluon_lambdas.logic.tuning.summarize import TuningSummarizer
from autogluon_lambdas.models.errors import TuningFailedError
from autogluon_lambdas.models.trial import Trial
from tests.fakes.lambda_environment import EXECUTION_ARN
from tests.fakes.lambda_ports import FakeTrainingJobs
from tests.fakes.store import FakeStore

RATE = "fit_args.hyperparameters.GBM.learning_rate"
FOLDER = "s3://artifact-bucket/income/runs/income-tuned-0123abcd/"
BEGAN = datetime(2026, 11, 20, 10, tzinfo=UTC)
FIRST = Trial(
    name="income-tuned-0123abcd-001-aaaaaaaa",
    status="Completed",
    created=BEGAN,
    started=BEGAN + timedelta(seconds=5),
    ended=BEGAN + timedelta(seconds=65),
    objective=-2.0,
    values={RATE: "0.1"},
    failure=None,
)
BETTER = replace(FIRST, name="b", objective=-1.0, values={RATE: "0.05"})
# SageMaker keeps the last value of a trial that it stopped, whose model was never saved.
STOPPED = replace(FIRST, name="s", objective=-0.5, status="Stopped")
FAILED = replace(FIRST, name="f", objective=None, status="Failed", failure="No rows.", ended=None)


def _job(name: str, seconds: int | None, kind: str = "ml.m5.2xlarge") -> dict[str, Any]:
    return {
        "TrainingJobName": name,
        "TrainingJobStatus": "Stopping" if seconds is None else "Completed",
        "ResourceConfig": {"InstanceType": kind, "InstanceCount": 1},
        **({} if seconds is None else {"BillableTimeInSeconds": seconds}),
    }


JOBS = FakeTrainingJobs(
    _job(FIRST.name, 100), _job("b", 60), _job("s", None), _job("f", 30, "ml.m5.4xlarge"),
    _job("of-another-search", 1000),
)  # fmt: skip


class Trials:
    def __init__(self, *trials: Trial) -> None:
        self.found = list(trials)

    def trials(self, name: str) -> list[Trial]:
        assert name == "income-tuned-0123abcd"
        return self.found

    def stop(self, name: str) -> None:
        raise AssertionError(name)


def _event(objective_type: str = "Maximize") -> dict[str, Any]:
    return {
        "run": {
            "predictor": "income",
            "job_name": "income-tuned-0123abcd",
            "promote": True,
            "folder": FOLDER,
            "execution": EXECUTION_ARN,
        },
        "tuning_job": {"status": "Completed", "objective_type": objective_type},
    }


def test_the_best_trial_with_a_model_is_chosen_and_all_are_listed() -> None:
    store = FakeStore()

    answer = TuningSummarizer(store, Trials(FIRST, BETTER, STOPPED, FAILED), JOBS).summarize(
        _event()
    )

    assert answer["best"] == "b"
    assert answer["run"] == {
        **_event()["run"], "folder": "s3://artifact-bucket/income/runs/b/",
    }  # fmt: skip
    assert answer["tuning"] == {
        "version": 1,
        "best_trial": "b",
        "objective": -1.0,
        "values": {RATE: "0.05"},
        "trials": 4,
        "completed": 2,
        "trials_uri": f"{FOLDER}report/trials.csv",
        "billable_seconds": {"ml.m5.2xlarge": 160.0, "ml.m5.4xlarge": 30.0},
    }
    lines = store.text(f"{FOLDER}report/trials.csv").splitlines()
    assert lines[0] == f"trial,status,objective,started,ended,seconds,failure,{RATE}"
    assert lines[1] == (
        f"{FIRST.name},Completed,-2.0,2026-11-20T10:00:05+00:00,2026-11-20T10:01:05+00:00,60.0,,0.1"
    )
    assert lines[4] == "f,Failed,,2026-11-20T10:00:05+00:00,,,No rows.,0.1"


def test_an_objective_to_be_minimized_is() -> None:
    answer = TuningSummarizer(FakeStore(), Trials(FIRST, BETTER), FakeTrainingJobs()).summarize(
        _event("Minimize")
    )

    assert answer["best"] == FIRST.name


def test_without_any_model_the_run_says_why_and_keeps_the_table() -> None:
    store = FakeStore()

    with pytest.raises(TuningFailedError, match=r"None of the 2 trials .* No rows\.$"):
        TuningSummarizer(store, Trials(STOPPED, FAILED), FakeTrainingJobs()).summarize(_event())

    assert f"{FOLDER}report/trials.csv" in store.uris()


class SageMaker:
    """A client that knows one tuning job."""

    def __init__(self, status: str | None) -> None:
        self.status = status
        self.stopped: list[str] = []

    def describe_hyper_parameter_tuning_job(self, **names: str) -> dict[str, str]:
        if self.status is None:
            denied = {"Error": {"Code": "AccessDeniedException", "Message": "denied"}}
            raise ClientError(denied, "DescribeHyperParameterTuningJob")
        return {"HyperParameterTuningJobStatus": self.status}

    def stop_hyper_parameter_tuning_job(self, **names: str) -> None:
        self.stopped.append(names["HyperParameterTuningJobName"])


@pytest.mark.parametrize(
    ("status", "predictor", "stops"),
    [
        ("InProgress", "income", True),
        ("Completed", "income", False),
        (None, "income", False),
        ("InProgress", None, False),
    ],
)
def test_a_run_that_ended_stops_its_own_search(
    status: str | None, predictor: str | None, stops: bool
) -> None:
    client = SageMaker(status)
    given = json.dumps({} if predictor is None else {"predictor": predictor})

    stop_tuning(
        {"detail": {"executionArn": EXECUTION_ARN, "input": given}}, SageMakerTuningJobs(client)
    )

    assert client.stopped == ([tuning_job_name("income", EXECUTION_ARN)] if stops else [])
