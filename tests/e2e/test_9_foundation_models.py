"""Mirrored weights forecast without training: endpoint and batch answer with sockets blocked."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autogluon_demo.cdk import ROOT
from embedded_aws.iam.recording import RECORDING_VARIABLE
from scripts.iam_report.granted import listed
from scripts.iam_report.report import acknowledged
from tests.e2e.cli_support import Shell
from tests.e2e.page_run import run_page
from tests.fakes.hub import FakeHub, Repository
from tests.integration.standalone import StandaloneAws
from tests.waiting import until

# It deploys an environment of its own.
pytestmark = pytest.mark.long

PREDICTOR, STEPS, WEIGHTS = "economy", 4, "chronos-2-small"
REPOSITORY = "autogluon/chronos-2-small"
COLUMNS = ["item_id", "timestamp", "mean", "0.1", "0.5", "0.9"]
PAGE = "docs/how-to/foundation-models.md"
_IMAGE = ROOT / ".venv-image-full"
_STARTUP = "embedded/embedded_aws/sagemaker/container/image/startup"
_CHECKPOINTS = ROOT / "tests" / "unit" / "full_containers" / "tiny_foundation.py"
# What every process of the image imports first. Only a job with a network has keys of this AWS.
_NO_NETWORK = """
import os, socket

if "AWS_ENDPOINT_URL" not in os.environ:
    _connect = socket.socket.connect

    def _refuse(self, address, *more):
        if self.family == socket.AF_UNIX:
            return _connect(self, address, *more)
        with open({log!r}, "a") as log:
            log.write(f"{{address}}\\n")
        raise OSError(f"no network: {{address}}")

    socket.socket.connect = socket.socket.connect_ex = _refuse
    with open({blocked!r}, "a") as blocked:
        blocked.write("x")
"""


def _without_network(folder: Path, told: Path) -> Path:
    """The image's environment, where processes without keys of this AWS cannot connect.

    Args:
        told: where they write that they were blocked, and what they tried.
    """
    packages = next(_IMAGE.glob("lib/python*/site-packages"))
    own = folder / packages.relative_to(_IMAGE)
    own.mkdir(parents=True)
    (folder / "bin").mkdir()
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to((_IMAGE / "bin" / "python").resolve())
    shutil.copy(_IMAGE / "pyvenv.cfg", folder)
    (own / "image.pth").write_text(f"{packages}\nimport no_network\n")
    text = _NO_NETWORK.format(log=str(told / "tried.txt"), blocked=str(told / "blocked.txt"))
    (own / "no_network.py").write_text(text)
    return folder


@pytest.fixture(scope="module")
def told() -> Iterator[Path]:
    """A folder that containers share: what they write below /tmp is their own."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, told: Path) -> Path:
    return _without_network(tmp_path_factory.mktemp("image"), told)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeHub]:
    """A hub with a checkpoint of one layer under the name that AutoGluon asks for."""
    folder = tmp_path_factory.mktemp("checkpoints")
    subprocess.run(
        [_IMAGE / "bin" / "python", _CHECKPOINTS, folder, WEIGHTS],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / _STARTUP)},
    )
    repository = Repository.of(folder / WEIGHTS)
    repository.files |= {"README.md": b"# Tiny\n", "pytorch_model.bin": b"a pickle"}
    with FakeHub({REPOSITORY: repository}).serving() as serving:
        yield serving


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, image: Path) -> Iterator[StandaloneAws]:
    """An AWS that writes down, when it ends, which permission allowed which call."""
    folder = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RECORDING_VARIABLE, str(folder / "recordings"))
        with StandaloneAws(folder, image_environment=image) as running:
            yield running


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory, aws: StandaloneAws, hub: FakeHub) -> Shell:
    """A person's terminal beside that AWS; its settings name the hub of this machine."""
    folder = tmp_path_factory.mktemp("person")
    for name in (PREDICTOR, "zero-shot"):
        shutil.copytree(ROOT / "examples" / name, folder / "examples" / name)
    with (folder / "examples" / "zero-shot" / "sandbox.yaml").open("a") as settings:
        settings.write(f"weights:\n  hub: {hub.url}\n")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{ROOT / '.venv' / 'bin'}:{ROOT / 'node_modules' / '.bin'}:{inherited['PATH']}"
    own = {
        "AWS_ENDPOINT_URL_S3": aws.environment["AWS_ENDPOINT_URL"],
        "HOME": str(folder),
        "PATH": path,
    }
    return Shell(folder, inherited | aws.environment | own)


@pytest.fixture(scope="module")
def page(terminal: Shell) -> dict[str, Any]:
    """What the page of the docs leaves: mirrored weights, a model in service, a batch."""
    return run_page(PAGE, terminal.folder, terminal.environment)


def test_the_weights_are_mirrored_with_licence_commit_and_hashes(
    terminal: Shell, page: dict[str, Any], hub: FakeHub
) -> None:
    record = terminal.json("weights", "show", WEIGHTS)
    repository = hub.repositories[REPOSITORY]
    assert (record["repository"], record["license"]) == (REPOSITORY, "apache-2.0")
    assert record["revision"] == repository.commit
    assert set(record["files"]) == {"README.md", "config.json", "model.safetensors"}
    run = terminal.json("show", "first-weights")
    assert run["status"] == "Completed"
    assert record["execution"] == run["execution_arn"]
    (row,) = (r for r in terminal.json("weights", "list")["weights"] if r["name"] == WEIGHTS)
    assert row["revision"] == repository.commit


def test_nothing_is_fitted_and_the_version_is_in_service(
    terminal: Shell, page: dict[str, Any]
) -> None:
    output = terminal.json("show", "zero-shot")["output"]
    assert output["decision"] == "Approved", output["reason"]
    assert output["best_model"] == "Chronos2"
    assert output["evaluated_on"] == "test"


def test_endpoint_and_batch_answer_alike_with_sockets_blocked(
    terminal: Shell, page: dict[str, Any], told: Path
) -> None:
    answers = _rows((terminal.folder / "forecast.csv").read_text())
    assert [list(row) for row in answers] == [COLUMNS] * 5 * STEPS
    (file,) = (path for path in (terminal.folder / "results").rglob("*") if path.is_file())
    batch = _rows(file.read_text())
    assert [list(row) for row in batch] == [COLUMNS] * 5 * STEPS
    for row, answer in zip(batch, answers, strict=True):
        assert [row[name] for name in COLUMNS[:2]] == [answer[name] for name in COLUMNS[:2]]
        for name in COLUMNS[2:]:
            assert float(row[name]) == pytest.approx(float(answer[name]), rel=1e-5)
    # Training, endpoint and batch were blocked, and none of them tried to connect.
    assert len((told / "blocked.txt").read_text()) >= 3
    tried = told / "tried.txt"
    assert not tried.exists(), tried.read_text()


def test_plain_autogluon_forecasts_alike_from_the_pulled_artifact(
    terminal: Shell, page: dict[str, Any], image: Path
) -> None:
    (found,) = (terminal.folder / PREDICTOR).rglob("predictor.pkl")
    provenance = json.loads((found.parent / "weights.json").read_text())
    assert provenance[WEIGHTS]["license"] == "apache-2.0"
    asked = subprocess.run(
        [image / "bin" / "python", "-c", _ASK, str(found.parent)],
        cwd=terminal.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / _STARTUP), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    means = json.loads(asked.stdout.splitlines()[-1])
    answers = _rows((terminal.folder / "forecast.csv").read_text())
    assert means == pytest.approx([float(row["mean"]) for row in answers], rel=1e-5)


def test_a_run_without_its_weights_is_refused_in_a_sentence(
    terminal: Shell, page: dict[str, Any]
) -> None:
    train = ("train", PREDICTOR, "examples/economy/train.csv")
    refused = terminal.run(*train, "--fit", "presets=medium_quality")
    assert "'medium_quality' has Toto2, whose pretrained weights" in refused.stderr
    assert "[chronos-2-small, toto-2-4m]" in refused.stderr
    for words, sentence in (
        (("mitra-classifier", "--accept-license", "mit"), "autogluon/mitra-classifier has"),
        (("toto-2-4m", "--accept-license", "apache-2.0"), "no public repository Datadog/Toto-2.0"),
    ):
        answer = terminal.run("weights", "add", *words)
        assert answer.code != 0
        assert sentence in answer.stderr


def test_whoever_starts_the_workflow_a_set_is_mirrored_once(
    terminal: Shell, page: dict[str, Any], aws: StandaloneAws
) -> None:
    states = aws.client("stepfunctions")
    (machine,) = (
        each["stateMachineArn"]
        for each in states.list_state_machines()["stateMachines"]
        if each["name"].endswith("-mirror-weights")
    )
    given = json.dumps({"name": WEIGHTS, "license": "apache-2.0"})
    arn = states.start_execution(stateMachineArn=machine, name="again", input=given)["executionArn"]
    until(lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING", 60, "it ends")
    ended = states.describe_execution(executionArn=arn)
    assert ended["error"] == "InvalidInputError"
    assert f'the set "{WEIGHTS}" is mirrored already' in ended["cause"]


def test_a_model_outlives_the_set_that_it_came_from(terminal: Shell, page: dict[str, Any]) -> None:
    removed = terminal.json("weights", "remove", WEIGHTS, "--yes")
    assert removed["files"] == 3
    answer = terminal.run("predict", PREDICTOR, "examples/economy/next.csv", "--output", "2.csv")
    assert answer.code == 0, answer.stderr
    assert (terminal.folder / "2.csv").read_text() == (terminal.folder / "forecast.csv").read_text()
    refused = terminal.run("train", PREDICTOR, "examples/economy/train.csv")
    assert f'the set "{WEIGHTS}" is not mirrored in this environment' in refused.stderr
    assert f"agcdk weights add {WEIGHTS}" in refused.stderr


def test_every_permission_of_the_mirror_is_needed(page: dict[str, Any], aws: StandaloneAws) -> None:
    aws.process.send_signal(signal.SIGTERM)
    aws.process.wait(timeout=60)
    uses = [
        use
        for file in (aws.folder / "recordings").glob("*.json")
        for use in json.loads(file.read_text())
        if "-Mirror" in use["role"]
    ]
    documents = {use["role"]: use["documents"] for use in uses}
    assert len(documents) == 4, documents.keys()  # job, planner, summary, state machine
    for role, policies in documents.items():
        granted = {
            action
            for policy in policies
            for statement in listed(policy["Statement"])
            for action in listed(statement["Action"])
        }
        used = {use["action"] for use in uses if use["role"] == role}
        known = {action for each in acknowledged() for action in each.actions}
        assert granted - used - known - _WHEN_STOPPED == set(), role


_WHEN_STOPPED = {"sagemaker:StopProcessingJob"}
_ASK = """
import json, sys

import pandas as pd
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

rows = pd.read_csv("examples/economy/next.csv", parse_dates=["timestamp"])
past, future = (TimeSeriesDataFrame.from_data_frame(part) for part in
                (rows[rows["billions"].notna()], rows[rows["billions"].isna()]))
predictor = TimeSeriesPredictor.load(sys.argv[1], require_version_match=False)
forecast = predictor.predict(past, known_covariates=future[["election_year"]])
print(json.dumps(forecast["mean"].tolist()))
"""


def _rows(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))
