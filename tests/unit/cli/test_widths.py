"""Tables at 80 and at 120 columns: no name that people copy is broken, and no line is too wide."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import autogluon_cli
from autogluon_cli.terminal import output
from autogluon_contracts.names import job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import GROUP_ARN
from tests.unit.cli.terminal import Terminal

LIVE = "/autogluon/sandbox/predictors/income/live-model"
RUN = "weekly-retraining-of-november-with-all-regions"
MODEL = "WeightedEnsemble_L3_FULL"
METRIC = "root_mean_squared_error"


@pytest.fixture(params=[80, 120])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(output, "_PIPE_WIDTH", request.param)
    columns: int = request.param
    return columns


@pytest.fixture
def names(aws: FakeAws) -> set[str]:
    """Long names of everything that the commands list."""
    training = aws.states.add_run("train", RUN)
    aws.states.add_run("batch_predict", f"{RUN}-batch", status="FAILED", error="E", cause="why")
    for number in (1, 2):
        aws.sagemaker.add_package(number)
        aws.sagemaker.packages[number]["CustomerMetadataProperties"] = {
            "run": job_name("income", training),
            "execution": training,
            "best_model": MODEL,
            "eval_metric": METRIC,
            "eval_metric_value": "-2.9940123456789",
        }
    aws.ssm.values[LIVE] = f"{GROUP_ARN}/2"
    return {RUN, f"{RUN}-batch", MODEL, METRIC, "autogluon-sandbox-income"}


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("models income", {RUN, MODEL, METRIC}),
        ("runs", {RUN, f"{RUN}-batch"}),
        ("endpoints", {"autogluon-sandbox-income"}),
    ],
)
def test_names_stay_whole(
    terminal: Terminal, names: set[str], width: int, command: str, shown: set[str]
) -> None:
    assert shown <= names
    code, out, err = terminal.run(*command.split())
    assert code == 0, err
    lines = out.splitlines()
    for name in shown:
        assert any(name in line.split() for line in lines), out
    assert max(len(line) for line in lines) <= width


def test_all_tables_are_printed_by_the_one_function_that_keeps_names_whole() -> None:
    folder = Path(autogluon_cli.__file__).parent
    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "rich.table"
    }
    assert found == {"terminal/output.py"}
