"""Airflow starts runs, finds them again after a loss, waits without a worker, and stops them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_client.executions.executions import execution_arn_of
from autogluon_client.executions.task_runs import task_run_name
from autogluon_demo.cdk import ROOT
from tests.e2e.local_airflow import AIRFLOW, CLIENT_PATH, LocalAirflow
from tests.e2e.page_run import reader, run_page, workspace
from tests.e2e.support import ENVIRONMENT, Account, Trained, live_model
from tests.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("income_is_served_as_before")]

EXAMPLE = ROOT / "examples" / "airflow" / "income.py"
OWN = ROOT / "tests" / "e2e" / "airflow_dags.py"
RUN = "monday"


@dataclass(frozen=True)
class Runs:
    """The executions of a task, by the DAG's name."""

    account: Account
    deployment: Deployment

    def name(self, dag: str, task: str = "train") -> str:
        return task_run_name(task, [dag, RUN, task, "-1"])

    def statuses(self, dag: str) -> list[str]:
        """Return the statuses of all runs that the task `train` has started."""
        listed = self.account.client("stepfunctions").list_executions(
            stateMachineArn=self.deployment.state_machines["train"]
        )["executions"]
        found = sorted(listed, key=lambda entry: entry["startDate"])
        return [each["status"] for each in found if each["name"].startswith(self.name(dag))]

    def output(self, dag: str, workflow: str, task: str) -> Any:
        arn = execution_arn_of(self.deployment.state_machines[workflow], self.name(dag, task))
        described = self.account.client("stepfunctions").describe_execution(executionArn=arn)
        return json.loads(described["output"])


@pytest.fixture(scope="module")
def runs(account: Account, deployment: Deployment) -> Runs:
    return Runs(account, deployment)


@pytest.fixture(scope="module")
def airflow(
    account: Account,
    deployment: Deployment,
    income: Trained,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LocalAirflow]:
    bucket = deployment.data_bucket
    source = {"Bucket": bucket, "Key": "income/test.csv"}
    account.client("s3").copy(source, bucket, "income/new.csv")
    variables = {
        "AUTOGLUON_ENVIRONMENT": ENVIRONMENT,
        "AUTOGLUON_DATA": f"s3://{bucket}/income",
    }
    example = EXAMPLE.read_text()
    assert 'schedule="0 6 * * MON"' in example
    dags = {
        # Without its schedule, for which a run may be due.
        EXAMPLE.name: example.replace('schedule="0 6 * * MON"', "schedule=None"),
        OWN.name: OWN.read_text(),
    }
    home = tmp_path_factory.mktemp("airflow") / "home"
    with LocalAirflow(home, dags, account.environment | variables) as found:
        yield found


@pytest.fixture(scope="module")
def while_training(airflow: LocalAirflow, runs: Runs) -> dict[str, Any]:
    """What was seen while the example trained; all its tasks have ended since."""
    airflow.trigger("income", RUN)
    airflow.wait_for_state("income", RUN, "train", "deferred", 300)
    until(lambda: airflow.task("income", RUN, "train")["triggerer_job"], 60, "the triggerer has it")
    seen = {
        "task": airflow.task("income", RUN, "train"),
        "worker": airflow.task_process("income", RUN, "train"),
        "statuses": runs.statuses("income"),
    }
    airflow.wait_for_state("income", RUN, "predict", "success", 900)
    return seen


def test_a_deferred_task_waits_in_the_triggerer_without_a_worker(
    while_training: dict[str, Any],
) -> None:
    assert while_training["statuses"] == ["RUNNING"]
    assert while_training["worker"] is None
    assert while_training["task"]["state"] == "deferred"
    assert while_training["task"]["triggerer_job"]["job_type"] == "TriggererJob"


def test_the_example_trains_promotes_and_predicts(
    account: Account,
    deployment: Deployment,
    airflow: LocalAirflow,
    runs: Runs,
    while_training: dict[str, Any],
) -> None:
    trained = airflow.returned("income", RUN, "train")
    assert trained == runs.output("income", "train", "train")
    assert live_model(account, deployment, "income") == trained["model_package_arn"]
    predicted = airflow.returned("income", RUN, "predict")
    assert predicted == runs.output("income", "batch_predict", "predict")
    assert predicted["model_package_arn"] == trained["model_package_arn"]
    assert predicted["results"][0].endswith(".parquet")


def test_a_task_that_is_tried_again_finds_its_run(
    airflow: LocalAirflow, runs: Runs, while_training: dict[str, Any]
) -> None:
    before = airflow.returned("income", RUN, "train")
    airflow.clear("income", RUN, "train")

    until(
        lambda: airflow.task("income", RUN, "train")["try_number"] == 2, 60, "the second try began"
    )
    airflow.wait_for_state("income", RUN, "train", "success", 120)

    assert airflow.returned("income", RUN, "train") == before
    assert runs.statuses("income") == ["SUCCEEDED"]


def test_the_try_after_a_lost_worker_goes_on_with_the_run(
    airflow: LocalAirflow, runs: Runs
) -> None:
    airflow.trigger("lost", RUN)
    until(lambda: runs.statuses("lost") == ["RUNNING"], 300, "the run has started")
    worker = airflow.task_process("lost", RUN, "train")
    assert worker is not None
    worker.kill()

    airflow.wait_for_state("lost", RUN, "train", "success", 300)

    assert airflow.task("lost", RUN, "train")["try_number"] == 2
    assert runs.statuses("lost") == ["SUCCEEDED"]
    assert airflow.returned("lost", RUN, "train") == runs.output("lost", "train", "train")


def test_a_task_that_is_killed_on_a_worker_stops_its_run(airflow: LocalAirflow, runs: Runs) -> None:
    dag = "killed_on_a_worker"
    airflow.trigger(dag, RUN)
    until(lambda: runs.statuses(dag) == ["RUNNING"], 300, "the run has started")

    airflow.end_task(dag, RUN, "train")

    until(lambda: runs.statuses(dag) == ["ABORTED"], 120, "the run is stopped")


def test_a_task_that_is_ended_while_deferred_stops_its_run_and_may_start_the_next(
    airflow: LocalAirflow, runs: Runs
) -> None:
    dag = "killed_while_deferred"
    airflow.trigger(dag, RUN)
    airflow.wait_for_state(dag, RUN, "train", "deferred", 300)
    until(
        lambda: airflow.task(dag, RUN, "train")["triggerer_job"] is not None,
        60,
        "the triggerer waits for the run",
    )

    airflow.end_task(dag, RUN, "train")
    until(lambda: runs.statuses(dag) == ["ABORTED"], 120, "the run is stopped")
    airflow.clear(dag, RUN, "train")

    until(lambda: runs.statuses(dag)[1:] == ["SUCCEEDED"], 300, "the next run has completed")


def test_a_task_fails_with_the_sentence_of_its_run(airflow: LocalAirflow, runs: Runs) -> None:
    airflow.trigger("wrong", RUN)
    until(
        lambda: airflow.task("wrong", RUN, "train")["state"] == "failed", 300, "the task has failed"
    )

    assert runs.statuses("wrong") == ["FAILED"]
    assert "absent.csv" in airflow.log("wrong", RUN, "train")
    assert "InvalidDataError: " in airflow.log("wrong", RUN, "train")


def test_the_code_of_the_page_works(
    account: Account, while_training: dict[str, Any], tmp_path: Path
) -> None:
    folder = workspace(tmp_path)
    own = {"AIRFLOW_HOME": str(tmp_path / "home"), "PYTHONPATH": CLIENT_PATH}
    python = AIRFLOW.with_name("python")

    found = run_page(
        "docs/how-to/airflow.md", folder, reader(account, folder) | own, "DATA", python=python
    )

    assert found["DATA"] == "s3://my-data/income"
    assert task_run_name("train", ["income", RUN, "train", "-1"]) in found["printed"]
