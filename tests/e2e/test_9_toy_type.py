"""A predictor type is folders: dropped into a checkout, it trains, serves and batch-predicts."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import random
import shutil
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from autogluon_demo.cdk import ROOT
from embedded_aws.credentials import ADMIN
from embedded_aws.runtime import DEFAULT_REGION
from tests.e2e.cli_support import Shell
from tests.free_port import free_port
from tests.waiting import until

# It deploys an environment of its own.
pytestmark = pytest.mark.long

TYPE, ENVIRONMENT, PREDICTOR = "meantype", "toy", "prices"
TOY = ROOT / "tests" / "toy_type"
PLACES = {
    "contracts": f"contracts/autogluon_contracts/predictor_types/{TYPE}",
    "lambdas": f"lambda/autogluon_lambdas/logic/{TYPE}",
    "containers": f"containers/autogluon_jobs/{TYPE}",
    "client": f"client/autogluon_client/predictors/{TYPE}",
}
# What a checkout has beside its files, and what all checkouts of this machine may share.
SHARED = (".venv", ".venv-image", "node_modules", ".cache")
PATHS = (".", "contracts", "constructs", "lambda", "containers", "client", "embedded", "demo")
SETTINGS = f"""
removal: destroy
predictors:
  {PREDICTOR}:
    type: {TYPE}
    init_args: {{label: Price, key: city}}
    fit_args: {{smoothing: 2}}
    framework_version: "1.6.3"
    training: {{instance_type: ml.m5.large, max_runtime_seconds: 1800}}
    quality_gate: {{metric: times_better, minimum: 3}}
    endpoint: {{instance_type: ml.m5.large}}
"""
SMOOTHING, TRAIN_ROWS, TEST_ROWS, NEW_ROWS = 2, 300, 60, 150
PRICES = {"Aarau": 100.0, "Bern": 250.0, "Chur": 700.0}
CLIENT = """
import json, sys
from autogluon_client import CloudPredictor
run, endpoint, data = sys.argv[1:]
predictor = CloudPredictor("meantype", predictor="prices", environment="toy", verbosity=0)
predictor.attach_job(run)
predictor.attach_endpoint(endpoint)
answers = {
    "leaderboard": list(predictor.leaderboard()["model"]),
    "served": list(predictor.predict_real_time(data)),
    "batch": list(predictor.predict(data)),
}
print(json.dumps(answers))
"""
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Checkout:
    """A copy of the checkout, and the digest of every file of it but the toy's."""

    folder: Path
    digests: dict[str, str]

    def digests_now(self) -> dict[str, str]:
        """Digest the same files again; one that is gone has none."""
        return _digests(self.folder, [path for path in self.digests if self._is_there(path)])

    def added(self) -> list[str]:
        """Return the files that are new and that git does not ignore, but for the toy's."""
        listed = _git_files(self.folder, "--others", "--exclude-standard")
        return [path for path in listed if path not in self.digests]

    def _is_there(self, path: str) -> bool:
        return (self.folder / path).is_file()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    folder = tmp_path_factory.mktemp("toy") / "checkout"
    files = [path for path in _git_files(ROOT) if (ROOT / path).is_file()]
    for path in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    (ROOT / ".cache").mkdir(exist_ok=True)
    for name in SHARED:
        (folder / name).symlink_to((ROOT / name).resolve(), target_is_directory=True)
    for part, place in PLACES.items():
        shutil.copytree(TOY / part, folder / place, ignore=shutil.ignore_patterns("__pycache__"))
    return Checkout(folder, _digests(folder, files))


@pytest.fixture(scope="module")
def terminal(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A person's terminal whose `agcdk` and AWS are the copy's own."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    (folder / "config" / f"{ENVIRONMENT}.yaml").write_text(SETTINGS)
    port = free_port()
    url = f"http://localhost:{port}"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = inherited | {
        # Before the installed packages, which are the original's.
        "PYTHONPATH": os.pathsep.join(str(checkout.folder / path) for path in PATHS),
        "AWS_ENDPOINT_URL": url,
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "AWS_REGION": DEFAULT_REGION,
        "AUTOGLUON_ENVIRONMENT": ENVIRONMENT,
        "HOME": str(folder),
        **ADMIN.as_environment(),
    }
    with (folder / "embedded-aws.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "embedded_aws", "--port", str(port)],
            cwd=checkout.folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: server.poll() is not None or _answers(port), 60, "it listens")
        assert server.poll() is None, (folder / "embedded-aws.log").read_text()
        yield Shell(folder, environment)
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture(scope="module")
def data(terminal: Shell) -> dict[str, Rows]:
    """What the person has: rows with prices, and rows without, of cities known and unknown."""
    generator = random.Random(9)
    tables = {name: _priced(generator, rows) for name, rows in _SIZES.items()}
    tables["new"] = [
        {"city": generator.choice([*PRICES, "Zug", ""]), "rooms": str(number)}
        for number in range(NEW_ROWS)
    ]
    for name, rows in tables.items():
        with (terminal.folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return tables


@pytest.fixture(scope="module")
def expected(data: dict[str, Rows]) -> list[float]:
    """The answer to each of the new rows, by the arithmetic that the type promises."""
    prices = defaultdict(list)
    for row in data["train"]:
        prices[row["city"]].append(float(row["Price"]))
    everything = [price for found in prices.values() for price in found]
    overall = sum(everything) / len(everything)
    means = {
        city: (sum(found) + SMOOTHING * overall) / (len(found) + SMOOTHING)
        for city, found in prices.items()
    }
    answers = [means.get(row["city"], overall) for row in data["new"]]
    assert len(set(answers)) == len(PRICES) + 1
    return answers


@pytest.fixture(scope="module")
def deployed(terminal: Shell) -> dict[str, Any]:
    deployment: dict[str, Any] = terminal.json("deploy", "--bootstrap")["deployment"]
    return deployment


@pytest.fixture(scope="module")
def trained(terminal: Shell, data: dict[str, Rows], deployed: dict[str, Any]) -> dict[str, Any]:
    run: dict[str, Any] = terminal.json("train", PREDICTOR, "train.csv", "--test", "test.csv")
    return run


def test_the_settings_of_the_type_are_checked_by_the_type(terminal: Shell) -> None:
    assert terminal.json("validate")["predictors"] == [PREDICTOR]
    wrong = SETTINGS.replace("smoothing", "smothing").replace("times_better", "r2")
    (terminal.folder / "config" / "wrong.yaml").write_text(wrong)
    refused = terminal.run("validate", "-e", "wrong")
    assert refused.code == 2
    assert 'fit_args.smothing: unknown argument (did you mean "smoothing"?)' in refused.stderr
    assert "allowed: mean_absolute_error, times_better" in refused.stderr


def test_the_planner_refuses_what_the_type_cannot_train_on(
    terminal: Shell, data: dict[str, Rows], deployed: dict[str, Any]
) -> None:
    refused = terminal.run("train", PREDICTOR, "train.csv")
    assert refused.code == 2
    assert "a mean predictor is judged on it" in refused.stderr


def test_it_is_trained_registered_and_promoted(terminal: Shell, trained: dict[str, Any]) -> None:
    output = trained["output"]
    assert output["decision"] == "Approved"
    assert output["metrics"]["times_better"] > 3
    assert output["metrics"]["mean_absolute_error"] < 0
    (version,) = terminal.json("models", PREDICTOR)["models"]
    assert version["arn"] == output["model_package_arn"]
    assert version["live"] is True


def test_its_endpoint_answers(
    terminal: Shell, trained: dict[str, Any], expected: list[float]
) -> None:
    runtime = boto3.client(
        "sagemaker-runtime",
        endpoint_url=terminal.environment["AWS_ENDPOINT_URL"],
        region_name=DEFAULT_REGION,
        aws_access_key_id=ADMIN.access_key_id,
        aws_secret_access_key=ADMIN.secret_access_key,
    )
    answer = runtime.invoke_endpoint(
        EndpointName=trained["output"]["promotion"]["endpoint_name"],
        ContentType="text/csv",
        Accept="application/json",
        Body=(terminal.folder / "new.csv").read_bytes(),
    )
    served = json.loads(answer["Body"].read())
    assert [list(row) for row in served] == [["Price"]] * NEW_ROWS
    assert [row["Price"] for row in served] == pytest.approx(expected, rel=1e-12)

    told = terminal.json("predict", PREDICTOR, "new.csv")
    assert told["predictions"] == served


@pytest.mark.parametrize("engine", ["transform", "bulk"])
def test_both_engines_predict_batches(
    terminal: Shell,
    data: dict[str, Rows],
    trained: dict[str, Any],
    expected: list[float],
    engine: str,
) -> None:
    batch = terminal.json(
        "batch", PREDICTOR, "new.csv", "--engine", engine, "--id-column", "rooms",
        "--download", engine,
    )  # fmt: skip
    assert batch["output"]["engine"] == engine
    assert batch["output"]["rows"] == NEW_ROWS
    (file,) = batch["files"]
    rows = list(csv.DictReader(io.StringIO((terminal.folder / file).read_text())))
    assert [row["rooms"] for row in rows] == [row["rooms"] for row in data["new"]]
    assert [float(row["Price"]) for row in rows] == pytest.approx(expected, rel=1e-12)


def test_the_python_client_drives_it(
    terminal: Shell, trained: dict[str, Any], expected: list[float]
) -> None:
    endpoint = trained["output"]["promotion"]["endpoint_name"]
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, trained["name"], endpoint, "new.csv"],
        cwd=terminal.folder,
        env=terminal.environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert answers["leaderboard"] == ["means"]
    assert answers["served"] == pytest.approx(expected, rel=1e-12)
    assert answers["batch"] == pytest.approx(expected, rel=1e-12)


def test_no_other_file_of_the_checkout_was_changed(
    checkout: Checkout, trained: dict[str, Any]
) -> None:
    assert len(checkout.digests) > 500
    assert checkout.digests_now() == checkout.digests
    subprocess.run(["git", "init", "--quiet"], cwd=checkout.folder, check=True)
    toys = tuple(f"{place}/" for place in PLACES.values())
    added = {path for path in checkout.added() if not path.startswith(toys)}
    assert added == set(SHARED)  # symbolic links, which .gitignore does not mean


_SIZES = {"train": TRAIN_ROWS, "test": TEST_ROWS}


def _priced(generator: random.Random, rows: int) -> Rows:
    cities = [generator.choice(list(PRICES)) for _ in range(rows)]
    return [
        {
            "city": city,
            "rooms": str(generator.randint(1, 6)),
            "Price": f"{PRICES[city] + generator.uniform(-20, 20):.2f}",
        }
        for city in cities
    ]


def _git_files(folder: Path, *options: str) -> list[str]:
    """Return the files that git tracks, or those that the options choose."""
    command = ["git", "ls-files", "-z", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return [path for path in done.stdout.decode().split("\0") if path]


def _digests(folder: Path, paths: Sequence[str]) -> dict[str, str]:
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in paths}


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
