"""Train, register, promote: what is served is what was evaluated, and it is good."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_demo.cdk import ROOT
from tests.e2e.support import (
    ENVIRONMENT,
    Account,
    Trained,
    Workflows,
    invoke,
    live_model,
    read_object,
    run_in_image,
    scalable_targets,
    training_job_names,
)


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _test_rows(predictor: str, label: str) -> tuple[str, list[str]]:
    """The test file without its label column, as CSV, and the labels."""
    rows = _table((ROOT / "examples" / predictor / "test.csv").read_text())
    truth = [row.pop(label) for row in rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue(), truth


def _roc_auc(scores: list[float], positives: list[bool]) -> float:
    """Mann-Whitney U over the number of pairs; ties count half."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks = [0.0] * len(scores)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        for position in range(start, end):
            ranks[order[position]] = (start + end + 1) / 2
        start = end
    count = sum(positives)
    rank_sum = sum(rank for rank, positive in zip(ranks, positives, strict=True) if positive)
    return (rank_sum - count * (count + 1) / 2) / (count * (len(scores) - count))


def _local_predictions(account: Account, trained: Trained, folder: Path) -> list[dict[str, str]]:
    artifact = folder / "model.tar.gz"
    artifact.write_bytes(read_object(account, trained.output["artifact_uri"]))
    result = folder / "local.csv"
    test_file = ROOT / "examples" / trained.predictor / "test.csv"
    run_in_image("image_predict.py", str(artifact), str(test_file), str(result))
    return _table(result.read_text())


def _largest_difference(
    left: list[dict[str, Any]], right: list[dict[str, Any]], columns: list[str]
) -> float:
    assert len(left) == len(right)
    return max(
        abs(float(a[name]) - float(b[name]))
        for a, b in zip(left, right, strict=True)
        for name in columns
    )


def test_a_good_model_is_approved_promoted_and_autoscaled(
    account: Account, deployment: Deployment, income: Trained
) -> None:
    assert income.output["decision"] == "Approved"
    assert live_model(account, deployment, "income") == income.output["model_package_arn"]
    endpoint = account.client("sagemaker").describe_endpoint(
        EndpointName=deployment.endpoint_name("income")
    )
    assert endpoint["EndpointStatus"] == "InService"
    resource = f"endpoint/{deployment.endpoint_name('income')}/variant/AllTraffic"
    assert resource in {target["ResourceId"] for target in scalable_targets(account)}


def test_income_endpoint_batch_and_downloaded_predictor_agree_and_are_good(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    example_uris: dict[str, dict[str, str]],
    tmp_path: Path,
) -> None:
    body, truth = _test_rows("income", "class")
    served = invoke(account, deployment.endpoint_name("income"), body)
    positives = [label == ">50K" for label in truth]
    assert _roc_auc([row[">50K_proba"] for row in served], positives) >= 0.92

    columns = ["<=50K_proba", ">50K_proba"]
    batch = workflows.run(
        "batch_predict", {"predictor": "income", "data": example_uris["income"]["test"]}
    )
    batch_rows = _table(read_object(account, batch["results"][0]).decode())
    local_rows = _local_predictions(account, income, tmp_path)
    assert _largest_difference(served, batch_rows, columns) <= 1e-9
    assert _largest_difference(served, local_rows, columns) <= 1e-9
    assert [row["class"] for row in served] == [row["class"] for row in batch_rows]


def test_housing_endpoint_batch_and_downloaded_predictor_agree_and_are_good(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    housing: Trained,
    example_uris: dict[str, dict[str, str]],
    tmp_path: Path,
) -> None:
    body, truth = _test_rows("housing", "Price")
    served = invoke(account, deployment.endpoint_name("housing"), body)
    prices = [float(price) for price in truth]
    mean = sum(prices) / len(prices)
    residual = sum((row["Price"] - price) ** 2 for row, price in zip(served, prices, strict=True))
    assert 1 - residual / sum((price - mean) ** 2 for price in prices) >= 0.8

    batch = workflows.run(
        "batch_predict", {"predictor": "housing", "data": example_uris["housing"]["test"]}
    )
    batch_rows = _table(read_object(account, batch["results"][0]).decode())
    assert _largest_difference(served, batch_rows, ["Price"]) <= 1e-9 * max(prices)
    local_rows = _local_predictions(account, housing, tmp_path)
    assert _largest_difference(served, local_rows, ["Price"]) <= 1e-9 * max(prices)


def test_the_run_leaves_its_leaderboard_metrics_and_lineage(
    account: Account, income: Trained
) -> None:
    leaderboard = _table(read_object(account, income.output["leaderboard_uri"]).decode())
    assert len(leaderboard) >= 2
    assert income.output["metrics"]["roc_auc"] >= 0.92
    package = account.client("sagemaker").describe_model_package(
        ModelPackageName=income.output["model_package_arn"]
    )
    assert package["ModelApprovalStatus"] == "Approved"
    lineage = package["CustomerMetadataProperties"]
    assert income.output["run"] in lineage.values()
    assert income.arguments["train_data"] in lineage.values()


def test_starting_the_same_execution_twice_trains_once(
    account: Account, workflows: Workflows, income: Trained
) -> None:
    before = training_job_names(account)
    output = workflows.run("train", income.arguments, income.execution_name)
    assert output == income.output
    assert training_job_names(account) == before


@pytest.mark.parametrize("service_account", ["training_role_arn", "serving_role_arn"])
def test_jobs_run_under_the_deployed_roles(
    account: Account, deployment: Deployment, income: Trained, service_account: str
) -> None:
    sagemaker = account.client("sagemaker")
    role = getattr(deployment, service_account)
    if service_account == "training_role_arn":
        job = sagemaker.describe_training_job(TrainingJobName=income.output["run"])
        assert job["RoleArn"] == role
        return
    names = [model["ModelName"] for model in sagemaker.list_models()["Models"]]
    roles = {sagemaker.describe_model(ModelName=name)["ExecutionRoleArn"] for name in names}
    assert roles == {role}, f"models of environment {ENVIRONMENT}: {names}"
