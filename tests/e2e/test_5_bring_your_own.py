"""A person's own scikit-learn script trains, is gated, promoted, answers and predicts batches."""

from __future__ import annotations

import csv
import io
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
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/prices:7"
PRICES = f"""\
  prices:
    type: script
    init_args: {{label: Price, problem_type: regression}}
    fit_args: {{label: Price, factor: 2}}
    image_uri: {IMAGE}
    script: {{metrics: {{mean: "mean=([0-9.]+)"}}}}
    training: {{instance_type: ml.m5.large, max_runtime_seconds: 1800}}
    quality_gate: {{metric: mean, minimum: 1}}
    endpoint: {{instance_type: ml.m5.large}}
"""


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A terminal in an environment with the example's predictor, after the page's code ran."""
    folder = workspace(tmp_path_factory.mktemp("person"))
    Path(folder, SETTINGS).write_text((EXAMPLE / "bring-your-own.yaml").read_text() + PRICES)
    shutil.copytree(EXAMPLE / "src", folder / "config" / "src")
    options = ("--image", f"{IMAGE}={ROOT / 'tests' / 'own_image'}")
    with StandaloneAws(tmp_path_factory.mktemp("aws"), options=options) as aws:
        shell = standalone_shell(aws, folder)
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
    live = {each["version"]: each["live"] for each in terminal.json("models", "income")["models"]}
    assert live == {1: True, 2: False}  # the page registers the artifact again


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


def test_an_artifact_from_elsewhere_is_registered_through_the_same_gate(terminal: Shell) -> None:
    served = _rows((terminal.folder / "answers.csv").read_text())
    (terminal.folder / "metrics.json").write_text('{"accuracy": 0.85}')
    artifact = terminal.json("show", "script-1")["output"]["artifact_uri"]
    given = ("--schema", "train.csv", "--metrics", "metrics.json", "--on")
    put_on = terminal.run("register", "income", artifact, *given)
    assert put_on.code == 0, put_on.stderr
    versions = {each["version"]: each for each in terminal.json("models", "income")["models"]}
    assert versions[2]["live"] is True
    assert versions[2]["registered_from"] == artifact
    assert versions[2]["eval_metric_value"] == 0.85
    again = terminal.json("predict", "income", "rows.csv")["predictions"]
    assert [row["class"] for row in again] == [row["class"] for row in served]

    (terminal.folder / "metrics.json").write_text('{"accuracy": 0.5}')
    # The same artifact is a version already, whatever is said of it now.
    found = terminal.json("register", "income", artifact, *given[:4])
    assert (found["version"], found["was_here"]) == (2, True)


def test_an_image_of_ones_own_trains_and_serves(terminal: Shell) -> None:
    lines = (ROOT / "examples" / "housing" / "test.csv").read_text().splitlines(keepends=True)
    (terminal.folder / "houses.csv").write_text("".join(lines[: ROWS + 1]))
    known = _rows((terminal.folder / "houses.csv").read_text())
    mean = 2 * sum(float(row["Price"]) for row in known) / ROWS
    output = terminal.json("train", "prices", "houses.csv")["output"]
    assert output["decision"] == "Approved"
    assert output["metrics"]["mean"] == pytest.approx(mean)
    answers = terminal.json("predict", "prices", "houses.csv")["predictions"]
    assert [row["Price"] for row in answers] == pytest.approx([mean] * ROWS)
    failed = terminal.run("train", "prices", "houses.csv", "--fit", "factor=many")
    assert failed.code == 1
    assert "could not convert string to float" in failed.stderr


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
        (("tune", "income", "train.csv"), "has no tuning in its deployed settings"),
        (("register", "income", "rows.csv"), "not a valid tar.gz archive"),
        (("register", "income", "absent.tar.gz"), "absent.tar.gz is not a file"),
    ],
)
def test_what_cannot_work_is_told_in_a_sentence(
    terminal: Shell, command: tuple[str, ...], sentence: str
) -> None:
    lines = (terminal.folder / "rows.csv").read_text().splitlines(keepends=True)
    bare = "".join(line.rpartition(",")[0] + "\n" for line in lines[1:])
    (terminal.folder / "bare.csv").write_text(bare)
    (terminal.folder / "no-label.csv").write_text("".join(lines).replace("class\n", "klass\n", 1))
    refused = terminal.run(*command)
    assert refused.code != 0
    assert sentence in refused.stderr


def test_it_is_taken_out_of_service_and_destroyed(terminal: Shell) -> None:
    assert terminal.run("off", "income").code == 0
    assert terminal.run("off", "prices").code == 0
    assert terminal.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert terminal.run("destroy", "--yes").code == 0
