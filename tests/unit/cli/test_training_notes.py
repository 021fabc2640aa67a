"""What a training run warns of reaches its reader: in `train`, `show`, `--json` and the log."""

from __future__ import annotations

import json

import pytest

from autogluon_contracts.names import job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import PACKAGE
from tests.unit.cli.terminal import Terminal

_NOTES = {
    "warnings": ["8 rows have no label and were left out."],
    "untrained": [
        {"model": "FASTAI", "error": "ImportError", "reason": "No module named 'fastai'"}
    ],
}
_OUTPUT = {
    "metrics_uri": "s3://artifacts/metrics.json",
    "report_uri": "s3://artifacts/report.html",
    "decision": "Rejected",
    "reason": "too low",
    "best_model": "GBM",
    "evaluated_on": "test",
    "metrics": {},
    "model_package_arn": PACKAGE,
    "promotion": None,
}


@pytest.fixture
def aws() -> FakeAws:
    found = FakeAws()
    found.s3.objects["s3://artifacts/metrics.json"] = json.dumps(_NOTES).encode()
    found.states.finish("train", _OUTPUT)
    return found


def test_train_prints_them_and_the_reports_command(terminal: Terminal) -> None:
    code, out, err = terminal.run("train", "income", "s3://data/train.csv", "--name", "monday")
    assert code == 0, err
    assert "Note: 8 rows have no label and were left out.\n" in out
    assert "Note: FASTAI was not trained: No module named 'fastai'\n" in out
    assert "Report: agcdk report monday\n" in out


def test_show_prints_them_and_programs_get_them(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("train", "monday", output=json.dumps(_OUTPUT))
    assert "Note: FASTAI was not trained" in terminal.run("show", "monday")[1]
    shown = terminal.json("show", "monday")
    assert shown["warnings"] == _NOTES["warnings"]
    assert shown["untrained_models"] == _NOTES["untrained"]


def test_a_run_whose_files_are_gone_is_shown_without(terminal: Terminal, aws: FakeAws) -> None:
    aws.s3.objects.clear()
    aws.states.add_run("train", "monday", output=json.dumps(_OUTPUT))
    assert terminal.json("show", "monday")["warnings"] == []


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ([], ["Training income (tabular), run x", "fitting"]),
        (["--tail", "1"], ["fitting"]),
        (["--all"], ["SM_HOSTS=[]", "Training income (tabular), run x", "fitting"]),
    ],
)
def test_the_platforms_lines_are_left_out_of_the_log(
    terminal: Terminal, aws: FakeAws, options: list[str], lines: list[str]
) -> None:
    _log(aws, "SM_HOSTS=[]", "Training income (tabular), run x", "fitting")
    assert terminal.run("logs", "monday", *options)[1].splitlines() == lines


def test_of_a_job_that_never_began_the_whole_log_is_printed(
    terminal: Terminal, aws: FakeAws
) -> None:
    _log(aws, "SM_HOSTS=[]", "cannot unpack code")
    out = terminal.run("logs", "monday")[1]
    assert out.splitlines() == ["SM_HOSTS=[]", "cannot unpack code"]


def _log(aws: FakeAws, *lines: str) -> None:
    arn = aws.states.add_run("train", "monday", output=json.dumps(_OUTPUT))
    stream = f"{job_name('income', arn)}/algo-1"
    aws.logs.events = [
        {"timestamp": at, "logStreamName": stream, "message": line} for at, line in enumerate(lines)
    ]
