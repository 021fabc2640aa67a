"""Comments and prices go from settings to the answers of an endpoint and a batch, and back."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from autogluon_demo.cdk import ROOT
from tests.e2e.cli_support import Shell
from tests.e2e.page_run import run_page
from tests.integration.standalone import StandaloneAws

PREDICTOR = "returns"
COLUMNS = ["returned", "no_proba", "yes_proba"]
PAGE = "docs/how-to/multimodal.md"
_IMAGE = ROOT / ".venv-image-full"
_STARTUP = "embedded/embedded_aws/sagemaker/container/image/startup"


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A person's terminal beside an AWS of its own, with a checkpoint of its own."""
    folder = tmp_path_factory.mktemp("person")
    shutil.copytree(ROOT / "examples" / PREDICTOR, folder / "examples" / PREDICTOR)
    script = ROOT / "tests" / "unit" / "full_containers" / "tiny_checkpoints.py"
    subprocess.run(
        [_IMAGE / "bin" / "python", script, folder / "checkpoints"],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / _STARTUP)},
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{ROOT / '.venv' / 'bin'}:{ROOT / 'node_modules' / '.bin'}:{inherited['PATH']}"
    with StandaloneAws(tmp_path_factory.mktemp("aws"), image_environment=_IMAGE) as aws:
        own = {
            "AWS_ENDPOINT_URL_S3": aws.environment["AWS_ENDPOINT_URL"],
            "HOME": str(folder),
            "PATH": path,
        }
        yield Shell(folder, inherited | aws.environment | own)


@pytest.fixture(scope="module")
def page(terminal: Shell) -> dict[str, Any]:
    """What the page of the docs leaves: a model in service, a batch, scores from Python."""
    return run_page(PAGE, terminal.folder, terminal.environment, "scores")


def test_a_model_is_trained_judged_and_put_into_service(
    terminal: Shell, page: dict[str, Any]
) -> None:
    trained = terminal.json("show", "first-texts")
    output = trained["output"]
    assert output["decision"] == "Approved", output["reason"]
    assert output["eval_metric"] == "roc_auc"
    assert {"accuracy", "log_loss", "f1"} <= set(output["metrics"])
    assert len(page["scores"]) == 120


def test_endpoint_and_batch_answer_each_row_alike(terminal: Shell, page: dict[str, Any]) -> None:
    answers = _rows((terminal.folder / "predictions.csv").read_text())
    assert [list(row) for row in answers] == [COLUMNS] * 12
    terminal.run("batch", PREDICTOR, "examples/returns/new.csv", "--id-column", "order",
                 "--name", "first-batch", "--download", "results")  # fmt: skip
    (file,) = (terminal.folder / "results").rglob("*.csv*")
    batch = _rows(file.read_text())
    assert [row["order"] for row in batch] == [f"A{1000 + at}" for at in range(12)]
    for row, expected in zip(batch, answers, strict=True):
        for name in COLUMNS[1:]:
            assert float(row[name]) == pytest.approx(float(expected[name]), abs=1e-5)


def test_wrong_runs_and_requests_are_refused_in_a_sentence(
    terminal: Shell, page: dict[str, Any]
) -> None:
    train = ("train", PREDICTOR, "examples/returns/train.csv")
    (terminal.folder / "other" / "big-bert").mkdir(parents=True)
    (terminal.folder / "other" / "big-bert" / "config.json").write_text("{}")
    for words, parts in (
        (train, ("input.weights: missing", "weights/tiny-bert")),
        ((*train, "--weights", "other"), ("tiny-bert/config.json not found", "big-bert")),
        ((*train, "--weights", "nowhere"), ("folder nowhere not found",)),
    ):
        refused = terminal.run(*words)
        assert refused.code != 0
        assert all(part in refused.stderr for part in parts), refused.stderr


def test_the_predictor_is_pulled_for_autogluon(terminal: Shell, page: dict[str, Any]) -> None:
    assert "MultiModalPredictor.load(" in page["printed"]
    (predictor,) = (terminal.folder / PREDICTOR).rglob("model.ckpt")
    assert predictor.is_file()


def _rows(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))
