"""A person's own scikit-learn script trains, is gated, promoted, answers and predicts batches."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.integration.standalone import ROOT, StandaloneAws

EXAMPLE = ROOT / "examples" / "bring-your-own"
ENVIRONMENT = "bring-your-own"
TRAIN_ROWS, NEW_ROWS = 3000, 400


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A terminal in a deployed environment with the example's predictor, and rows of income."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    shutil.copy(EXAMPLE / f"{ENVIRONMENT}.yaml", folder / "config")
    shutil.copytree(EXAMPLE / "src", folder / "config" / "src")
    for name, rows in (("train", TRAIN_ROWS), ("test", NEW_ROWS)):
        text = (ROOT / "examples" / "income" / f"{name}.csv").read_text()
        lines = text.splitlines(keepends=True)[: rows + 1]
        (folder / f"{name}.csv").write_text("".join(lines))
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        path = f"{ROOT}/.venv/bin:{ROOT}/node_modules/.bin:{os.environ['PATH']}"
        shell = standalone_shell(aws, folder, PATH=path, AUTOGLUON_ENVIRONMENT=ENVIRONMENT)
        shell.json("deploy", "--bootstrap")
        yield shell


@pytest.fixture(scope="module")
def trained(terminal: Shell) -> dict[str, Any]:
    answer: dict[str, Any] = terminal.json("train", "income", "train.csv", "--test", "test.csv")
    return answer


@pytest.fixture(scope="module")
def served(terminal: Shell, trained: dict[str, Any]) -> list[dict[str, Any]]:
    predictions: list[dict[str, Any]] = terminal.json("predict", "income", "test.csv")[
        "predictions"
    ]
    return predictions


def test_the_script_is_trained_judged_and_put_into_service(trained: dict[str, Any]) -> None:
    output = trained["output"]
    assert output["decision"] == "Approved"
    assert output["metrics"]["accuracy"] > 0.8
    assert output["best_model"] == "train.py"
    assert len(output["artifact_sha256"]) == 64


def test_its_endpoint_answers_by_the_script(
    trained: dict[str, Any], served: list[dict[str, Any]], terminal: Shell
) -> None:
    assert [list(row) for row in served] == [["class", "probability"]] * NEW_ROWS
    known = list(csv.DictReader(io.StringIO((terminal.folder / "test.csv").read_text())))
    right = [row["class"] == said["class"] for row, said in zip(known, served, strict=True)]
    assert sum(right) / NEW_ROWS == pytest.approx(
        trained["output"]["metrics"]["accuracy"], abs=1e-4
    )


def test_a_batch_has_the_same_answers(terminal: Shell, served: list[dict[str, Any]]) -> None:
    batch = terminal.json("batch", "income", "test.csv", "--download", "answers")
    assert batch["output"]["engine"] == "transform"
    assert batch["output"]["rows"] == NEW_ROWS
    (file,) = batch["files"]
    rows = list(csv.DictReader(io.StringIO((terminal.folder / file).read_text())))
    assert [row["class"] for row in rows] == [row["class"] for row in served]
    assert [float(row["probability"]) for row in rows] == pytest.approx(
        [row["probability"] for row in served]
    )


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            ("train", "income", "train.csv", "--fit-arg", "max-leaf-nodes=many"),
            "invalid int value: 'many'",
        ),
        (("train", "income", "no-label.csv"), 'Label column "class" not found'),
        (("batch", "income", "bare.csv"), "has no header, and the script gets the file as it is"),
        (("batch", "income", "test.csv", "--engine", "bulk"), "does not predict script models"),
        (("tune", "income", "train.csv"), "has no tuning in its settings"),
    ],
)
def test_what_cannot_work_is_told_in_a_sentence(
    terminal: Shell, trained: dict[str, Any], command: tuple[str, ...], sentence: str
) -> None:
    lines = (terminal.folder / "test.csv").read_text().splitlines(keepends=True)
    (terminal.folder / "bare.csv").write_text("".join(lines[1:]))
    (terminal.folder / "no-label.csv").write_text("".join(lines).replace("class", "klass", 1))
    refused = terminal.run(*command)
    assert refused.code != 0
    assert sentence in refused.stderr


def test_it_is_taken_out_of_service_and_destroyed(
    terminal: Shell, served: list[dict[str, Any]]
) -> None:
    assert terminal.run("off", "income", "--yes").code == 0
    assert terminal.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert terminal.run("destroy", "--yes").code == 0
