"""Without capacity or quota for the first instance type, the next one does the work, once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from autogluon_cli.embedded.control import ask
from autogluon_client.environment.connection import Connection
from autogluon_client.environment.deployment import Deployment
from autogluon_client.executions.runs import describe_jobs, find_run
from autogluon_contracts.embedded_instance import EmbeddedInstance
from autogluon_demo.cdk import ROOT
from tests.e2e.support import ENVIRONMENT, Account, Workflows, read_object

TRAINING = ("ml.m5.2xlarge", "ml.m5.4xlarge")  # of the predictor `sandbox`
BATCH = ("ml.m5.2xlarge", "ml.m5.xlarge")


@contextlib.contextmanager
def planned_faults(account: Account) -> Iterator[EmbeddedInstance]:
    """Let faults be planned, which end with the block: other files use the same AWS."""
    found = EmbeddedInstance.of_folder(account.instance)
    assert found is not None
    try:
        yield found
    finally:
        ask(found, "faults/clear", {})


@pytest.fixture
def instance(account: Account) -> Iterator[EmbeddedInstance]:
    with planned_faults(account) as found:
        yield found


@pytest.fixture(scope="module")
def trained(
    workflows: Workflows, account: Account, example_uris: dict[str, dict[str, str]]
) -> dict[str, Any]:
    with planned_faults(account) as found:
        plan(found, "sagemaker:CreateTrainingJob", "capacity", "ResourceConfig", TRAINING[0])
        return workflows.run(
            "train",
            {
                "predictor": "sandbox",
                "train_data": example_uris["income"]["test"],
                "init_args": {"label": "class"},
                "fit_args": {"hyperparameters": {"GBM": {"num_boost_round": 5}}},
                "promote": False,
            },
            name="ladder-train",
        )


def plan(instance: EmbeddedInstance, at: str, fault: str, member: str, type_: str) -> None:
    planned = {"at": at, "fault": fault, "where": {f"{member}.InstanceType": type_}}
    ask(instance, "faults/add", {"version": 1, "faults": [planned]})


def jobs_of(account: Account, run: str) -> list[dict[str, Any]]:
    connection = Connection(ENVIRONMENT, account.session)
    return describe_jobs(connection, find_run(connection, run))


def test_training_goes_on_where_there_is_capacity(
    account: Account, trained: dict[str, Any]
) -> None:
    first, second = jobs_of(account, "ladder-train")

    assert trained["instance_type"] == TRAINING[1]
    assert (first["TrainingJobStatus"], second["TrainingJobStatus"]) == ("Failed", "Completed")
    assert "BillableTimeInSeconds" not in first
    assert second["TrainingJobName"] == f"{first['TrainingJobName']}-try2"
    assert trained["artifact_uri"].endswith(f"/runs/{trained['run']}-try2/output/model.tar.gz")
    package = account.client("sagemaker").describe_model_package(
        ModelPackageName=trained["model_package_arn"]
    )
    assert package["CustomerMetadataProperties"]["instance_type"] == TRAINING[1]
    assert b"1 x ml.m5.4xlarge" in read_object(account, trained["report_uri"])


@pytest.mark.parametrize(
    ("engine", "operation", "member"),
    [
        ("transform", "CreateTransformJob", "TransformResources"),
        ("bulk", "CreateProcessingJob", "ProcessingResources.ClusterConfig"),
    ],
)
@pytest.mark.parametrize("fault", ["capacity", "resource-limit"])
def test_a_batch_goes_on_where_there_are_instances(
    account: Account,
    workflows: Workflows,
    deployment: Deployment,
    trained: dict[str, Any],
    instance: EmbeddedInstance,
    engine: str,
    operation: str,
    member: str,
    fault: str,
) -> None:
    with (ROOT / "examples/income/test.csv").open() as lines:
        rows = "".join(line for line, _ in zip(lines, range(4), strict=False))
    keys = [f"ladder/{engine}-{fault}/{number}.csv" for number in (1, 2)]
    for key in keys:
        account.client("s3").put_object(Bucket=deployment.data_bucket, Key=key, Body=rows.encode())
    plan(instance, f"sagemaker:{operation}", fault, member, BATCH[0])
    name = f"ladder-{engine}-{fault}"

    shared_out = {"max_files_per_job": 1} if engine == "bulk" else {}
    output = workflows.run(
        "batch_predict",
        {
            "predictor": "sandbox",
            "model": trained["model_package_arn"],
            "data": f"s3://{deployment.data_bucket}/ladder/{engine}-{fault}/",
            "engine": engine,
            **shared_out,
        },
        name=name,
    )

    assert (output["rows"], output["instance_types"]) == (6, [BATCH[1]])
    ended = [job.get("TransformJobStatus") or job["ProcessingJobStatus"]
             for job in jobs_of(account, name)]  # fmt: skip
    groups = 2 if engine == "bulk" else 1
    unstarted = groups if fault == "capacity" else 0
    assert sorted(ended) == ["Completed"] * groups + ["Failed"] * unstarted
