"""Every execution that ends otherwise than by success sends exactly one message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_contracts.names import job_name
from tests.e2e.exchanged_definition import Definition
from tests.e2e.notifications import Notifications
from tests.e2e.support import Account, Trained, Workflows
from tests.waiting import until

_ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
_HOUR = {"Type": "Wait", "Seconds": 3600, "End": True}
# 300 kB in one state, of which Step Functions carries 256 KiB.
_LARGE = "{% $pad('x', 300000) %}"
ENDINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    # How each dies: its only state, its status, and what its message says.
    "by a timeout": ({"Type": "Wait", "Seconds": 3600}, "TIMED_OUT", "It ran longer"),
    "by too much data": ({"Type": "Pass", "Output": _LARGE}, "FAILED", "States.DataLimitExceeded"),
    "by what no state catches": (
        {"Type": "Pass", "Output": "{% $states.input.absent.value %}"},
        "FAILED",
        "States.QueryEvaluationError",
    ),
}


@pytest.fixture(scope="module")
def notifications(account: Account, deployment: Deployment) -> Notifications:
    found = Notifications(account, deployment.failure_topic_arn)
    found.take()
    return found


@pytest.fixture
def batch_predict(account: Account, deployment: Deployment) -> Iterator[Definition]:
    definition = Definition(account, deployment.state_machines["batch_predict"])
    yield definition
    definition.restore()


def test_each_ending_sends_one_message_with_its_cause_and_what_to_do(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    notifications: Notifications,
    batch_predict: Definition,
) -> None:
    del deployment
    client = account.client("stepfunctions")
    expected: dict[str, tuple[str, str]] = {}
    for state, status, sentence in ENDINGS.values():
        batch_predict.become(state, timeout_seconds=1 if status == "TIMED_OUT" else 60)
        arn = workflows.start("batch_predict", {"predictor": "income"})
        expected[arn] = (status, sentence)
        _until_ended(client, arn)
    batch_predict.become(_HOUR, timeout_seconds=7200)
    stopped = workflows.start("batch_predict", {"predictor": "income"})
    client.stop_execution(executionArn=stopped, error="Maintenance", cause="back at noon")
    expected[stopped] = ("ABORTED", "Maintenance: back at noon")
    succeeded = _succeed(batch_predict, workflows)
    _until_ended(client, succeeded)

    messages: list[dict[str, Any]] = []

    def all_reported() -> bool:
        messages.extend(notifications.take())
        return len(messages) >= len(expected)

    until(all_reported, 30, "every ending is reported")
    counted = Counter(_execution(message) for message in messages)
    assert counted == dict.fromkeys(expected, 1)
    for message in messages:
        status, sentence = expected[_execution(message)]
        assert client.describe_execution(executionArn=_execution(message))["status"] == status
        assert sentence in message["Message"]
        assert "What to do: " in message["Message"]
        assert message["Subject"].startswith("autogluon-sandbox batch-predict ")
        assert message["Subject"].endswith(": income")


def test_a_stopped_batch_leaves_no_job_and_no_model(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    batch_predict: Definition,
) -> None:
    sagemaker, states = account.client("sagemaker"), account.client("stepfunctions")
    batch_predict.become(_HOUR, timeout_seconds=7200)
    arn = workflows.start("batch_predict", {"predictor": "income"})
    name = job_name("income", arn)
    # As a batch by the SDK integration, which Step Functions does not stop.
    tags = [{"Key": "autogluon:execution", "Value": arn}]
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=deployment.serving_role_arn,
        PrimaryContainer={"ModelPackageName": income.output["model_package_arn"]},
        Tags=tags,
    )
    data = f"s3://{deployment.data_bucket}/outcomes/rows.csv"
    account.client("s3").put_object(
        Bucket=deployment.data_bucket, Key="outcomes/rows.csv", Body=b"x\n"
    )
    sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName=name,
        TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data}}},
        TransformOutput={"S3OutputPath": f"s3://{deployment.artifact_bucket}/income/outcomes/"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        Tags=tags,
    )
    states.stop_execution(executionArn=arn)

    def status() -> str:
        return str(sagemaker.describe_transform_job(TransformJobName=name)["TransformJobStatus"])

    until(lambda: status() == "Stopped", 60, "the job is stopped")
    until(lambda: not sagemaker.list_models(NameContains=name)["Models"], 30, "no model is left")


def _succeed(definition: Definition, workflows: Workflows) -> str:
    definition.become({"Type": "Pass"}, timeout_seconds=60)
    return workflows.start("batch_predict", {"predictor": "income"})


def _until_ended(client: Any, arn: str) -> None:
    until(
        lambda: client.describe_execution(executionArn=arn)["status"] in _ENDED,
        60,
        f"{arn} has ended",
    )


def _execution(message: dict[str, Any]) -> str:
    return str(message["Message"]).rpartition("Execution: ")[2]
