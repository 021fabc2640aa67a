"""An account that is saved, killed and restored goes on as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from autogluon_cli.deployment.cdk import Cdk
from autogluon_cli.embedded.instances import FOLDER_VARIABLE
from autogluon_cli.main import run
from autogluon_client.environment.deployment import Deployment
from autogluon_contracts.embedded_instance import LOCK, EmbeddedInstance, is_locked
from autogluon_demo.cdk import ROOT
from tests.e2e.support import Account, Trained, Workflows, endpoint_names, live_model
from tests.waiting import until


@pytest.fixture
def restored(
    account: Account,
    deployment: Deployment,
    income: Trained,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> dict[str, Any]:
    """What was there before the account was saved and killed; it is restored now."""
    before = _seen(account, deployment)
    monkeypatch.setenv(FOLDER_VARIABLE, str(account.instance.parent))
    running = EmbeddedInstance.of_folder(account.instance)
    assert running is not None
    name = ["--name", account.instance.name, "--json"]
    file = str(tmp_path / "account.snapshot")

    assert run(["embedded", "save", file, *name]) == 0, capsys.readouterr().err
    os.kill(running.pid, signal.SIGKILL)
    until(lambda: not is_locked(account.instance / LOCK), 30, "the process is gone")
    capsys.readouterr()
    image = ["--image-env", running.image_env]
    assert run(["embedded", "restore", file, *image, *name]) == 0, capsys.readouterr().err

    started = json.loads(capsys.readouterr().out)
    assert (started["url"], started["pid"] == running.pid) == (account.endpoint_url, False)
    return before


def test_everything_is_back_and_the_endpoint_answers_with_the_same_bits(
    account: Account, deployment: Deployment, cdk: Cdk, restored: dict[str, Any]
) -> None:
    assert _seen(account, deployment) == restored
    assert "There were no differences" in "\n".join(cdk.diff())


def test_promotions_go_on(
    account: Account, deployment: Deployment, workflows: Workflows, income: Trained
) -> None:
    answer = _answer(account, deployment)
    workflows.run("promote", {"predictor": "income", "model": "none"})
    assert deployment.endpoint_name("income") not in endpoint_names(account)
    workflows.serve(income)
    assert live_model(account, deployment, "income") == income.output["model_package_arn"]
    assert _answer(account, deployment) == answer


def _answer(account: Account, deployment: Deployment) -> bytes:
    rows = (ROOT / "examples" / "income" / "test.csv").read_text().splitlines()
    header, *lines = [line.rpartition(",")[0] for line in rows[:201]]
    answer: bytes = (
        account.client("sagemaker-runtime")
        .invoke_endpoint(
            EndpointName=deployment.endpoint_name("income"),
            ContentType="text/csv",
            Body="\n".join([header, *lines]).encode(),
        )["Body"]
        .read()
    )
    return answer


def _seen(account: Account, deployment: Deployment) -> dict[str, Any]:
    """What the account's services answer, and the answer of its endpoint."""
    client, sagemaker = account.client, account.client("sagemaker")
    machines = client("stepfunctions").list_state_machines()["stateMachines"]
    executions = [
        execution
        for machine in machines
        for execution in client("stepfunctions").list_executions(
            stateMachineArn=machine["stateMachineArn"]
        )["executions"]
    ]
    buckets = [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
    seen = {
        "objects": [
            [(item["Key"], item["VersionId"], item["ETag"]) for item in page.get("Versions", ())]
            for bucket in buckets
            for page in client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
        ],
        "stacks": client("cloudformation").describe_stacks()["Stacks"],
        "roles": client("iam").list_roles()["Roles"],
        "parameters": client("ssm").describe_parameters()["Parameters"],
        "keys": client("kms").list_keys()["Keys"],
        "functions": client("lambda").list_functions()["Functions"],
        "machines": machines,
        "executions": executions,
        "history": client("stepfunctions").get_execution_history(
            executionArn=executions[0]["executionArn"]
        )["events"],
        "packages": sagemaker.list_model_packages(
            ModelPackageGroupName=sagemaker.list_model_package_groups()[
                "ModelPackageGroupSummaryList"
            ][0]["ModelPackageGroupName"]
        )["ModelPackageSummaryList"],
        "jobs": sagemaker.list_training_jobs()["TrainingJobSummaries"],
        "endpoint": sagemaker.describe_endpoint(EndpointName=deployment.endpoint_name("income")),
        "targets": client("application-autoscaling").describe_scalable_targets(
            ServiceNamespace="sagemaker"
        )["ScalableTargets"],
        "live": live_model(account, deployment, "income"),
        "answer": _answer(account, deployment),
    }
    seen["endpoint"].pop("ResponseMetadata")
    return {"buckets": buckets, **seen}
