"""Faults on demand reach the workflows as AWS words them.

What the workflows do about them is their own tests' matter.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from autogluon_cli.embedded.control import ask
from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError
from autogluon_client.executions.executions import wait_for_execution
from autogluon_contracts.embedded_instance import EmbeddedInstance
from tests.e2e.support import Account, Trained, Workflows

pytestmark = pytest.mark.usefixtures("income_is_served_as_before")


@pytest.fixture
def instance(account: Account) -> Iterator[EmbeddedInstance]:
    found = EmbeddedInstance.of_folder(account.instance)
    assert found is not None
    yield found
    ask(found, "faults/clear", {})


@pytest.mark.parametrize(
    ("workflow", "at", "fault", "error", "cause"),
    [
        (
            "train",
            "sagemaker:CreateTrainingJob",
            "throttle",
            "SageMaker.AmazonSageMakerException",
            "Rate exceeded (Service: AmazonSageMaker; Status Code: 400; "
            "Error Code: ThrottlingException; ",
        ),
        pytest.param(
            "train",
            "sagemaker:CreateTrainingJob",
            "resource-limit",
            "SageMaker.ResourceLimitExceededException",
            "for training job usage' is 0 Instances, ",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "batch_predict",
            "sagemaker:CreateTransformJob",
            "resource-limit",
            "SageMaker.ResourceLimitExceededException",
            "for transform job usage' is 0 Instances, ",
            marks=pytest.mark.long,
        ),
        (
            "promote",
            "cloudformation:UpdateStack",
            "throttle",
            "CloudFormation.CloudFormationException",
            "Rate exceeded",
        ),
    ],
)
def test_a_workflow_sees_the_error_of_the_service(
    account: Account,
    workflows: Workflows,
    income: Trained,
    deployment: Deployment,
    example_uris: dict[str, dict[str, str]],
    instance: EmbeddedInstance,
    workflow: str,
    at: str,
    fault: str,
    error: str,
    cause: str,
) -> None:
    planned = {"at": at, "fault": fault, "times": 1}
    ask(instance, "faults/add", {"version": 1, "faults": [planned]})
    arguments: dict[str, dict[str, Any]] = {
        "train": {"predictor": "income", "train_data": example_uris["income"]["train"]},
        "batch_predict": {"predictor": "income", "data": example_uris["income"]["test"]},
        # Out of service, for a call that changes the stack.
        "promote": {"predictor": "income", "model": "none"},
    }
    arn = workflows.start(workflow, arguments[workflow])
    with contextlib.suppress(ExecutionFailedError):  # or it is tried again
        wait_for_execution(account.session, arn, poll_seconds=0.2, longest_poll_seconds=0.2)
    (listed,) = ask(instance, "faults/list", {})["faults"]
    assert listed["happened"] == 1
    history = account.client("stepfunctions").get_execution_history(
        executionArn=arn, maxResults=1000
    )["events"]
    details = [value for event in history for name, value in event.items() if "Details" in name]
    causes = [found["cause"] for found in details if found.get("error") == error]
    assert any(cause in found for found in causes), details
