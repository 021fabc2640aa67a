"""Each preset as users write it: trained, gated, promoted, asked, batch-predicted and pulled."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.support import FULL_IMAGE_PYTHON, run_in_image
from tests.integration.standalone import ROOT, StandaloneAws

# It deploys an environment of its own, and bags neural networks.
pytestmark = pytest.mark.long

EXAMPLES = ROOT / "examples" / "presets"
LABEL = "class"
TRAIN_ROWS, TEST_ROWS = 600, 100
FAMILIES = {
    "LightGBM", "CatBoost", "XGBoost", "RandomForest", "ExtraTrees", "NeuralNetFastAI",
    "NeuralNetTorch",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A preset: what a run gets in place of the example's hours, and what it must have made."""

    preset: str
    seconds: int
    bagged: bool = False
    refitted: bool = False
    further: tuple[str, ...] = ()

    @property
    def predictor(self) -> str:
        return f"income-{self.preset}"


# Bags of three folds, one after the other, on two cores; all else is the preset's.
FOLDS = ("num_bag_folds=3", "ag_args_ensemble={fold_fitting_strategy: sequential_local}")
CASES = (
    Case("default", 240),
    Case("medium", 240),
    Case("good", 240, bagged=True, refitted=True, further=FOLDS),
    Case("high", 240, bagged=True, refitted=True, further=FOLDS),
    Case("best", 240, bagged=True, further=FOLDS),
)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A terminal in an environment with every example's predictor, and the image as on AWS."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    examples = [yaml.safe_load(path.read_text()) for path in EXAMPLES.glob("*.yaml")]
    together = {name: it for example in examples for name, it in example["predictors"].items()}
    assert set(together) == {case.predictor for case in CASES}
    settings = {**examples[0], "predictors": together}
    Path(folder, "config/dev.yaml").write_text(yaml.safe_dump(settings))
    for name, count in (("train", TRAIN_ROWS), ("test", TEST_ROWS)):
        lines = (ROOT / f"examples/income/{name}.csv").read_text().splitlines(keepends=True)
        Path(folder, f"{name}.csv").write_text("".join(lines[: count + 1]))
    image = ROOT / ".venv-image-full"
    with StandaloneAws(tmp_path_factory.mktemp("aws"), image_environment=image) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        yield shell


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.preset)
def test_a_preset_answers_alike_at_its_endpoint_in_batches_and_pulled(
    terminal: Shell, case: Case
) -> None:
    shown = _trained(terminal, case)
    output = shown["output"]
    assert output["decision"] == "Approved", output["reason"]
    trained = {row["model"] for row in shown["leaderboard"]}
    assert any("_BAG_L" in name for name in trained) == case.bagged, trained
    assert any(name.endswith("_FULL") for name in trained) == case.refitted, trained
    if not case.bagged:
        assert {name for name in FAMILIES if any(it.startswith(name) for it in trained)} == FAMILIES

    served = terminal.json("predict", case.predictor, "test.csv")["predictions"]
    assert len(served) == TEST_ROWS
    assert len({row[LABEL] for row in served}) == 2
    for engine in ("transform", "bulk"):
        _require_alike(_batch(terminal, case, engine), served)
    _require_alike(_pulled(terminal, case), served)


def _trained(terminal: Shell, case: Case) -> dict[str, Any]:
    """Train as the example says, within a test's time; return what the run shows."""
    name = f"with-{case.preset}"
    fit = [part for it in (f"time_limit={case.seconds}", *case.further) for part in ("--fit", it)]
    done = terminal.run(
        "train", case.predictor, "train.csv", "--test", "test.csv", "--name", name, *fit
    )
    assert done.code == 0, done.stderr
    found: dict[str, Any] = terminal.json("show", name)
    return found


def _batch(terminal: Shell, case: Case, engine: str) -> list[dict[str, str]]:
    name = f"{case.preset}-by-{engine}"
    options = ("--engine", engine, "--name", name, "--download", name)
    done = terminal.run("batch", case.predictor, "test.csv", *options)
    assert done.code == 0, done.stderr
    (file,) = (terminal.folder / name).rglob("*.csv")
    return list(csv.DictReader(io.StringIO(file.read_text())))


def _pulled(terminal: Shell, case: Case) -> list[dict[str, str]]:
    """What plain AutoGluon says, in a process of its own, from the pulled predictor."""
    pulled = terminal.json("pull", case.predictor, "--to", f"{case.preset}-local")
    folder = terminal.folder / pulled["folder"]
    result = terminal.folder / f"{case.preset}-local.csv"
    data = terminal.folder / "test.csv"
    paths = map(str, (folder, data, result))
    run_in_image("image_predict.py", *paths, python=FULL_IMAGE_PYTHON)
    return list(csv.DictReader(result.open()))


def _require_alike(rows: list[dict[str, str]], served: list[dict[str, Any]]) -> None:
    """Compare the answers, to what 32-bit networks keep of a number."""
    assert len(rows) == len(served)
    for row, expected in zip(rows, served, strict=True):
        scores = {name: float(value) for name, value in row.items() if name != LABEL}
        assert scores
        assert scores == pytest.approx({name: expected[name] for name in scores}, abs=1e-5)
        assert row.get(LABEL, expected[LABEL]) == expected[LABEL]
