"""A metric and a feature of one's own: trained with, judged, promoted, asked and pulled."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.integration.standalone import ROOT, StandaloneAws

# It deploys an environment of its own.
pytestmark = pytest.mark.long

EXAMPLE = ROOT / "examples" / "training"
ROWS = 100


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A terminal in an environment with the example's predictor, an endpoint beside it."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    settings = (EXAMPLE / "own-code.yaml").read_text()
    endpoint = "    endpoint: {instance_type: ml.m5.large}\n"
    Path(folder, "config/dev.yaml").write_text(settings + endpoint)
    shutil.copytree(EXAMPLE / "own", folder / "config" / "own")
    for name, count in (("train", 1500), ("test", ROWS)):
        lines = (ROOT / f"examples/income/{name}.csv").read_text().splitlines(keepends=True)
        Path(folder, f"{name}.csv").write_text("".join(lines[: count + 1]))
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        yield shell


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_example_is_trained_gated_and_answers_alike_everywhere(terminal: Shell) -> None:
    terminal.json("train", "income", "train.csv", "--test", "test.csv", "--name", "own-1")
    output: dict[str, Any] = terminal.json("show", "own-1")["output"]
    assert output["decision"] == "Approved"
    assert next(iter(output["metrics"])) == "profit"
    served = terminal.json("predict", "income", "test.csv")["predictions"]
    for engine in ("bulk", "transform"):
        name = f"by-{engine}"
        options = ("--engine", engine, "--name", name, "--download", name)
        done = terminal.run("batch", "income", "test.csv", *options)
        assert done.code == 0, done.stderr
        (file,) = (terminal.folder / name).rglob("*.csv")
        rows = _rows(file.read_text())
        assert [row["class"] for row in rows] == [row["class"] for row in served]
    pulled = terminal.run("pull", "income", "--run", "own-1", "--to", "local")
    assert pulled.code == 0, pulled.stderr
    own = terminal.folder / "local" / "AutoGluonModels" / "code" / "own"
    assert (own / "my_metrics.py").is_file()
    assert f"export PYTHONPATH={own}" in pulled.stdout
