"""What a job's states do where its instance types lack capacity or quota, with fakes for all."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from autogluon_constructs.workflows import asl, ladder
from tests.infrastructure.stubbed_machine import Ended, StubbedMachine, TaskError

TYPES = ("ml.m5.xlarge", "ml.m5.2xlarge", "ml.c5.2xlarge")
CREATE = "sagemaker:createTrainingJob.sync"
CAPACITY = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a "
    "different ML instance type."
)
QUOTA = TaskError(
    "SageMaker.ResourceLimitExceededException",
    "The account-level service limit 'ml.m5.xlarge for training job usage' is 1 Instances, with "
    "current utilization of 1 Instances and a request delta of 1 Instances.",
)
THROTTLE = TaskError("SageMaker.AmazonSageMakerException", "Rate exceeded")


def failed_job(reason: str = CAPACITY, **described: Any) -> TaskError:
    job = {"TrainingJobName": "income-1", "TrainingJobStatus": "Failed", "FailureReason": reason}
    return TaskError("States.TaskFailed", json.dumps(job | described))


def machine() -> dict[str, Any]:
    states = ladder.Ladder("Training", "Train", "WaitToTrain").states(
        asl.job_failure("Training", error="TrainingFailedError"),
        output="{% $states.result %}",
        next_state="Done",
    )
    begin = {"Type": "Pass", "Assign": ladder.BEGIN, "Next": "Train"}
    return asl.machine(
        comment="One job",
        start_at="Begin",
        timeout_seconds=60,
        states={"Begin": begin, **states, "Done": {"Type": "Succeed"}},
    )


def climb(
    failures: Sequence[TaskError], types: Sequence[str] = TYPES
) -> tuple[Ended, list[dict[str, Any]]]:
    """Run a job whose first attempts fail so; returns how it ended, and the requests."""
    requests: list[dict[str, Any]] = []

    def create(request: dict[str, Any]) -> dict[str, Any]:
        requests.append(request)
        if len(requests) <= len(failures):
            raise failures[len(requests) - 1]
        return {"TrainingJobStatus": "Completed"}

    planned = {
        "request": {"TrainingJobName": "income-1", "Type": types[0]},
        "ladder": {
            "later_names": "income-1-try",
            "resources": [{"Type": name} for name in types],
        },
    }
    return StubbedMachine(machine(), {CREATE: create}).run(planned), requests


def test_the_first_type_is_taken_where_it_is_to_be_had() -> None:
    ended, requests = climb([])

    assert ended.status == "SUCCEEDED"
    assert requests == [{"TrainingJobName": "income-1", "Type": "ml.m5.xlarge"}]


def test_without_capacity_the_next_type_is_taken_under_another_name() -> None:
    ended, requests = climb([failed_job(), failed_job()])

    assert ended.status == "SUCCEEDED"
    assert [(request["Type"], request["TrainingJobName"]) for request in requests] == [
        ("ml.m5.xlarge", "income-1"),
        ("ml.m5.2xlarge", "income-1-try2"),
        ("ml.c5.2xlarge", "income-1-try3"),
    ]
    assert "WaitToTrain" not in ended.path


def test_a_quota_that_is_used_up_leaves_the_name_free() -> None:
    ended, requests = climb([QUOTA, failed_job(), QUOTA])

    assert ended.status == "SUCCEEDED"
    assert [(request["Type"], request["TrainingJobName"]) for request in requests] == [
        ("ml.m5.xlarge", "income-1"),
        ("ml.m5.2xlarge", "income-1"),
        ("ml.c5.2xlarge", "income-1-try2"),
        ("ml.m5.xlarge", "income-1-try2"),
    ]
    assert ended.path.count("WaitToTrain") == 1


def test_each_round_tries_all_types_at_once_and_waits_once_before_the_next() -> None:
    ended, requests = climb([failed_job()] * 8)

    assert ended.status == "SUCCEEDED"
    assert [request["Type"] for request in requests] == [*TYPES] * 3
    assert ended.path.count("WaitToTrain") == 2


@pytest.mark.parametrize("lack", [QUOTA, failed_job()])
def test_a_single_type_is_waited_for(lack: TaskError) -> None:
    ended, requests = climb([lack, lack], types=TYPES[:1])

    assert ended.status == "SUCCEEDED"
    assert len(requests) == 3
    assert ended.path.count("WaitToTrain") == 2


def test_a_throttle_is_tried_again_on_the_same_type() -> None:
    ended, requests = climb([THROTTLE])

    assert ended.status == "SUCCEEDED"
    assert [request["Type"] for request in requests] == ["ml.m5.xlarge"] * 2


@pytest.mark.parametrize(
    "ending",
    [
        failed_job("AlgorithmError: the label is constant"),
        failed_job(TrainingStartTime=1),
        failed_job(TrainingJobStatus="Stopped"),
        TaskError("SageMaker.ResourceInUseException", "Training job already exists"),
    ],
)
def test_what_may_have_been_paid_for_is_not_done_again(ending: TaskError) -> None:
    ended, requests = climb([ending])

    assert (ended.status, len(requests)) == ("FAILED", 1)


def test_waiting_ends_with_the_services_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "MOST_ROUNDS", 2)

    ended, requests = climb([failed_job()] * 99)

    assert len(requests) == 9  # three rounds, with a wait before the second and the third
    assert ended.error == "TrainingFailedError"
    assert ended.cause == f"The training job income-1 ended as Failed: {CAPACITY}"


def waited_out(**described: Any) -> TaskError:
    job = {
        "TrainingJobName": "income-1",
        "TrainingJobStatus": "Stopped",
        "SecondaryStatus": "MaxWaitTimeExceeded",
    }
    return TaskError("States.TaskFailed", json.dumps(job | described))


@pytest.mark.parametrize("ending", [waited_out(), waited_out(TrainingStartTime=1)])
def test_without_spot_instances_for_long_enough_the_next_step_is_taken(ending: TaskError) -> None:
    ended, requests = climb([ending])

    assert ended.status == "SUCCEEDED"
    assert [(request["Type"], request["TrainingJobName"]) for request in requests] == [
        ("ml.m5.xlarge", "income-1"),
        ("ml.m5.2xlarge", "income-1-try2"),
    ]


def test_spot_instances_are_not_waited_for_twice() -> None:
    ended, requests = climb([waited_out()], types=TYPES[:1])

    assert (ended.status, len(requests)) == ("FAILED", 1)
    assert ended.cause == (
        "The training job income-1 ended as Stopped: it did not have spot instances for long "
        "enough within max_wait_seconds"
    )
