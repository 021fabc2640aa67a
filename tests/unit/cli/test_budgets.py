"""What a run may cost, what a budget has left, and what runs and versions have cost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from autogluon_cli.framework.errors import ExitCode
from autogluon_contracts.names import job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import SPEC_PARAMETER, spec
from tests.unit.cli.terminal import Terminal
from tests.unit.cli.training_runs import add_training

RATE = "fit_args.hyperparameters.GBM.learning_rate"
TUNING = {
    "ranges": {RATE: {"type": "continuous", "min": 0.01, "max": 0.3}},
    "max_jobs": 12,
    "max_parallel_jobs": 3,
}
HOUR = 0.461  # USD of ml.m5.2xlarge; a job may take an hour


@pytest.fixture
def budget(aws: FakeAws) -> FakeAws:
    """A budget of 2 USD, of which one hour is used."""
    aws.ssm.values[SPEC_PARAMETER] = spec(tuning=TUNING, budget={"usd_per_month": 2})
    arn = aws.states.add_run("train", "now", startDate=datetime.now(UTC))
    aws.sagemaker.jobs[job_name("income", arn)] = _job(BillableTimeInSeconds=3600)
    earlier = aws.states.add_run("train", "earlier", startDate=datetime(2020, 1, 1, tzinfo=UTC))
    aws.sagemaker.jobs[job_name("income", earlier)] = _job(BillableTimeInSeconds=7200)
    return aws


def _job(**values: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": "j",
        "TrainingJobStatus": "Completed",
        "ResourceConfig": {"InstanceType": "ml.m5.2xlarge", "InstanceCount": 1},
        **values,
    }


def test_the_estimate_of_a_training_starts_nothing(terminal: Terminal, budget: FakeAws) -> None:
    before = terminal.json("runs")["runs"]

    code, out, _ = terminal.run("train", "income", "no-such-file.csv", "--estimate")

    assert code == 0
    assert terminal.json("runs")["runs"] == before
    assert out == (
        "The run may cost up to 0.46 USD: 1 job with 3,600 seconds in all, on 1 x ml.m5.2xlarge, "
        "by list prices of us-east-1, 2026-11.\n"
        f"Of the budget of 2.00 USD for {datetime.now(UTC):%B %Y}, 1.54 USD are left.\n"
    )


def test_the_estimate_of_a_search_counts_its_trials(terminal: Terminal, budget: FakeAws) -> None:
    told = terminal.json("tune", "income", "x.csv", "--estimate", "--max-jobs", "4")
    assert (told["jobs"], told["at_once"], told["seconds"]) == (4, 3, 4 * 3600)
    assert told["usd"] == pytest.approx(4 * HOUR)
    assert told["budget"]["left_usd"] == pytest.approx(2 - HOUR)
    _, out, _ = terminal.run("tune", "income", "x.csv", "--estimate")
    assert "12 jobs, 3 at a time, with 43,200 seconds in all" in out
    assert "It would be refused." in out


def test_options_of_the_run_count(terminal: Terminal, budget: FakeAws) -> None:
    told = terminal.json("train", "income", "x.csv", "--estimate", "--max-runtime", "1800")
    assert (told["seconds"], told["usd"]) == (1800, pytest.approx(HOUR / 2))


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("train income x.csv", 4),
        ("train income x.csv --instance-count 2", 2),
        ("train income x.csv --from live", 1),
        ("tune income x.csv --max-jobs 1", 1),
    ],
)
def test_the_instances_of_a_run_are_those_that_its_planner_counts(
    terminal: Terminal, aws: FakeAws, command: str, count: int
) -> None:
    training = {**spec()["training"], "instance_count": 4}
    aws.ssm.values[SPEC_PARAMETER] = spec(tuning=TUNING, training=training)

    told = terminal.json(*command.split(), "--estimate")

    assert (told["instance_count"], told["usd"]) == (count, pytest.approx(count * HOUR))


def test_without_a_budget_the_estimate_stands_alone(terminal: Terminal, aws: FakeAws) -> None:
    assert terminal.json("train", "income", "x.csv", "--estimate")["budget"] is None


def test_without_prices_there_is_no_estimate(terminal: Terminal, aws: FakeAws) -> None:
    training = {**spec()["training"], "prices": {"as_of": None, "usd_per_hour": {}}}
    aws.ssm.values[SPEC_PARAMETER] = spec(training=training)

    code, _, err = terminal.run("train", "income", "x.csv", "--estimate")

    assert code == ExitCode.USAGE_ERROR
    assert "was deployed by a release without prices" in err


def test_cost_tells_what_is_used_of_budgets(terminal: Terminal, budget: FakeAws) -> None:
    (use,) = terminal.json("cost")["budgets"]
    assert use == {
        "predictor": "income",
        "month": f"{datetime.now(UTC):%Y-%m}",
        "usd_per_month": 2,
        "used_usd": pytest.approx(HOUR),
        "left_usd": pytest.approx(2 - HOUR),
    }
    assert "Budgets of" in terminal.run("cost", "income")[1]


def test_a_job_that_runs_uses_the_most_that_it_may_cost(
    terminal: Terminal, budget: FakeAws
) -> None:
    arn = budget.states.add_run("train", "running", startDate=datetime.now(UTC))
    limit = {"MaxRuntimeInSeconds": 1800}
    budget.sagemaker.jobs[job_name("income", arn)] = _job(
        TrainingJobStatus="InProgress", StoppingCondition=limit
    )

    (use,) = terminal.json("cost")["budgets"]

    assert use["used_usd"] == pytest.approx(1.5 * HOUR)


def test_without_budgets_cost_does_not_speak_of_them(terminal: Terminal, aws: FakeAws) -> None:
    assert terminal.json("cost")["budgets"] == []
    assert "Budget" not in terminal.run("cost")[1]


def test_show_tells_what_a_run_has_cost(terminal: Terminal, budget: FakeAws) -> None:
    assert terminal.json("show", "earlier")["usd"] == pytest.approx(2 * HOUR)
    assert "0.9220 USD by list price" in terminal.run("show", "earlier")[1]


def test_runs_and_models_tell_costs_where_they_are_known(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1)
    add_training(aws, "monday")
    assert "USD" not in terminal.run("runs")[1]
    assert "USD" not in terminal.run("models", "income")[1]

    add_training(aws, "tuesday", usd=0.25)
    aws.sagemaker.packages[1]["CustomerMetadataProperties"]["usd"] = "0.25"

    assert "0.2500" in terminal.run("runs")[1]
    assert "0.2500" in terminal.run("models", "income")[1]
    (model,) = terminal.json("models", "income")["models"]
    assert model["usd"] == 0.25
