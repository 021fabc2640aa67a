"""Promotion: a bad model never replaces a good one, and `none` takes the endpoint away."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from autogluon_cli.embedded.control import ask
from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError
from autogluon_client.executions.executions import wait_for_execution
from autogluon_contracts.embedded_instance import EmbeddedInstance
from tests.e2e.caller import Caller
from tests.e2e.registered_versions import ROW, broken_version, registered, with_another_file
from tests.e2e.support import (
    Account,
    Trained,
    Workflows,
    endpoint_names,
    invoke,
    live_model,
    package_of,
    read_object,
    scalable_targets,
)


@pytest.fixture
def broken_package(account: Account, deployment: Deployment, income: Trained) -> str:
    return broken_version(account, deployment, income, "broken")


@pytest.fixture
def changed_package(account: Account, deployment: Deployment, income: Trained) -> str:
    """An approved version whose artifact got another file after its hash was recorded."""
    changed = with_another_file(read_object(account, income.output["artifact_uri"]))
    return registered(account, deployment, income, "changed", changed)


def test_a_model_that_cannot_start_is_rolled_back_while_the_old_one_keeps_answering(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    broken_package: str,
) -> None:
    endpoint = deployment.endpoint_name("income")
    config = account.client("sagemaker").describe_endpoint(EndpointName=endpoint)
    runtime = account.client("sagemaker-runtime")
    with Caller(runtime, endpoint, ROW) as caller, pytest.raises(ExecutionFailedError) as failure:
        workflows.run("promote", {"predictor": "income", "model": broken_package})
    assert "income" in failure.value.cause
    assert "\n" not in failure.value.cause
    broken = account.client("sagemaker").describe_model_package(ModelPackageName=broken_package)
    assert list(broken["CustomerMetadataProperties"]) == ["promotion_failed"]
    assert caller.errors == []
    assert len(caller.answers) >= 3
    assert all(answer == caller.answers[0] for answer in caller.answers)
    assert live_model(account, deployment, "income") == income.output["model_package_arn"]
    sagemaker = account.client("sagemaker")
    now = sagemaker.describe_endpoint(EndpointName=endpoint)
    assert now["EndpointStatus"] == "InService"
    assert package_of(sagemaker, now) == package_of(sagemaker, config)


def test_an_artifact_that_changed_after_its_training_never_answers(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    changed_package: str,
) -> None:
    endpoint = deployment.endpoint_name("income")
    before = invoke(account, endpoint, ROW)
    with pytest.raises(ExecutionFailedError):
        workflows.run("promote", {"predictor": "income", "model": changed_package})
    assert live_model(account, deployment, "income") == income.output["model_package_arn"]
    assert invoke(account, endpoint, ROW) == before
    logged = _log_of(account, endpoint)
    assert f"Artifact verified: SHA-256 {income.output['artifact_sha256']}" in logged
    assert "The model artifact is not the one that training recorded" in logged


def test_a_version_that_callers_of_the_live_one_cannot_use_is_refused(
    account: Account, deployment: Deployment, workflows: Workflows, income: Trained
) -> None:
    narrow = registered(account, deployment, income, "narrow", b"never loaded")
    bucket = deployment.artifact_bucket
    folder = income.output["artifact_uri"].rpartition("/output/")[0]
    schema = json.loads(read_object(account, f"{folder}/report/feature_schema.json"))
    schema["features"] = [item for item in schema["features"] if item["name"] != "age"]
    account.client("s3").put_object(
        Bucket=bucket,
        Key="income/runs/narrow/report/feature_schema.json",
        Body=json.dumps(schema),
    )
    with pytest.raises(
        ExecutionFailedError, match="would break callers of the live version"
    ) as told:
        workflows.run("promote", {"predictor": "income", "model": narrow})
    assert "it does not know age, which they send" in told.value.cause
    assert live_model(account, deployment, "income") == income.output["model_package_arn"]


def test_none_takes_the_endpoint_away_and_a_promotion_brings_it_back(
    account: Account, deployment: Deployment, workflows: Workflows, income: Trained
) -> None:
    endpoint = deployment.endpoint_name("income")
    before = invoke(account, endpoint, ROW)
    workflows.run("promote", {"predictor": "income", "model": "none"})
    assert endpoint not in endpoint_names(account)
    assert not any(endpoint in target["ResourceId"] for target in scalable_targets(account))
    assert live_model(account, deployment, "income") == "none"

    output = workflows.run(
        "promote", {"predictor": "income", "model": income.output["model_package_arn"]}
    )
    assert output["live_model"] == income.output["model_package_arn"]
    assert invoke(account, endpoint, ROW) == before


def test_promoting_the_live_model_again_changes_nothing(
    account: Account, deployment: Deployment, workflows: Workflows, income: Trained
) -> None:
    endpoint = deployment.endpoint_name("income")
    before = account.client("sagemaker").describe_endpoint(EndpointName=endpoint)
    workflows.run("promote", {"predictor": "income", "model": income.output["model_package_arn"]})
    after = account.client("sagemaker").describe_endpoint(EndpointName=endpoint)
    assert after["EndpointConfigName"] == before["EndpointConfigName"]


@pytest.fixture
def late_list(account: Account) -> Iterator[None]:
    """Step Functions' list of executions is half a minute old."""
    found = EmbeddedInstance.of_folder(account.instance)
    assert found is not None
    late = {"at": "states:ListExecutions", "fault": "stale-list", "seconds": 30}
    ask(found, "faults/add", {"version": 1, "faults": [late]})
    yield
    ask(found, "faults/clear", {})


@pytest.mark.usefixtures("late_list")
@pytest.mark.parametrize("pairs", [1, pytest.param(20, marks=pytest.mark.long)])
def test_two_promotions_at_once_happen_one_after_the_other(
    account: Account, deployment: Deployment, workflows: Workflows, income: Trained, pairs: int
) -> None:
    sagemaker = account.client("sagemaker")
    first = income.output["model_package_arn"]
    good = sagemaker.describe_model_package(ModelPackageName=first)
    second = sagemaker.create_model_package(
        ModelPackageGroupName=good["ModelPackageGroupName"],
        InferenceSpecification=good["InferenceSpecification"],
        ModelApprovalStatus="Approved",
    )["ModelPackageArn"]
    for _ in range(pairs):
        started = [
            workflows.start("promote", {"predictor": "income", "model": model})
            for model in (second, first)
        ]
        outputs = [
            wait_for_execution(account.session, arn, poll_seconds=0.2, longest_poll_seconds=0.2)
            for arn in started
        ]
        assert [output["live_model"] for output in outputs] == [second, first]
        ended = [
            account.client("stepfunctions").describe_execution(executionArn=arn)["stopDate"]
            for arn in started
        ]
        last = outputs[ended.index(max(ended))]
        assert live_model(account, deployment, "income") == last["live_model"]
        endpoint = sagemaker.describe_endpoint(EndpointName=deployment.endpoint_name("income"))
        assert package_of(sagemaker, endpoint) == last["live_model"]
        assert endpoint["EndpointConfigName"] == last["endpoint_config_name"]
    workflows.serve(income)


def _log_of(account: Account, endpoint: str) -> str:
    logs = account.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/sagemaker/Endpoints/{endpoint}"
    )
    return "\n".join(event["message"] for page in pages for event in page["events"])
