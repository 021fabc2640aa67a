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
from tests.e2e.page_run import run_page, workspace
from tests.integration.standalone import ROOT, StandaloneAws

PAGE = "docs/how-to/bring-your-own.md"
EXAMPLE = ROOT / "examples" / "bring-your-own"
# The names of its roles are those of the recorded environment: docs/reference/iam-report.md.
SETTINGS = "config/sandbox.yaml"
ROWS = 200


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A terminal in an environment with the example's predictor, after the page's code ran."""
    folder = workspace(tmp_path_factory.mktemp("person"))
    Path(folder, SETTINGS).write_text((EXAMPLE / "bring-your-own.yaml").read_text())
    shutil.copytree(EXAMPLE / "src", folder / "config" / "src")
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        path = f"{ROOT}/.venv/bin:{ROOT}/node_modules/.bin:{os.environ['PATH']}"
        shell = standalone_shell(aws, folder, PATH=path)
        shell.json("deploy", "--bootstrap")
        run_page(PAGE, folder, shell.environment)
        yield shell


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_script_is_trained_judged_and_put_into_service(terminal: Shell) -> None:
    run: dict[str, Any] = terminal.json("show", "script-1")
    output = run["output"]
    assert output["decision"] == "Approved"
    assert output["metrics"]["accuracy"] > 0.8
    assert output["best_model"] == "train.py"
    assert len(output["artifact_sha256"]) == 64
    (version,) = terminal.json("models", "income")["models"]
    assert version["live"] is True


def test_its_endpoint_answers_by_the_script(terminal: Shell) -> None:
    served = _rows((terminal.folder / "answers.csv").read_text())
    assert [list(row) for row in served] == [["class", "probability"]] * ROWS
    known = _rows((terminal.folder / "rows.csv").read_text())
    right = [row["class"] == said["class"] for row, said in zip(known, served, strict=True)]
    assert sum(right) / ROWS > 0.8


def test_a_batch_has_the_same_answers(terminal: Shell) -> None:
    served = _rows((terminal.folder / "answers.csv").read_text())
    (file,) = (terminal.folder / "answers").rglob("*.csv")
    rows = _rows(file.read_text())
    assert [row["class"] for row in rows] == [row["class"] for row in served]
    assert [float(row["probability"]) for row in rows] == pytest.approx(
        [float(row["probability"]) for row in served]
    )


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            ("train", "income", "train.csv", "--fit", "max-leaf-nodes=many"),
            "invalid int value: 'many'",
        ),
        (("train", "income", "no-label.csv"), "no-label.csv"),
        (("batch", "income", "bare.csv"), "has no header, and the script gets the file as it is"),
        (("batch", "income", "rows.csv", "--engine", "bulk"), "does not predict script models"),
        (("tune", "income", "train.csv"), "has no tuning in its settings"),
    ],
)
def test_what_cannot_work_is_told_in_a_sentence(
    terminal: Shell, command: tuple[str, ...], sentence: str
) -> None:
    lines = (terminal.folder / "rows.csv").read_text().splitlines(keepends=True)
    (terminal.folder / "bare.csv").write_text("".join(lines[1:]))
    (terminal.folder / "no-label.csv").write_text("".join(lines).replace("class\n", "klass\n", 1))
    refused = terminal.run(*command)
    assert refused.code != 0
    assert sentence in refused.stderr


def test_it_is_taken_out_of_service_and_destroyed(terminal: Shell) -> None:
    assert terminal.run("off", "income").code == 0
    assert terminal.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert terminal.run("destroy", "--yes").code == 0
