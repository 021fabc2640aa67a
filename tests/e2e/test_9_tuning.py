"""A tuning run trains its trials side by side, and the best one is registered and served."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autogluon_cli.embedded.control import ask
from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError
from autogluon_client.executions.executions import wait_for_execution
from autogluon_contracts import names
from autogluon_contracts.embedded_instance import EmbeddedInstance
from autogluon_demo.cdk import ROOT
from tests.e2e.browser import open_browser, require_right
from tests.e2e.support import (
    ENVIRONMENT,
    Account,
    Workflows,
    live_model,
    read_object,
    training_job_names,
)
from tests.waiting import until

ROWS = 8000
TYPES = ("ml.m5.2xlarge", "ml.m5.4xlarge")  # of the predictor `housing`
NAME = "four-trials"
LEARNING_RATE = "fit_args.hyperparameters.GBM.learning_rate"
NUM_LEAVES = "fit_args.hyperparameters.GBM.num_leaves"
ARGUMENTS: dict[str, Any] = {
    "predictor": "housing",
    "max_jobs": 4,
    "max_parallel_jobs": 2,
    "fit_args": {
        "hyperparameters": {"GBM": {"num_boost_round": 100}},
        "fit_weighted_ensemble": False,
    },
}


@pytest.fixture(scope="module")
def data(account: Account, deployment: Deployment) -> dict[str, str]:
    bucket = deployment.data_bucket
    uris = {}
    for part in ("train", "test"):
        lines = (ROOT / "examples/housing" / f"{part}.csv").read_text().splitlines()[: ROWS + 1]
        key = f"housing-tuned/{part}.csv"
        account.client("s3").put_object(Bucket=bucket, Key=key, Body="\n".join(lines).encode())
        uris[f"{part}_data"] = f"s3://{bucket}/{key}"
    return uris


@pytest.fixture(scope="module")
def tuned(account: Account, workflows: Workflows, data: dict[str, str]) -> Iterator[dict[str, Any]]:
    instance = EmbeddedInstance.of_folder(account.instance)
    assert instance is not None
    lack = {"at": "sagemaker:CreateTrainingJob", "fault": "capacity", "times": 1}
    where = {"ResourceConfig.InstanceType": TYPES[0]}
    ask(instance, "faults/add", {"version": 1, "faults": [{**lack, "where": where}]})
    yield workflows.run("tune", {**ARGUMENTS, **data}, NAME)
    ask(instance, "faults/clear", {})
    workflows.run("promote", {"predictor": "housing", "model": "none"})


@pytest.fixture(scope="module")
def trials(account: Account, tuned: dict[str, Any]) -> list[dict[str, str]]:
    table = read_object(account, tuned["tuning"]["trials_uri"]).decode()
    return list(csv.DictReader(io.StringIO(table)))


def test_the_best_trial_is_registered_and_in_service(
    account: Account, deployment: Deployment, tuned: dict[str, Any]
) -> None:
    assert tuned["decision"] == "Approved", tuned["reason"]
    assert live_model(account, deployment, "housing") == tuned["model_package_arn"]
    package = account.client("sagemaker").describe_model_package(
        ModelPackageName=tuned["model_package_arn"]
    )
    [container] = package["InferenceSpecification"]["Containers"]
    assert f"/{tuned['tuning']['best_trial']}/" in container["ModelDataUrl"]


def test_the_best_trial_predicts_files(
    account: Account, workflows: Workflows, tuned: dict[str, Any], data: dict[str, str]
) -> None:
    batch = workflows.run("batch_predict", {"predictor": "housing", "data": data["test_data"]})

    assert batch["model_package_arn"] == tuned["model_package_arn"]
    assert batch["rows"] == len(read_object(account, data["test_data"]).splitlines()) - 1


def test_trials_are_training_jobs_with_different_values(
    account: Account, tuned: dict[str, Any], trials: list[dict[str, str]]
) -> None:
    assert len(trials) == ARGUMENTS["max_jobs"]
    assert {trial["trial"] for trial in trials} <= training_job_names(account)
    assert all(trial["trial"].startswith(f"{tuned['run']}-") for trial in trials)
    assert len({(trial[LEARNING_RATE], trial[NUM_LEAVES]) for trial in trials}) == len(trials)
    assert all(0.02 <= float(trial[LEARNING_RATE]) <= 0.3 for trial in trials)
    best = max(trials, key=lambda trial: float(trial["objective"]))
    assert best["trial"] == tuned["tuning"]["best_trial"]
    assert float(best["objective"]) == pytest.approx(tuned["tuning"]["objective"])


def test_the_report_shows_the_search_on_every_screen(
    account: Account, tuned: dict[str, Any], tmp_path: Path
) -> None:
    page = read_object(account, tuned["report_uri"])
    assert b'<section id="search"' in page
    path = tmp_path / "report.html"
    path.write_bytes(page)
    with open_browser() as browser:
        for width, scheme in ((390, "light"), (1440, "dark")):
            require_right(browser, path, width, scheme)


def test_what_the_search_has_cost_is_told_and_bounded_by_a_budget(
    account: Account, workflows: Workflows, tuned: dict[str, Any], data: dict[str, str]
) -> None:
    assert sum(tuned["tuning"]["billable_seconds"].values()) > 0
    assert tuned["usd"] > 0
    assert b"<dt>cost of the search</dt>" in read_object(account, tuned["report_uri"])
    ssm, before = account.client("ssm"), training_job_names(account)
    name = names.spec_parameter(ENVIRONMENT, "housing")
    spec = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    # As if the budget had been deployed with what the search has used, and a little more.
    budget = {"usd_per_month": tuned["usd"] + 0.01}
    lower = json.dumps({**json.loads(spec), "budget": budget})
    ssm.put_parameter(Name=name, Value=lower, Overwrite=True)
    try:
        with pytest.raises(ExecutionFailedError) as caught:
            workflows.run("train", {"predictor": "housing", **data})
        with pytest.raises(ExecutionFailedError, match="BudgetExceededError"):
            workflows.run("tune", {**ARGUMENTS, **data})
    finally:
        ssm.put_parameter(Name=name, Value=spec, Overwrite=True)
    assert caught.value.error == "BudgetExceededError"
    # Of other files' trainings, too.
    used = re.search(r"of which ([0-9.]+) USD are used", caught.value.cause)
    assert used is not None
    assert float(used[1]) >= round(tuned["usd"], 2)
    assert training_job_names(account) == before


def test_a_trial_without_capacity_runs_on_the_next_type(
    account: Account, trials: list[dict[str, str]]
) -> None:
    describe = account.client("sagemaker").describe_training_job
    used = [
        describe(TrainingJobName=trial["trial"])["ResourceConfig"]["InstanceType"]
        for trial in trials
    ]
    assert sorted(used) == sorted([TYPES[0]] * 3 + [TYPES[1]])


def test_trials_overlap_in_time(trials: list[dict[str, str]]) -> None:
    first, second = sorted(trials, key=lambda trial: trial["started"])[:2]
    assert second["started"] < first["ended"]


def test_a_stopped_run_stops_its_search_and_goes_on_with_the_best_so_far(
    account: Account, workflows: Workflows, data: dict[str, str], tuned: dict[str, Any]
) -> None:
    sagemaker, states = account.client("sagemaker"), account.client("stepfunctions")
    given = {**ARGUMENTS, **data, "max_parallel_jobs": 1, "promote": False}
    given["warm_start"] = [NAME]  # the search learns from that of `tuned`
    arn = workflows.start("tune", given, "to-be-stopped")
    job = {"HyperParameterTuningJobName": names.tuning_job_name("housing", arn)}

    def trials() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            **job
        )["TrainingJobSummaries"]
        return found

    def status() -> str:
        found: str = sagemaker.describe_hyper_parameter_tuning_job(**job)[
            "HyperParameterTuningJobStatus"
        ]
        return found

    def exists() -> bool:
        name = job["HyperParameterTuningJobName"]
        listed = sagemaker.list_hyper_parameter_tuning_jobs(NameContains=name)
        return bool(listed["HyperParameterTuningJobSummaries"])

    def has_ended_one() -> bool:
        return any(trial["TrainingJobStatus"] == "Completed" for trial in trials())

    until(exists, 30, "the tuning job exists")
    until(has_ended_one, 90, "a trial has ended")
    states.stop_execution(executionArn=arn)
    until(lambda: status() == "Stopped", 60, "the tuning job is stopped with its run")
    before = {trial["TrainingJobName"] for trial in trials()}

    states.redrive_execution(executionArn=arn)
    output = wait_for_execution(account.session, arn, poll_seconds=0.2)

    described = sagemaker.describe_hyper_parameter_tuning_job(**job)
    [parent] = described["WarmStartConfig"]["ParentHyperParameterTuningJobs"]
    assert parent["HyperParameterTuningJobName"] == tuned["run"]
    assert {trial["TrainingJobName"] for trial in trials()} == before
    assert output["tuning"]["trials"] == len(before) < ARGUMENTS["max_jobs"]
    assert output["tuning"]["best_trial"] in before
    assert output["model_package_arn"]
