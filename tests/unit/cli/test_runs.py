"""Listing, showing and stopping runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from autogluon_contracts.names import job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import STARTED
from tests.unit.cli.terminal import Terminal
from tests.unit.cli.training_runs import add_training


def test_runs_of_all_kinds_are_listed_the_latest_first(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("train", "one", minutes=1)
    aws.states.add_run("promote", "three", minutes=3)
    aws.states.add_run("batch_predict", "two", minutes=2, status="FAILED", error="E", cause="why")
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
    aws.states.add_run("train", "mine")
    for number in range(30):
        other = json.dumps({"predictor": "other"})
        aws.states.add_run("train", f"other-{number}", minutes=1 + number, input=other)
    listed = terminal.json("runs", "income", "--limit", "1")["runs"]
    assert [run["name"] for run in listed] == ["mine"]


def test_promotions_that_a_training_run_starts_are_listed_only_when_asked_for(
    terminal: Terminal, aws: FakeAws
) -> None:
    training = aws.states.add_run("train", "monday", minutes=1)
    nested = f"train-{job_name('income', training)}"
    aws.states.add_run("promote", nested, minutes=2)
    aws.states.add_run("promote", "train-like-name", minutes=3)
    listed = [run["name"] for run in terminal.json("runs")["runs"]]
    assert listed == ["train-like-name", "monday"]
    assert [
        run["name"] for run in terminal.json("runs", "--limit", "1", "--kind", "promote")["runs"]
    ] == ["train-like-name"]
    listed = [run["name"] for run in terminal.json("runs", "--all")["runs"]]
    assert listed == ["train-like-name", nested, "monday"]
    assert terminal.json("show", nested)["name"] == nested


def test_options_count_before_the_command_too(terminal: Terminal) -> None:
    code, out, _ = terminal.run("--json", "runs")
    assert code == 0
    assert json.loads(out) == {"environment": "sandbox", "runs": []}


def test_no_runs_say_how_to_start_one(terminal: Terminal) -> None:
    assert terminal.run("runs")[1].strip() == "No runs yet. Start one: agcdk train PREDICTOR FILE"


def test_a_failed_run_shows_its_cause(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("train", "bad", status="FAILED", error="InvalidDataError", cause="no rows")
    code, out, _ = terminal.run("show", "bad")
    assert code == 0
    assert "InvalidDataError: no rows" in out


def _shared_out(aws: FakeAws) -> list[str]:
    """A batch of three jobs, of which the last has not started; the names of the first two."""
    arn = aws.states.add_run("batch_predict", "many", status="RUNNING")
    batch = job_name("income", arn)
    names = [f"{batch}-{number:04}" for number in (1, 2, 3)]
    listed = json.dumps([{"ProcessingJobName": name} for name in names]).encode()
    aws.s3.objects[f"s3://artifacts/income/batches/{batch}/config/{batch}/groups.json"] = listed
    cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 2}
    for name, status in zip(names, ("Completed", "InProgress"), strict=False):
        aws.sagemaker.jobs[name] = {
            "ProcessingJobName": name,
            "ProcessingJobStatus": status,
            "ProcessingResources": {"ClusterConfig": cluster},
            "ProcessingStartTime": datetime.now(UTC) - timedelta(hours=1),
            "ProcessingEndTime": datetime.now(UTC),
        }
    return names[:2]


def test_all_jobs_of_a_batch_that_was_shared_out_are_shown(
    terminal: Terminal, aws: FakeAws
) -> None:
    first, second = _shared_out(aws)

    _, out, _ = terminal.run("show", "many")
    assert f"{first} (2 x ml.m5.large) Completed" in out
    assert f"{second} (2 x ml.m5.large) InProgress" in out
    jobs = terminal.json("show", "many")["jobs"]
    assert {name: job["status"] for name, job in jobs.items()} == {
        first: "Completed",
        second: "InProgress",
    }


def test_all_jobs_of_a_batch_that_was_shared_out_have_their_cost(
    terminal: Terminal, aws: FakeAws
) -> None:
    _shared_out(aws)
    next(iter(aws.states.executions.values()))["startDate"] = datetime.now(UTC)

    assert len(terminal.json("cost")["jobs"]) == 2


def test_a_running_run_is_stopped(terminal: Terminal, aws: FakeAws) -> None:
    arn = aws.states.add_run("train", "now", status="RUNNING")
    assert terminal.json("stop", "now")["status"] == "Stopped"
    assert aws.states.stopped == [arn]


def test_a_promotion_is_not_stopped_half_way(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("promote", "now", status="RUNNING")
    code, _, err = terminal.run("stop", "now")
    assert code == 2
    assert "half-way" in err
    assert aws.states.stopped == []


def _line(text: str, seconds: float) -> dict[str, Any]:
    """A line that a container logged some seconds after the first run's start."""
    at = int((STARTED.timestamp() + seconds) * 1000)
    return {"timestamp": at, "message": text, "logStreamName": "AllTraffic/i-1"}


def test_the_log_of_a_promotion_is_what_its_endpoint_logged_meanwhile(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.states.add_run("promote", "switch")
    assert terminal.run("logs", "switch")[0] == 3
    aws.logs.events = [_line("before", -60), _line("boom", 1), _line("much later", 9999)]
    assert terminal.run("logs", "switch")[1] == "boom\n"
    assert set(aws.logs.asked) == {"/aws/sagemaker/Endpoints/autogluon-sandbox-income"}


def test_the_last_lines_of_an_endpoint(
    terminal: Terminal, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", STARTED.timestamp)
    code, _, err = terminal.run("logs", "--endpoint", "income")
    assert (code, "nothing in the last hour" in err) == (3, True)
    aws.logs.events = [_line("yesterday", -86400), *(_line(str(n), n) for n in range(5))]
    assert terminal.run("logs", "--endpoint", "income")[1].split() == ["0", "1", "2", "3", "4"]
    assert terminal.run("logs", "--endpoint", "income", "--tail", "2")[1].split() == ["3", "4"]


@pytest.mark.parametrize("words", [[], ["switch", "--endpoint", "income"]])
def test_a_log_is_of_a_run_or_of_an_endpoint(terminal: Terminal, words: list[str]) -> None:
    code, _, err = terminal.run("logs", *words)
    assert code == 2
    assert "of a RUN or of an --endpoint" in err


def test_a_promotion_that_fails_shows_what_the_containers_logged_last(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.sagemaker.add_package(1)
    aws.states.finish("promote", ("PromotionError", "The endpoint was rolled back."))
    aws.logs.events = [_line(f"line {n}", n) for n in range(20)]
    code, _, err = terminal.run("on", "income")
    assert code == 1
    shown = err.splitlines()
    assert "The containers' last lines:" in shown
    assert [line.strip() for line in shown if line.startswith("  line")] == [
        f"line {n}" for n in range(10, 20)
    ]
    assert err.rstrip().splitlines()[-1].startswith("Next:  agcdk logs on-")


def test_a_run_without_report_says_so(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("train", "old", output=json.dumps({"report_uri": None}))
    code, _, err = terminal.run("report", "old")
    assert code == 3
    assert "has no report" in err


def test_the_models_of_a_run_are_listed(terminal: Terminal, aws: FakeAws) -> None:
    add_training(aws, "one", 0.9)
    board = terminal.json("leaderboard", "one")["leaderboard"]
    assert board[0] == {"model": "LightGBM", "score_test": 0.93, "fit_time": 1.5}
    _, out, _ = terminal.run("leaderboard", "one")
    assert "ExtraTrees" in out


def test_runs_are_compared_by_what_differs(terminal: Terminal, aws: FakeAws) -> None:
    add_training(aws, "one", 0.9)
    add_training(aws, "two", 0.8, fit_args={"time_limit": 9})
    first, second = terminal.json("compare", "one", "two", "one")["runs"]
    assert (first["accuracy"], second["accuracy"]) == (0.9, 0.8)
    assert second["input fit_args"] == {"time_limit": 9}
    assert "input train_data" not in first
    assert first["score of ExtraTrees"] == 0.91
    _, out, _ = terminal.run("compare", "one", "two")
    assert "one" in out
    assert "0.8" in out


def test_a_promotion_trains_no_models(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("promote", "switch")
    code, _, err = terminal.run("compare", "switch")
    assert code == 3
    assert "is a promotion, which trains no models" in err


def test_errors_are_positive_and_locations_are_left_to_json(
    terminal: Terminal, aws: FakeAws
) -> None:
    output = {
        "metrics": {"root_mean_squared_error": -1.5, "r2": 0.4},
        "evaluated_on": "test",
        "report_uri": "s3://artifacts/report.html",
    }
    aws.states.add_run("train", "small", output=json.dumps(output))
    _, out, _ = terminal.run("show", "small")
    assert "root_mean_squared_error 1.5 (lower is better)" in out
    assert "r2 0.4\n" in out
    assert "evaluated on" in out
    assert "s3://artifacts" not in out
    assert "Locations: agcdk show small --json" in out


def test_compared_errors_are_positive_too(terminal: Terminal, aws: FakeAws) -> None:
    for name, error in (("one", -1.5), ("two", -2.5)):
        output = {"metrics": {"root_mean_squared_error": error}}
        aws.states.add_run("train", name, output=json.dumps(output))
    _, out, _ = terminal.run("compare", "one", "two")
    assert "1.5 (lower is better)" in out
    assert "-1.5" not in out
    (first, _) = terminal.json("compare", "one", "two")["runs"]
    assert first["root_mean_squared_error"] == -1.5, "programs get AutoGluon's sign"


def test_a_run_of_a_predictor_that_is_gone_is_shown(terminal: Terminal, aws: FakeAws) -> None:
    output = json.dumps({"metrics": {"root_mean_squared_error": -1.5}})
    aws.states.add_run("train", "old", input='{"predictor": "gone"}', output=output)
    code, out, err = terminal.run("show", "old")
    assert (code, err) == (0, "")
    assert "root_mean_squared_error 1.5 (lower is better)" in out
