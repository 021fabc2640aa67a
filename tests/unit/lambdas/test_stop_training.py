"""The training job of a run that did not succeed is stopped."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_contracts.names import job_name
from autogluon_lambdas.adapters.sagemaker_training_jobs import SageMakerTrainingJobs
from autogluon_lambdas.logic.training.stop import stop_training

ARN = "arn:aws:states:us-east-1:123456789012:execution:autogluon-sandbox-train:t-1"
FIRST, SECOND = job_name("income", ARN), job_name("income", ARN, attempt=2)
INCOME = '{"predictor": "income", "train_data": "s3://b/x.csv"}'


class SageMaker:
    """A client that knows training jobs by name, each with its status."""

    def __init__(self, **error: str) -> None:
        self.jobs: dict[str, str] = {}
        self.stopped: list[str] = []
        absent = {"Code": "ValidationException", "Message": "Requested resource not found."}
        self.error = error or absent

    def describe_training_job(self, **names: str) -> dict[str, Any]:
        name = names["TrainingJobName"]
        if name not in self.jobs:
            raise ClientError({"Error": self.error}, "DescribeTrainingJob")
        return {"TrainingJobStatus": self.jobs[name]}

    def stop_training_job(self, **names: str) -> None:
        self.stopped.append(names["TrainingJobName"])


def _stop(client: SageMaker, text: str | None = INCOME) -> list[str]:
    event = {"detail": {"executionArn": ARN, "status": "ABORTED", "input": text}}
    stop_training(event, SageMakerTrainingJobs(lambda: client))
    return client.stopped


def test_the_attempt_that_runs_is_stopped() -> None:
    client = SageMaker()
    client.jobs = {FIRST: "Failed", SECOND: "InProgress"}

    assert _stop(client) == [SECOND]


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopping"])
def test_a_job_that_has_ended_is_left(status: str) -> None:
    client = SageMaker()
    client.jobs = {FIRST: status}

    assert _stop(client) == []


def test_what_has_no_tag_of_the_environment_is_taken_for_absent() -> None:
    assert _stop(SageMaker(Code="AccessDeniedException", Message="denied")) == []


def test_another_error_is_raised() -> None:
    with pytest.raises(ClientError, match="Rate exceeded"):
        _stop(SageMaker(Code="ThrottlingException", Message="Rate exceeded"))


@pytest.mark.parametrize("text", [None, "", "{}", '{"predictor": "A B"}'])
def test_an_input_that_names_no_predictor_created_nothing(text: str | None) -> None:
    client = SageMaker()
    client.jobs = {FIRST: "InProgress"}

    assert _stop(client, text) == []
