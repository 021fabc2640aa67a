"""`agcdk drift`: starts a run, or shows the last one; names columns to people and programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autogluon_contracts.documents.drift_report import DriftComparison, DriftReport
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import DEPLOYMENT_PARAMETER, LIVE_MODEL_PARAMETER, PACKAGE
from tests.unit.cli.terminal import Terminal

FOLDER = "s3://artifacts/income/drift/job/"


def report(**changes: Any) -> DriftReport:
    values: dict[str, Any] = {
        "predictor": "income",
        "job_name": "job",
        "model_package_arn": PACKAGE,
        "start": "2026-11-20T11:00:00Z",
        "end": "2026-11-20T12:00:00Z",
        "outcome": "compared",
        "requests": 40,
        "rows": 1300,
        "min_rows": 200,
        "false_alarm_rate": 0.01,
        "min_change": 0.02,
        "comparisons": (
            DriftComparison(
                part="feature",
                column="country",
                aspect="new values",
                change=0.1,
                p_value=0.0001,
                adjusted_p_value=0.001,
                drifted=True,
                sentence="10.0 % of the values are not in the training data: “Atlantis”",
                new_values=("Atlantis",),
            ),
        ),
        "notes": ("“joined” is not compared.",),
    }
    return DriftReport(**values | changes)


def store(aws: FakeAws, found: DriftReport) -> dict[str, Any]:
    """Keep a report as a job does; return the execution's output."""
    aws.s3.objects[f"{FOLDER}drift.json"] = found.to_text().encode()
    aws.s3.objects[f"{FOLDER}drift.html"] = b"<!doctype html>"
    return {
        "predictor": "income",
        "start": found.start,
        "end": found.end,
        "outcome": found.outcome,
        "drifted": len(found.drifted_columns),
        "drifted_columns": list(found.drifted_columns),
        "report_uri": f"{FOLDER}drift.json",
        "page_uri": f"{FOLDER}drift.html",
    }


def test_a_run_is_started_and_its_findings_are_shown(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.finish("drift", store(aws, report()))
    code, out, err = terminal.run("drift", "income", "--hours", "6")
    assert code == 0, err
    assert aws.states.only_input("drift") == {"predictor": "income", "period_hours": 6}
    assert "1 column drifted" in out
    assert "country" in out
    assert "“Atlantis”" in out
    assert "Note: “joined” is not compared." in out


def test_labels_are_uploaded(terminal: Terminal, aws: FakeAws, folder: Path) -> None:
    (folder / "labels.csv").write_text("inference_id,class\n1,yes\n")
    aws.states.finish("drift", store(aws, report()))
    assert terminal.run("drift", "income", "--labels", "labels.csv")[0] == 0
    given = aws.states.only_input("drift")
    assert given["labels"].startswith("s3://data/")
    assert given["labels"].endswith("/labels.csv")


def test_requests_get_the_ids_that_labels_name(terminal: Terminal, aws: FakeAws) -> None:
    aws.runtime.container = lambda *_: b'{"class": "a"}'
    aws.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    Path("row.csv").write_text("39\n")
    code, _, err = terminal.run("predict", "income", "row.csv", "--inference-id", "order-1001")
    assert code == 0, err
    assert aws.runtime.inference_ids == ["order-1001"]


def test_the_last_run_is_shown_without_another_one(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("drift", "early", output=json.dumps(store(aws, report())))
    found = terminal.json("drift", "income", "--last", "--output", "here.html")
    assert found["run"] == "early"
    assert found["report"]["comparisons"][0]["column"] == "country"
    assert Path(found["page"]).read_bytes() == b"<!doctype html>"
    assert len(aws.states.executions) == 1


def test_without_a_run_there_is_no_last_one(terminal: Terminal) -> None:
    code, _, err = terminal.run("drift", "income", "--last")
    assert code == 3
    assert "no completed drift run" in err
    assert "agcdk drift income" in err


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("too few rows", "too few rows"), ("compared", "nothing has drifted")],
)
def test_what_found_nothing_says_so(
    terminal: Terminal, aws: FakeAws, outcome: str, words: str
) -> None:
    aws.states.finish("drift", store(aws, report(outcome=outcome, comparisons=())))
    code, out, _ = terminal.run("drift", "income")
    assert code == 0
    assert words in out


def test_a_period_without_requests_has_no_page(terminal: Terminal, aws: FakeAws) -> None:
    found = {"start": "a", "end": "b", "outcome": "nothing captured", "drifted_columns": []}
    aws.states.finish("drift", found)
    code, out, _ = terminal.run("drift", "income", "--output", "here.html")
    assert code == 0
    assert "no captured requests" in out
    assert not Path("here.html").exists()


def test_the_last_run_takes_no_options_of_a_new_one(terminal: Terminal) -> None:
    code, _, err = terminal.run("drift", "income", "--last", "--hours", "3")
    assert code == 2
    assert "--last starts no run" in err


def test_an_environment_of_an_earlier_release_is_deployed_again(
    terminal: Terminal, aws: FakeAws
) -> None:
    deployed = dict(aws.ssm.values[DEPLOYMENT_PARAMETER])
    deployed["state_machines"] = {"train": deployed["state_machines"]["train"]}
    aws.ssm.values[DEPLOYMENT_PARAMETER] = deployed
    code, _, err = terminal.run("drift", "income")
    assert code == 3
    assert "agcdk deploy" in err
