"""`agcdk` against the deployed environment: look, train, predict, decide, switch."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_client.executions.job_progress import BatchProgress
from autogluon_demo.cdk import ROOT
from tests.e2e.cli_support import ROWS, Shell, prepared_shell
from tests.e2e.support import Account, Trained, endpoint_names, live_model
from tests.waiting import until


@pytest.fixture(scope="module")
def terminal(account: Account, income: Trained, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return prepared_shell(account, tmp_path_factory.mktemp("terminal"))


def test_runs_and_show_tell_what_the_run_was(terminal: Shell, income: Trained) -> None:
    runs = terminal.json("runs", "--kind", "train", "--limit", "100")["runs"]
    (first,) = [run for run in runs if run["name"] == income.execution_name]
    assert (first["status"], first["predictor"]) == ("Completed", "income")

    promotions = ("runs", "--kind", "promote", "--limit", "100")
    nested = f"train-{income.output['run']}"
    assert nested not in {run["name"] for run in terminal.json(*promotions)["runs"]}
    assert nested in {run["name"] for run in terminal.json(*promotions, "--all")["runs"]}

    shown = terminal.json("show", income.execution_name)
    assert shown["output"] == income.output
    assert shown["job_name"] == income.output["run"]
    assert shown["job"]["instance_type"] == "ml.m5.2xlarge"
    assert len(shown["leaderboard"]) >= 2
    by_job = terminal.json("show", income.output["run"])
    assert by_job["execution_arn"] == shown["execution_arn"]
    text = terminal.run("show", income.execution_name).stdout
    assert "WeightedEnsemble" in text


def test_logs_print_the_models_as_they_were_trained(terminal: Shell, income: Trained) -> None:
    answer = terminal.run("logs", "--follow", income.execution_name)
    assert answer.code == 0
    assert "AGMETRIC model=" in answer.stdout
    lines = terminal.run("logs", income.execution_name, "--json").stdout.splitlines()
    assert {"timestamp", "logStreamName", "message"} == set(json.loads(lines[0]))


def test_models_lists_the_live_version(terminal: Shell, income: Trained) -> None:
    listed = terminal.json("models", "income")
    (live,) = [model for model in listed["models"] if model["live"]]
    assert live["arn"] == listed["live_model"]
    mine = [m for m in listed["models"] if m["arn"] == income.output["model_package_arn"]]
    assert mine[0]["run"] == income.execution_name
    assert mine[0]["eval_metric_value"] == pytest.approx(income.output["metrics"]["roc_auc"])


def test_predict_and_batch_agree_row_by_row(terminal: Shell, income: Trained) -> None:
    asked = terminal.json("predict", "income", "small.csv", "--output", "answers.csv")
    assert asked["rows"] == ROWS
    batch = terminal.json("batch", "income", "small.csv", "--download", "results")
    assert batch["output"]["rows"] == ROWS
    (file,) = batch["files"]
    answers, results = _rows(terminal.folder / "answers.csv"), _rows(terminal.folder / file)
    assert [row["class"] for row in answers] == [row["class"] for row in results]
    for left, right in zip(answers, results, strict=True):
        assert float(left[">50K_proba"]) == pytest.approx(float(right[">50K_proba"]), abs=1e-9)


def test_predict_takes_a_file_that_lies_in_s3(
    terminal: Shell, income: Trained, example_uris: dict[str, dict[str, str]]
) -> None:
    uri = example_uris["income"]["test"]
    answer = terminal.run("predict", "income", uri, "--output", "from-s3.csv")
    assert answer.code == 0, answer.stderr
    assert "6,512 of 6,512 rows predicted" in answer.stderr
    assert len(_rows(terminal.folder / "from-s3.csv")) == 6512
    missing = terminal.run("predict", "income", f"{uri}.old.csv")
    assert missing.code == 2
    assert f"Object {uri}.old.csv not found" in missing.stderr


def test_the_endpoint_answers_the_request_that_its_schema_gives_as_an_example(
    account: Account, terminal: Shell, income: Trained
) -> None:
    described = terminal.json("schema", "income")
    answer = account.session.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="autogluon-sandbox-income",
        ContentType="application/json",
        Accept="application/json",
        Body=json.dumps(described["example"]),
    )
    (path,) = described["openapi"]["paths"].values()
    schema = path["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(json.loads(answer["Body"].read()), schema)


def test_evaluating_on_the_test_data_gives_the_training_runs_metrics(
    terminal: Shell, income: Trained, example_uris: dict[str, dict[str, str]]
) -> None:
    found = terminal.json("evaluate", "income", example_uris["income"]["test"])
    assert found["metrics"] == pytest.approx(income.output["metrics"], rel=1e-6)


@pytest.mark.parametrize("engine", ["transform", "bulk"])
def test_the_rows_of_a_batch_can_be_counted_in_its_log(
    account: Account, terminal: Shell, income: Trained, engine: str
) -> None:
    batch = terminal.json("batch", "income", "small.csv", "--engine", engine)["output"]
    assert batch["engine"] == engine
    log = BatchProgress(account.client("logs"), batch["job_name"])
    assert log.summary() == f"{ROWS} rows predicted"


def test_training_reports_models_while_they_are_trained_and_keeps_its_name(
    terminal: Shell, income: Trained
) -> None:
    options = ["--no-promote", "--name", "from-the-shell", "--test", "small.csv"]
    forest = "hyperparameters={XT: {n_estimators: 5}}"
    answer = terminal.run("train", "income", "small.csv", *options, "--fit", forest)
    assert answer.code == 0, answer.stderr
    assert re.search(
        r"training, \d models? trained, the last is \w+ with roc_auc 0\.", answer.stderr
    )
    assert "decision" in answer.stdout
    again = terminal.json("train", "income", "small.csv", *options, "--fit", forest)
    assert again["name"] == "from-the-shell"
    assert again["output"]["decision"] in ("Approved", "Rejected")


def test_pull_brings_a_predictor_that_holds_its_schema(terminal: Shell, income: Trained) -> None:
    pulled = terminal.json("pull", "income", "--run", income.execution_name, "--to", "mine")
    folder = Path(pulled["folder"])
    assert (folder / "predictor.pkl").exists()
    assert json.loads((folder / "feature_schema.json").read_text())["label"] == "class"
    assert pulled["framework_version"] == "1.6.3"
    assert terminal.json("pull", "income", "--run", income.execution_name, "--to", "mine") == pulled
    foreign = terminal.folder / "full" / folder.name / "notes.txt"
    foreign.parent.mkdir(parents=True)
    foreign.touch()
    again = terminal.run("pull", "income", "--to", "full")
    assert again.code == 2
    assert "not empty and holds notes.txt" in again.stderr


def test_a_person_decides_and_the_live_version_cannot_be_rejected(
    account: Account, deployment: Deployment, terminal: Shell, income: Trained
) -> None:
    live = live_model(account, deployment, "income").rpartition("/")[2]
    refused = terminal.run("reject", "income", live)
    assert refused.code == 2
    assert "in service" in refused.stderr
    decided = terminal.json("approve", "income", live, "--comment", "seen")
    assert (decided["status"], str(decided["version"])) == ("Approved", live)


def test_off_removes_the_endpoint_and_on_brings_the_same_model_back(
    account: Account, deployment: Deployment, terminal: Shell, income: Trained
) -> None:
    live = live_model(account, deployment, "income")
    name = deployment.endpoint_name("income")
    assert terminal.json("off", "income")["output"]["live_model"] == "none"
    assert name not in endpoint_names(account)
    refused = terminal.run("predict", "income", "small.csv")
    assert (refused.code, "agcdk on income" in refused.stderr) == (3, True)
    by_name = {row["predictor"]: row for row in terminal.json("endpoints")["endpoints"]}
    assert by_name["income"]["status"] == "off"

    version = live.rpartition("/")[2]
    assert terminal.json("on", "income", "--model", version)["output"]["live_model"] == live
    by_name = {row["predictor"]: row for row in terminal.json("endpoints")["endpoints"]}
    assert (by_name["income"]["status"], by_name["income"]["live_model"]) == ("InService", live)


def test_cost_prices_the_run_and_the_endpoint(terminal: Shell, income: Trained) -> None:
    found = terminal.json("cost", "income")
    (training,) = [job for job in found["jobs"] if job["name"] == income.execution_name]
    assert training["usd"] == pytest.approx(training["hours"] * 0.461, rel=0.2)
    assert found["endpoints_usd_per_hour"] > 0
    assert found["jobs_usd"] == pytest.approx(sum(job["usd"] for job in found["jobs"]))


def test_the_doctor_finds_a_healthy_environment_healthy_and_names_what_is_missing(
    terminal: Shell, income: Trained
) -> None:
    healthy = terminal.json("doctor")
    assert healthy["healthy"], healthy
    states = {check["subject"]: check["state"] for check in healthy["checks"]}
    for subject in ("settings", "CDK", "credentials", "bootstrap", "deployment", "stacks"):
        assert states[subject] == "ok"

    elsewhere = terminal.run("doctor", "--json", AWS_DEFAULT_REGION="eu-west-1")
    assert elsewhere.code == 1
    missing = {c["subject"]: c["fix"] for c in elsewhere.document["checks"] if c["fix"]}
    assert missing["bootstrap"].startswith("agcdk deploy --bootstrap")
    assert missing["deployment"].startswith("agcdk deploy")


def test_the_printed_policy_lets_a_person_use_the_commands(
    account: Account, terminal: Shell, income: Trained
) -> None:
    person = _person(account, terminal.run("doctor", "--policy").stdout, "agcdk-user")
    for arguments in (
        ["runs"],
        ["show", income.execution_name],
        ["logs", income.execution_name],
        ["models", "income"],
        ["endpoints"],
        ["cost"],
        ["predict", "income", "small.csv"],
        ["batch", "income", "small.csv"],
    ):
        answer = terminal.run(*arguments, **person)
        assert answer.code == 0, (arguments, answer.stderr)
    mistyped = terminal.run("show", "no-such-run", **person)
    assert "Run 'no-such-run' not found" in mistyped.stderr


def test_a_missing_permission_is_named(account: Account, terminal: Shell, income: Trained) -> None:
    nothing = {"Version": "2012-10-17", "Statement": [_allow("sts:GetCallerIdentity")]}
    person = _person(account, json.dumps(nothing), "agcdk-nobody")
    answer = terminal.run("runs", **person)
    assert answer.code == 4
    assert "The permission ssm:GetParameter" in answer.stderr
    assert "agcdk doctor --policy" in answer.stderr


def _allow(action: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": "*"}


def _person(account: Account, policy: str, name: str) -> dict[str, str]:
    iam = account.client("iam")
    iam.create_user(UserName=name)
    # A user's own policies end at 2,048 characters, which is not enough.
    arn = iam.create_policy(PolicyName=name, PolicyDocument=policy)["Policy"]["Arn"]
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_stop_ends_the_run_and_its_training_job(
    account: Account, terminal: Shell, income: Trained
) -> None:
    data = str(ROOT / "examples" / "income" / "train.csv")
    slow = "hyperparameters={GBM: {num_boost_round: 1000000, learning_rate: 0.00001}}"
    terminal.json("train", "income", data, "--name", "stopped", "--no-wait", "--fit", slow)

    def job() -> Any:
        run = terminal.json("show", "stopped")
        return run["job_name"] if run["job"] else None

    trains = until(job, 60, "the job of the run exists")
    # Before its script runs, a container's process 1 keeps the signal to itself, here as on AWS.
    until(
        lambda: "Beginning AutoGluon training" in terminal.run("logs", "stopped").stdout,
        120,
        "the script of the job trains",
    )

    job_name = terminal.json("stop", "stopped")["job_name"]

    assert job_name == trains
    sagemaker = account.client("sagemaker")

    def ending() -> Any:
        status = sagemaker.describe_training_job(TrainingJobName=job_name)["TrainingJobStatus"]
        return None if status in ("InProgress", "Stopping") else status

    assert until(ending, 60, "the job has ended") == "Stopped"
    assert terminal.json("show", "stopped")["status"] == "Stopped"


def test_the_report_is_brought_here(terminal: Shell, income: Trained) -> None:
    found = terminal.json("report", income.execution_name, "--output", "report.html", "--no-open")
    page = Path(found["report"]).read_text()
    assert page.lstrip().lower().startswith("<!doctype html")
    assert found["report_uri"] == income.output["report_uri"]


def test_the_report_is_opened_in_the_browser(terminal: Shell, income: Trained) -> None:
    browser = terminal.folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {terminal.folder}/opened\n')
    browser.chmod(0o755)
    answer = terminal.run("report", income.execution_name, BROWSER=f"{browser} %s")
    assert answer.code == 0, answer.stderr
    page = terminal.folder / f"{income.execution_name}.html"
    assert (terminal.folder / "opened").read_text().strip() == page.as_uri()
    assert answer.stdout == f"Opened {page}\n"
