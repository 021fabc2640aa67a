"""What is left of a batch that did not succeed is stopped and deleted."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_contracts.names import job_name
from autogluon_lambdas.adapters.sagemaker_batches import SageMakerBatches
from autogluon_lambdas.logic.batch.clean_up import clean_up_batch

ARN = "arn:aws:states:us-east-1:123456789012:execution:autogluon-sandbox-batch-predict:b-1"
NAME = job_name("income", ARN)


class SageMaker:
    """A client that knows one transform job, and perhaps its model."""

    def __init__(self, status: str | None, *, has_model: bool) -> None:
        self.status = status
        self.has_model = has_model
        self.calls: list[tuple[str, str]] = []

    def describe_transform_job(self, **names: str) -> dict[str, Any]:
        if self.status is None or names["TransformJobName"] != NAME:
            raise _absent("Could not find requested job with name")
        return {"TransformJobStatus": self.status, **names}

    def stop_transform_job(self, **names: str) -> None:
        self.calls.append(("stop", names["TransformJobName"]))

    def delete_model(self, **names: str) -> None:
        if not self.has_model:
            raise _absent('Could not find model "x".')
        self.calls.append(("delete", names["ModelName"]))


def _absent(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "Any")


def _event(text: str | None) -> dict[str, Any]:
    return {"detail": {"executionArn": ARN, "status": "ABORTED", "input": text}}


def test_what_has_no_tag_of_the_environment_is_taken_for_absent() -> None:
    class Denied(SageMaker):
        def describe_transform_job(self, **names: str) -> dict[str, Any]:
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "denied"}}, "Any"
            )

        def delete_model(self, **names: str) -> None:
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "denied"}}, "Any"
            )

    client = Denied("InProgress", has_model=True)

    clean_up_batch(_event(INCOME), SageMakerBatches(client))

    assert client.calls == []


INCOME = '{"predictor": "income", "data": "s3://b/x.csv"}'


@pytest.mark.parametrize(
    ("status", "has_model", "calls"),
    [
        ("InProgress", True, [("stop", NAME), ("delete", NAME)]),
        ("Stopped", True, [("delete", NAME)]),
        ("Failed", False, []),
        (None, True, [("delete", NAME)]),
        (None, False, []),
    ],
)
def test_the_job_is_stopped_and_the_model_deleted(
    status: str | None, has_model: bool, calls: list[tuple[str, str]]
) -> None:
    client = SageMaker(status, has_model=has_model)

    clean_up_batch(_event(INCOME), SageMakerBatches(client))

    assert client.calls == calls


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"predictor": 3}', '{"predictor": "A B"}'])
def test_an_input_that_names_no_predictor_created_nothing(text: str | None) -> None:
    client = SageMaker("InProgress", has_model=True)

    clean_up_batch(_event(text), SageMakerBatches(client))

    assert client.calls == []
