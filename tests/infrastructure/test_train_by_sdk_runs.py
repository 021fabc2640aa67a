"""What the Train state machine does with a job that the SDK integration creates."""

from typing import Any

import pytest

from autogluon_constructs.workflows import waiting_rounds
from tests.infrastructure.stubbed_machine import Ended, TaskError
from tests.infrastructure.test_train_runs import RUN, Train

CREATE, DESCRIBE = "aws-sdk:sagemaker:createTrainingJob", "aws-sdk:sagemaker:describeTrainingJob"
NAME = "income-run-1-0a1b2c3d"
REQUEST = {"TrainingJobName": NAME, "EnableInterContainerTrafficEncryption": True}
PLAN = {
    "request": REQUEST,
    "integration": "sdk",
    "ladder": {"later_names": "income-try", "resources": [{"ResourceConfig": 1}]},
    "run": RUN,
}


class BySdk(Train):
    """A job that is described with these statuses, one after the other."""

    def __init__(self, *described: dict[str, Any], **changes: Any) -> None:
        created = {"TrainingJobArn": f"arn:aws:sagemaker:r:1:training-job/{NAME}"}
        super().__init__(**{"PlanTraining": PLAN, CREATE: created, DESCRIBE: None, **changes})
        self.left = list(described)

    def _fake(self, name: str) -> Any:
        if name != DESCRIBE:
            return super()._fake(name)

        def describe(arguments: Any) -> dict[str, Any]:
            self.calls.append((name, arguments))
            return {"TrainingJobName": arguments["TrainingJobName"], **self.left.pop(0)}

        return describe


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_rounds, "_NEXT_WAIT", "0")


def _status(status: str, **more: Any) -> dict[str, Any]:
    return {"TrainingJobStatus": status, **more}


def _run(*described: dict[str, Any], **changes: Any) -> tuple[Ended, BySdk]:
    train = BySdk(*described, **changes)
    return train.run(), train


def test_the_job_is_created_once_and_polled_for() -> None:
    execution, train = _run(_status("InProgress"), _status("InProgress"), _status("Completed"))

    assert execution.status == "SUCCEEDED"
    assert train.called(CREATE) == [{**REQUEST, "ResourceConfig": 1}]
    assert train.called(DESCRIBE) == [{"TrainingJobName": NAME}] * 3
    [summarized] = train.called("SummarizeTraining")
    assert summarized == {
        "run": RUN, "training_job": {"TrainingJobName": NAME, "TrainingJobStatus": "Completed"},
    }  # fmt: skip
    assert not train.called("sagemaker:createTrainingJob.sync")


@pytest.mark.parametrize(
    ("described", "cause"),
    [
        (
            _status("Failed", FailureReason="AlgorithmError: no rows", TrainingStartTime="t"),
            f"The training job {NAME} ended as Failed: AlgorithmError: no rows",
        ),
        (
            _status("Stopped", SecondaryStatus="MaxRuntimeExceeded"),
            f"The training job {NAME} ended as Stopped: it ran longer than max_runtime_seconds",
        ),
    ],
)
def test_a_job_that_fails_fails_the_run(described: dict[str, Any], cause: str) -> None:
    execution, train = _run(described)

    assert (execution.status, execution.error) == ("FAILED", "TrainingFailedError")
    assert execution.cause == cause
    assert len(train.called(CREATE)) == 1


def test_a_job_without_capacity_is_tried_again_under_another_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lacking = _status("Failed", FailureReason="CapacityError: Unable to provision")

    execution, train = _run(lacking, _status("Completed"))

    assert execution.status == "SUCCEEDED"
    assert [each["TrainingJobName"] for each in train.called(CREATE)] == [NAME, "income-try2"]


def test_an_error_of_the_creation_fails_the_run() -> None:
    wrong = TaskError("SageMaker.ValidationException", "InstanceCount is wrong")

    execution, _ = _run(**{CREATE: wrong})

    assert (execution.status, execution.cause) == ("FAILED", "InstanceCount is wrong")
