"""Training on two instances: folds on both, by Ray, without a shared file system."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.integration.standalone import ROOT, StandaloneAws
from tests.waiting import until

pytestmark = pytest.mark.long

ROWS = 1500
FOLDS = ["S1F1", "S1F2", "S1F3", "S1F4"]
HOSTS = ["algo-1", "algo-2"]
_FITTED = re.compile(r"^Fold (\S+) of LightGBM_BAG_L1 fitted on (\S+)$")


@dataclass(frozen=True)
class Person:
    """A terminal, and the AWS behind it."""

    shell: Shell
    aws: StandaloneAws

    def train(self, run: str, *options: str) -> dict[str, Any]:
        """Train and return the run as `agcdk show` has it."""
        self.shell.json("train", "income", "train.csv", "--name", run, *options)
        return self.shown(run)

    def shown(self, run: str) -> dict[str, Any]:
        found: dict[str, Any] = self.shell.json("show", run)
        return found

    def scores(self, run: dict[str, Any]) -> dict[str, float]:
        bucket, _, key = run["output"]["leaderboard_uri"].removeprefix("s3://").partition("/")
        body = self.aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        return {row["model"]: float(row["score_val"]) for row in csv.DictReader(io.StringIO(body))}

    def folds(self, run: dict[str, Any]) -> dict[str, list[str]]:
        """The folds by the host whose log names them."""
        found: dict[str, list[str]] = {}
        for host in HOSTS:
            lines = [match for each in self.log(run, host) if (match := _FITTED.match(each))]
            assert {match[2] for match in lines} <= {host}
            found[host] = sorted(match[1] for match in lines)
        return found

    def log(self, run: dict[str, Any], host: str) -> list[str]:
        logs = self.aws.client("logs")
        group = "/aws/sagemaker/TrainingJobs"
        streams = logs.describe_log_streams(
            logGroupName=group, logStreamNamePrefix=f"income-{run['name']}-"
        )["logStreams"]
        [stream] = [each for each in streams if f"/{host}-" in each["logStreamName"]]
        events = logs.filter_log_events(
            logGroupName=group, logStreamNames=[stream["logStreamName"]]
        )["events"]
        return [each["message"] for each in events]

    def fitting_raylet(self, host: str) -> psutil.Process | None:
        """The process of Ray on a host that fits a fold at this moment."""
        for process in psutil.Process(self.aws.process.pid).children(recursive=True):
            try:
                if process.cmdline()[:1] != ["ray::fit_fold"]:
                    continue
                raylet = process.parent()
                if raylet is not None and raylet.environ()["SM_CURRENT_HOST"] == host:
                    return raylet
            except psutil.Error:  # it has ended meanwhile
                continue
        return None


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    settings = (ROOT / "examples/training/distributed.yaml").read_text()
    Path(folder, "config/dev.yaml").write_text(settings)
    lines = (ROOT / "examples/income/train.csv").read_text().splitlines(keepends=True)
    Path(folder, "train.csv").write_text("".join(lines[: ROWS + 1]))
    image = ROOT / ".venv-image-full"
    with StandaloneAws(tmp_path_factory.mktemp("aws"), image_environment=image) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        yield Person(shell, aws)


@pytest.fixture(scope="module")
def on_two(person: Person) -> dict[str, Any]:
    return person.train("on-two")


def test_both_hosts_fit_folds_and_exchange_them_through_s3(
    person: Person, on_two: dict[str, Any]
) -> None:
    assert on_two["job"]["status"] == "Completed"
    assert on_two["job"]["instance_count"] == 2
    folds = person.folds(on_two)
    assert sorted(folds["algo-1"] + folds["algo-2"]) == FOLDS
    assert all(folds.values())
    bucket = on_two["output"]["artifact_uri"].removeprefix("s3://").partition("/")[0]
    exchanged = person.aws.client("s3").list_objects_v2(Bucket=bucket, Prefix="_folds/income/")
    keys = [each["Key"] for each in exchanged["Contents"]]
    assert {key.split("/")[-2] for key in keys} == set(folds["algo-2"])


def test_the_scores_are_those_of_one_host(person: Person, on_two: dict[str, Any]) -> None:
    on_one = person.train("on-one", "--instance-count", "1")

    assert on_one["job"]["instance_count"] == 1
    assert person.scores(on_two) == pytest.approx(person.scores(on_one), abs=0.01)


def test_a_worker_whose_ray_dies_delays_the_fit_and_does_not_fail_it(person: Person) -> None:
    person.shell.json("train", "income", "train.csv", "--name", "one-dies", "--no-wait")
    raylet = until(lambda: person.fitting_raylet("algo-2"), 300, "algo-2 fits a fold")
    raylet.kill()

    def ended() -> dict[str, Any] | None:
        run = person.shown("one-dies")
        return None if run["status"] == "InProgress" else run

    run = until(ended, 600, "the run has ended")

    assert run["job"]["status"] == "Completed"
    folds = person.folds(run)
    assert sorted({*folds["algo-1"], *folds["algo-2"]}) == FOLDS
    assert any("which joins again" in line for line in person.log(run, "algo-2"))


def test_a_stopped_run_leaves_no_job_behind(person: Person) -> None:
    person.shell.json("train", "income", "train.csv", "--name", "stopped", "--no-wait")

    def job() -> dict[str, Any] | None:
        found: dict[str, Any] | None = person.shown("stopped")["job"]
        return found

    until(job, 120, "the job runs")
    assert person.shell.run("stop", "stopped").code == 0

    until(lambda: (job() or {})["status"] == "Stopped", 180, "the job is stopped")
