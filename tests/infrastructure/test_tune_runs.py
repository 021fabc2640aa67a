"""What the Tune state machine does, with fakes for everything it calls."""

from typing import Any

import pytest

from autogluon_constructs.workflows import waiting_rounds
from autogluon_constructs.workflows.tune_definition import tune_definition
from tests.infrastructure.stubbed_machine import Ended, StubbedMachine, TaskError
from tests.infrastructure.test_train_runs import ARN, INPUT, SUMMARY

NAME = "income-run-1-0a1b2c3d"
RUN = {"predictor": "income", "job_name": NAME, "promote": True}
CREATE = "aws-sdk:sagemaker:createHyperParameterTuningJob"
DESCRIBE = "aws-sdk:sagemaker:describeHyperParameterTuningJob"
TUNING = {"best_trial": f"{NAME}-002-abcd", "trials": 4}
BEST = {**RUN, "folder": f"s3://artifacts/income/runs/{NAME}-002-abcd/"}
TRIAL = {"TrainingJobName": TUNING["best_trial"], "TrainingJobStatus": "Completed"}


class Tune:
    """Fakes that record; `statuses` are those of the tuning job, one per look."""

    def __init__(self, *statuses: str, created: Any = None) -> None:
        self.calls: list[tuple[str, Any]] = []
        self._statuses = list(statuses or ("Completed",))
        self.answers: dict[str, Any] = {
            "PlanTuning": {"request": {"HyperParameterTuningJobName": NAME}, "run": RUN},
            CREATE: created or {"HyperParameterTuningJobArn": "arn"},
            "SummarizeTuning": {"run": BEST, "best": TUNING["best_trial"], "tuning": TUNING},
            "aws-sdk:sagemaker:describeTrainingJob": TRIAL,
            "SummarizeTraining": {"registration": {"ClientToken": "t"}, "summary": SUMMARY},
            "aws-sdk:sagemaker:createModelPackage": {"ModelPackageArn": ARN},
            "states:startExecution.sync:2": {"Output": {"live_model": ARN}, "Status": "SUCCEEDED"},
        }

    def run(self) -> Ended:
        tasks = {name: self._fake(name) for name in self.answers}
        return StubbedMachine(tune_definition(), tasks | {DESCRIBE: self._describe}).run(INPUT)

    def called(self, name: str) -> list[Any]:
        return [arguments for called, arguments in self.calls if called == name]

    def _fake(self, name: str) -> Any:
        def call(arguments: Any) -> Any:
            self.calls.append((name, arguments))
            answer = self.answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call

    def _describe(self, arguments: Any) -> Any:
        assert arguments == {"HyperParameterTuningJobName": NAME}
        status = self._statuses.pop(0)
        return {
            "HyperParameterTuningJobStatus": status,
            "HyperParameterTuningJobConfig": {
                "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "objective"}
            },
            **({"FailureReason": "All training jobs failed."} if status == "Failed" else {}),
        }


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_rounds, "_NEXT_WAIT", "0")


def test_the_best_trial_is_registered_and_promoted() -> None:
    tune = Tune("InProgress", "Completed")

    ended = tune.run()

    assert ended.status == "SUCCEEDED", ended.cause
    assert ended.output["tuning"] == TUNING
    assert ended.output["run"] == SUMMARY["job_name"]
    assert ended.output["promotion"] == {"live_model": ARN}
    assert tune.called(CREATE) == [{"HyperParameterTuningJobName": NAME}]
    assert tune.called("SummarizeTuning") == [
        {"run": RUN, "tuning_job": {"status": "Completed", "objective_type": "Maximize"}}
    ]
    assert tune.called("SummarizeTraining") == [
        {"run": BEST, "training_job": TRIAL, "tuning": TUNING}
    ]


def test_a_tuning_job_that_exists_already_is_waited_for() -> None:
    tune = Tune(created=TaskError("SageMaker.ResourceInUseException", "already exists"))

    assert tune.run().status == "SUCCEEDED"


def test_a_search_that_a_person_stopped_gives_the_best_so_far() -> None:
    assert Tune("Stopping", "Stopped").run().status == "SUCCEEDED"


def test_a_search_that_failed_says_why() -> None:
    ended = Tune("Failed").run()

    assert (ended.status, ended.error) == ("FAILED", "TuningFailedError")
    assert ended.cause == f"The tuning job {NAME} ended as Failed: All training jobs failed."


def test_what_sagemaker_refuses_fails_with_its_words() -> None:
    ended = Tune(created=TaskError("SageMaker.ValidationException", "no such type")).run()

    assert (ended.status, ended.cause) == ("FAILED", "no such type")
