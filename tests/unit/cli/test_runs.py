"""Listing, showing and stopping runs."""

from __future__ import annotations

import json

from tests.unit.cli.fakes import FakeAws, Terminal


def test_runs_of_all_kinds_are_listed_the_latest_first(terminal: Terminal, aws: FakeAws) -> None:
    aws.add_run("train", "one", minutes=1)
    aws.add_run("promote", "three", minutes=3)
    aws.add_run("batch_predict", "two", minutes=2, status="FAILED", error="E", cause="why")
    listed = terminal.json("runs")["runs"]
    assert [(run["name"], run["status"]) for run in listed] == [
        ("three", "Completed"),
        ("two", "Failed"),
        ("one", "Completed"),
    ]
    assert [run["name"] for run in terminal.json("runs", "--limit", "1")["runs"]] == ["three"]
    assert [run["name"] for run in terminal.json("runs", "--kind", "batch")["runs"]] == ["two"]


def test_runs_of_one_predictor_are_found_behind_those_of_others(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.add_run("train", "mine")
    for number in range(30):
        other = json.dumps({"predictor": "other"})
        aws.add_run("train", f"other-{number}", minutes=1 + number, input=other)
    listed = terminal.json("runs", "income", "--limit", "1")["runs"]
    assert [run["name"] for run in listed] == ["mine"]


def test_options_count_before_the_command_too(terminal: Terminal) -> None:
    code, out, _ = terminal.run("--json", "runs")
    assert code == 0
    assert json.loads(out) == {"environment": "sandbox", "runs": []}


def test_no_runs_say_how_to_start_one(terminal: Terminal) -> None:
    assert terminal.run("runs")[1].strip() == "No runs yet. Start one: agcdk train PREDICTOR FILE"


def test_a_failed_run_shows_its_cause(terminal: Terminal, aws: FakeAws) -> None:
    aws.add_run("train", "bad", status="FAILED", error="InvalidDataError", cause="no rows")
    code, out, _ = terminal.run("show", "bad")
    assert code == 0
    assert "InvalidDataError: no rows" in out


def test_a_running_run_is_stopped(terminal: Terminal, aws: FakeAws) -> None:
    arn = aws.add_run("train", "now", status="RUNNING")
    assert terminal.json("stop", "now")["status"] == "Stopped"
    assert aws.stopped == [arn]


def test_a_promotion_is_not_stopped_half_way(terminal: Terminal, aws: FakeAws) -> None:
    aws.add_run("promote", "now", status="RUNNING")
    code, _, err = terminal.run("stop", "now")
    assert code == 2
    assert "half-way" in err
    assert aws.stopped == []


def test_a_promotion_has_no_log_and_a_run_without_report_says_so(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.add_run("promote", "switch")
    assert terminal.run("logs", "switch")[0] == 3
    aws.add_run("train", "old", output=json.dumps({"report_uri": None}))
    code, _, err = terminal.run("report", "old")
    assert code == 3
    assert "has no report" in err
