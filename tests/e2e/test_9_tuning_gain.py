"""What a search gains: better models in the same time, and fewer trials where one may stop early.

Run it with `-s` to see the numbers.
"""

from __future__ import annotations

import csv
import io
import json
import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_contracts import names
from autogluon_demo.cdk import ROOT
from tests.e2e.support import ENVIRONMENT, Account, Workflows, read_object

pytestmark = pytest.mark.long

SEEDS = (1, 2, 3)
TRIALS, AT_ONCE = 12, 3
ROWS = 6000
TIME_LIMIT = 20  # seconds of one trial; the default fit may take as long as all of them


@pytest.fixture(scope="module")
def data(account: Account, deployment: Deployment) -> dict[str, str]:
    uris = {}
    for part in ("train", "test"):
        lines = (ROOT / "examples/housing" / f"{part}.csv").read_text().splitlines()[: ROWS + 1]
        key = f"housing-gain/{part}.csv"
        account.client("s3").put_object(
            Bucket=deployment.data_bucket, Key=key, Body="\n".join(lines).encode()
        )
        uris[f"{part}_data"] = f"s3://{deployment.data_bucket}/{key}"
    return uris


@contextmanager
def _settings(account: Account, **tuning: Any) -> Iterator[None]:
    """Let the planner find other settings of the search, as if they had been deployed."""
    ssm, name = account.client("ssm"), names.spec_parameter(ENVIRONMENT, "housing")
    deployed = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    spec = json.loads(deployed)
    spec["tuning"] |= tuning
    ssm.put_parameter(Name=name, Value=json.dumps(spec), Overwrite=True)
    try:
        yield
    finally:
        ssm.put_parameter(Name=name, Value=deployed, Overwrite=True)


def _arguments(data: Mapping[str, str], time_limit: int, **gbm: Any) -> dict[str, Any]:
    return {
        **data,
        "predictor": "housing",
        "promote": False,
        "fit_args": {
            "time_limit": time_limit,
            "hyperparameters": {"GBM": gbm},
            "fit_weighted_ensemble": False,
        },
    }


@pytest.fixture(scope="module")
def searches(
    account: Account, workflows: Workflows, data: dict[str, str]
) -> dict[int, dict[str, Any]]:
    found = {}
    for seed in SEEDS:
        with _settings(account, random_seed=seed, max_jobs=TRIALS, max_parallel_jobs=AT_ONCE):
            run = workflows.run("tune", _arguments(data, TIME_LIMIT, seed=seed), f"gain-{seed}")
        found[seed] = run
    return found


def _trials(account: Account, run: Mapping[str, Any]) -> list[dict[str, str]]:
    table = read_object(account, run["tuning"]["trials_uri"]).decode()
    return list(csv.DictReader(io.StringIO(table)))


def _rmse(run: Mapping[str, Any]) -> float:
    return -float(run["metrics"]["root_mean_squared_error"])


def test_the_median_search_beats_the_median_default_fit_in_the_same_time(
    workflows: Workflows, data: dict[str, str], searches: dict[int, dict[str, Any]]
) -> None:
    tuned = [_rmse(run) for run in searches.values()]
    default = [
        _rmse(workflows.run("train", _arguments(data, TRIALS * TIME_LIMIT, seed=seed)))
        for seed in SEEDS
    ]

    print(f"RMSE of test rows: tuned {tuned}, default {default}")
    assert statistics.median(tuned) < statistics.median(default)


def test_three_trials_run_at_a_time(account: Account, searches: dict[int, dict[str, Any]]) -> None:
    for run in searches.values():
        trials = _trials(account, run)
        assert len({trial["trial"] for trial in trials}) == TRIALS
        at_once = [
            sum(other["started"] <= trial["started"] < other["ended"] for other in trials)
            for trial in trials
        ]
        print(f"{run['run']}: trials at a time {at_once}")
        assert max(at_once) == AT_ONCE


def test_a_search_ends_where_trials_do_not_improve(
    account: Account, workflows: Workflows, data: dict[str, str]
) -> None:
    with _settings(
        account, random_seed=SEEDS[0], max_jobs=TRIALS, max_parallel_jobs=AT_ONCE,
        max_jobs_not_improving=3,
    ):  # fmt: skip
        run = workflows.run("tune", _arguments(data, TIME_LIMIT, seed=SEEDS[0]), "gain-early")

    print(f"trials of a search that stops early: {run['tuning']['trials']} of {TRIALS}")
    assert run["tuning"]["trials"] < TRIALS


def test_a_warm_start_reaches_what_the_first_search_did_in_fewer_trials(
    account: Account,
    workflows: Workflows,
    data: dict[str, str],
    searches: dict[int, dict[str, Any]],
) -> None:
    first = _trials(account, searches[SEEDS[0]])
    # What the first search reached after two thirds of its trials.
    values = [float(trial["objective"]) for trial in first]
    target = max(values[: 2 * TRIALS // 3])
    needed = next(number for number, value in enumerate(values, 1) if value >= target)

    with _settings(
        account, random_seed=9, max_jobs=TRIALS, max_parallel_jobs=1, target_value=target
    ):
        run = workflows.run(
            "tune",
            {**_arguments(data, TIME_LIMIT, seed=SEEDS[0]), "warm_start": ["gain-1"]},
            "gain-warm",
        )

    print(f"trials to reach {target:.0f}: {needed} at first, {run['tuning']['trials']} warm")
    assert run["tuning"]["objective"] >= target
    assert run["tuning"]["trials"] < TRIALS
