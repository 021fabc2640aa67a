"""A search gains: with as many boosting rounds in all, the best of 12 trials beats a single fit.

Both sides are LightGBM by AutoGluon on the rows of housing's train.csv, judged on those of
test.csv, three seeds each. The single fit has AutoGluon's own values and may use the rounds of all
trials together; it ends early by AutoGluon's rule, as trials do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml

from tests.e2e.cli_support import Shell, standalone_shell
from tests.integration.standalone import ROOT, StandaloneAws

pytestmark = pytest.mark.long

SEEDS = (1, 2, 3)
TRIALS, AT_ONCE, ROUNDS = 12, 3, 500
GBM = "fit_args.hyperparameters.GBM"
RANGES = {
    f"{GBM}.learning_rate": {
        "type": "continuous", "min": 0.03, "max": 0.15, "scaling": "Logarithmic",
    },
    f"{GBM}.num_leaves": {"type": "integer", "min": 31, "max": 128, "scaling": "Logarithmic"},
    f"{GBM}.feature_fraction": {"type": "continuous", "min": 0.4, "max": 0.9},
    f"{GBM}.min_data_in_leaf": {
        "type": "integer", "min": 5, "max": 40, "scaling": "Logarithmic",
    },
}  # fmt: skip


def _predictor(seed: int, rounds: int, **gbm: Any) -> dict[str, Any]:
    return {
        "init_args": {
            "label": "Price",
            "problem_type": "regression",
            "eval_metric": "root_mean_squared_error",
        },
        "fit_args": {
            "hyperparameters": {"GBM": {"num_boost_round": rounds, "seed": seed, **gbm}},
            "fit_weighted_ensemble": False,
        },
        "training": {"instance_type": "ml.m5.2xlarge", "max_runtime_seconds": 1800},
    }


def _settings() -> dict[str, Any]:
    predictors = {}
    for seed in SEEDS:
        predictors[f"default-{seed}"] = _predictor(seed, TRIALS * ROUNDS)
        tuned = _predictor(seed, ROUNDS, bagging_fraction=0.9, bagging_freq=1)
        predictors[f"tuned-{seed}"] = {
            **tuned,
            "tuning": {
                "ranges": RANGES,
                "max_jobs": TRIALS,
                "max_parallel_jobs": AT_ONCE,
                "random_seed": seed,
            },
        }
    return {"removal": "destroy", "predictors": predictors}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    Path(folder, "config/dev.yaml").write_text(yaml.safe_dump(_settings()))
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        yield shell


def _test_rmse(shell: Shell, command: str, predictor: str) -> float:
    """Train or tune a predictor; its error on the rows of test.csv, in US dollars."""
    housing = ROOT / "examples" / "housing"
    data = [str(housing / "train.csv"), "--test", str(housing / "test.csv")]
    shell.json(command, predictor, *data, "--name", predictor)
    output = shell.json("show", predictor)["output"]
    bucket, _, key = output["metrics_uri"].removeprefix("s3://").partition("/")
    metrics = json.loads(shell.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    assert metrics["evaluated_on"] == "test"
    error: float = -metrics["metrics"]["root_mean_squared_error"]  # AutoGluon's sign
    return error


def test_the_best_of_twelve_trials_beats_a_fit_with_the_rounds_of_all(shell: Shell) -> None:
    with ThreadPoolExecutor(len(SEEDS)) as pool:
        default = list(pool.map(lambda s: _test_rmse(shell, "train", f"default-{s}"), SEEDS))
    # One search after the other, of which each has three jobs at a time.
    tuned = [_test_rmse(shell, "tune", f"tuned-{seed}") for seed in SEEDS]

    print(f"default {default}, tuned {tuned}")
    assert all(30_000 < error < 60_000 for error in default + tuned)
    assert median(tuned) < median(default)
