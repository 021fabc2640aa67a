"""Errors are positive on every surface that people read, and AutoGluon's for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autogluon_client import TabularCloudPredictor
from autogluon_client.executions.job_progress import TrainingProgress
from autogluon_contracts.names import tuning_job_name
from autogluon_contracts.predictor_types import lower_is_better
from tests.fakes.account import FakeAws
from tests.fakes.logs import FakeLogs
from tests.fakes.sandbox import GROUP_ARN, LIVE_MODEL_PARAMETER, PACKAGE
from tests.unit.cli.terminal import Terminal

METRIC = "root_mean_squared_error"
BOARD = "model,score_test,score_val,fit_time\nLightGBM,-1.25,-1.5,1.5\nExtraTrees,-0.0,-2.5,2\n"
SCHEMA = {
    "version": 1,
    "label": "price",
    "problem_type": "regression",
    "classes": None,
    "features": [{"name": "age", "kind": "int", "dtype": "int64", "nullable": False}],
}


@pytest.fixture
def trained(folder: Path, aws: FakeAws) -> FakeAws:
    """Two training runs, a tuning run and a live version of a regression, by their errors."""
    aws.s3.put_object(Bucket="artifacts", Key="board.csv", Body=BOARD.encode())
    output: dict[str, Any] = {
        "decision": "Approved",
        "reason": "it is good",
        "best_model": "LightGBM",
        "eval_metric": METRIC,
        "evaluated_on": "test",
        "metrics": {METRIC: -1.25, "r2": -0.5},
        "leaderboard_uri": "s3://artifacts/board.csv",
        "model_package_arn": f"{GROUP_ARN}/3",
        "promotion": None,
    }
    for name in ("one", "two"):
        aws.states.add_run("train", name, output=json.dumps(output))
    aws.states.finish("train", output)
    search = aws.states.add_run("tune", "search", output=json.dumps(output))
    table = "trial,status,objective,started,ended,seconds,failure\none,Completed,-1.5,,,60.0,\n"
    job = tuning_job_name("income", search)
    aws.s3.objects[f"s3://artifacts/income/runs/{job}/report/trials.csv"] = table.encode()
    aws.sagemaker.add_package(3)
    metadata = {"eval_metric": METRIC, "eval_metric_value": "-1.25", "evaluated_on": "test"}
    aws.sagemaker.packages[3]["CustomerMetadataProperties"] = metadata
    aws.s3.objects["s3://artifacts/income/runs/job-3/report/feature_schema.json"] = json.dumps(
        SCHEMA
    ).encode()
    aws.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    aws.runtime.container = lambda *_: b'{"price": 11.25}\n{"price": 8.75}\n'
    (folder / "new.csv").write_text("age,price\n20,10\n45,10\n")
    return aws


@pytest.mark.parametrize(
    ("command", "reached"),
    [
        ("train income s3://data/a.csv", "1.25"),
        ("show one", "1.5"),
        ("leaderboard one", "2.5"),
        ("compare one two", "1.25"),
        ("models income", "1.25"),
        ("evaluate income new.csv", "1.25"),
        ("trials search", "1.5"),
    ],
)
def test_errors_are_positive_and_lower_is_better(
    terminal: Terminal, trained: FakeAws, command: str, reached: str
) -> None:
    code, out, err = terminal.run(*command.split())
    assert code == 0, err
    assert reached in out
    assert "lower" in out
    assert not {f"-{number}" for number in ("0", "1.25", "1.5", "2.5")} & set(out.split())
    programs = json.dumps(terminal.json(*command.split()))
    assert f"-{reached}" in programs, "programs get AutoGluon's sign"


def test_a_score_of_zero_is_shown(terminal: Terminal, trained: FakeAws) -> None:
    _, out, _ = terminal.run("compare", "one", "two")
    row = next(line for line in out.splitlines() if "score of ExtraTrees" in line)
    assert row.split()[3] == "0"


def test_scores_that_may_be_negative_keep_their_sign(terminal: Terminal, trained: FakeAws) -> None:
    _, out, _ = terminal.run("show", "one")
    assert "r2 -0.5" in out


def test_progress_names_the_metric() -> None:
    line = f"AGMETRIC model=XT val_score=-1.500000 fit_seconds=1.000000 eval_metric={METRIC}"
    logs = FakeLogs([{"logStreamName": "job/1", "timestamp": 1, "message": line}])
    assert TrainingProgress(logs, "job").summary() == (
        f"1 model trained, the last is XT with {METRIC} 1.5 (lower is better)"
    )


def test_a_predictor_in_python_says_what_it_is_and_no_score(trained: FakeAws) -> None:
    predictor = TabularCloudPredictor(predictor="income", session=trained)
    predictor.attach_job("one")
    assert repr(predictor) == (
        "TabularCloudPredictor(predictor='income', environment='sandbox', run='one')"
    )
    assert predictor.leaderboard()["score_test"].tolist() == [-1.25, 0.0]


@pytest.mark.parametrize(
    ("metric", "is_error"),
    [("rmse", True), ("log_loss", True), ("WQL", True), ("r2", False), ("accuracy", False)],
)
def test_errors_of_all_types_are_known(metric: str, is_error: bool) -> None:
    assert lower_is_better(metric) is is_error
