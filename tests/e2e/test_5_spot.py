"""Training on spot instances: interrupted, stopped and continued, and on demand in the end."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.support import advance_clock
from tests.integration.standalone import ROOT, StandaloneAws
from tests.waiting import until

ROWS = 1500
MODELS = ["LightGBM", "LightGBM_2", "RandomForest", "ExtraTrees", "XGBoost"]
# Before the first model, after each of three, and when the ensemble is made.
MOMENTS = ["Fitting on", *(f"model={name} " for name in MODELS[:3]), "model=WeightedEnsemble"]


def _interruption(run: str, line: str) -> dict[str, Any]:
    where = {"TrainingJobName": f"income-{run}-*"}
    at = "sagemaker:CreateTrainingJob"
    return {"at": at, "fault": "spot-interruption", "line": line, "times": 1, "where": where}


FAULTS = [
    _interruption("once", "model=RandomForest "),
    *(_interruption("five", line) for line in MOMENTS),
    {
        "at": "sagemaker:CreateTrainingJob",
        "fault": "capacity",
        "where": {"TrainingJobName": "income-onwards-*", "EnableManagedSpotTraining": "true"},
    },
]


@dataclass(frozen=True)
class Person:
    """A terminal, and the AWS behind it."""

    shell: Shell
    aws: StandaloneAws

    def train(self, run: str, *options: str) -> dict[str, Any]:
        """Train and return the run as `agcdk show` has it."""
        self.shell.json("train", "income", "train.csv", "--name", run, *options)
        found: dict[str, Any] = self.shell.json("show", run)
        return found

    def metrics(self, run: dict[str, Any]) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._read(run["output"]["metrics_uri"]))
        return document

    def leaderboard(self, run: dict[str, Any]) -> dict[str, str]:
        rows = csv.DictReader(io.StringIO(self._read(run["output"]["leaderboard_uri"])))
        return {row["model"]: row["score_val"] for row in rows}

    def log(self, job: str) -> list[str]:
        logs = self.aws.client("logs")
        found = logs.get_paginator("filter_log_events").paginate(
            logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=f"{job}/"
        )
        try:
            return [event["message"] for page in found for event in page["events"]]
        except logs.exceptions.ResourceNotFoundException:
            return []

    def _read(self, uri: str) -> str:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        body = self.aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return str(body.decode())


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    settings = (ROOT / "examples/training/spot.yaml").read_text()
    Path(folder, "config/dev.yaml").write_text(settings)
    lines = (ROOT / "examples/income/train.csv").read_text().splitlines(keepends=True)
    Path(folder, "train.csv").write_text("".join(lines[: ROWS + 1]))
    faults = folder / "faults.yaml"
    faults.write_text(json.dumps({"version": 1, "faults": FAULTS}))
    options = ("--fault", str(faults))
    with StandaloneAws(tmp_path_factory.mktemp("aws"), options=options) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        yield Person(shell, aws)


def _interruptions(run: dict[str, Any]) -> int:
    count: int = run["job"]["interruptions"]
    return count


def test_an_interrupted_job_goes_on_with_its_finished_models(person: Person) -> None:
    run = person.train("once")

    assert run["job"]["status"] == "Completed"
    assert _interruptions(run) == 1
    # The job is told to end when the third model is finished; a fast machine finishes the next one
    # in the same moment.
    taken = person.metrics(run)["checkpoint"]["models"]
    assert taken in (MODELS[:3], MODELS[:4])
    assert len(person.leaderboard(run)) == len(MODELS) + 1
    output = run["output"]
    assert output["spot"] is True
    assert output["billable_seconds"] < output["training_seconds"]
    shown = person.shell.run("show", "once").stdout
    assert "spot, interrupted 1 time)" in shown
    assert "% saved by spot instances" in shown


def test_a_stopped_run_is_continued_and_goes_on_demand_without_spot_instances(
    person: Person,
) -> None:
    started = person.shell.json("train", "income", "train.csv", "--name", "stopped", "--no-wait")
    job = person.shell.json("show", started["name"])["job_name"]
    until(
        lambda: any("AGMETRIC model=LightGBM_2 " in line for line in person.log(job)),
        300,
        "two models are finished",
    )
    person.shell.json("stop", "stopped")
    until(
        lambda: (
            person.aws.client("sagemaker").describe_training_job(TrainingJobName=job)[
                "TrainingJobStatus"
            ]
            == "Stopped"
        ),
        300,
        "the job has stopped",
    )

    onwards = ("train", "income", "train.csv", "--name", "onwards", "--continue", "stopped")
    person.shell.json(*onwards, "--no-wait")

    def is_waiting() -> bool:
        jobs = person.aws.client("sagemaker").list_training_jobs(NameContains="onwards")
        return bool(jobs["TrainingJobSummaries"])

    until(is_waiting, 300, "the job waits for spot instances")
    advance_clock(person.shell.environment, 14400)
    run = person.train("onwards", "--continue", "stopped")

    first, second = run["jobs"].values()
    assert (first["status"], first["spot"]) == ("Stopped", True)
    assert (second["status"], second["spot"]) == ("Completed", False)
    taken = person.metrics(run)["checkpoint"]
    assert taken["models"][:2] == MODELS[:2]
    refused = person.shell.run(
        "train", "income", "train.csv", "--name", "other", "--continue", "stopped",
        "--fit", "presets=medium_quality",
    )  # fmt: skip
    assert 'run "stopped" trained other models: fit_args changed' in refused.stderr


@pytest.mark.long
def test_a_job_killed_at_five_moments_ends_with_the_models_of_one_that_was_not(
    person: Person,
) -> None:
    undisturbed = person.train("never")
    killed = person.train("five")

    assert (_interruptions(undisturbed), _interruptions(killed)) == (0, len(MOMENTS))
    assert person.leaderboard(killed) == person.leaderboard(undisturbed)
    assert killed["output"]["metrics"] == undisturbed["output"]["metrics"]
    begun = [line for line in person.log(killed["job_name"]) if "Fitting model: " in line]
    taken = [line for line in person.log(killed["job_name"]) if "Taken from the checkpoint" in line]
    fitted = len([line for line in begun if "Weighted" not in line]) - len(taken)
    assert fitted <= len(MODELS) + len(MOMENTS)  # each interruption costs one model at most
