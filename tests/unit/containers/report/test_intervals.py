"""Bootstrap intervals: honest about luck, the same each time, and bounded."""

from __future__ import annotations

import numpy as np
import pytest
from autogluon.core.metrics import get_metric

from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows
from autogluon_jobs.tabular.report.intervals import bootstrap

ACCURACY = get_metric("accuracy", "binary")


def judged(rows: int, right: float = 0.8, seed: int = 0) -> JudgedRows:
    dice = np.random.default_rng(seed)
    truth = dice.integers(0, 2, rows)
    answers = np.where(dice.random(rows) < right, truth, 1 - truth)
    return JudgedRows(np.arange(rows), truth, answers, answers.astype(float))


def interval(rows: JudgedRows, **changes):
    score = rows.score(ACCURACY)
    found = bootstrap(rows, {"accuracy": ACCURACY}, {"accuracy": score}, seconds=60, **changes)
    return found.by_metric["accuracy"]


@pytest.mark.parametrize("rows", [500, 20_000])
def test_interval_is_as_wide_as_theory_says(rows):
    found = interval(judged(rows))
    theory = 2 * 1.96 * np.sqrt(0.8 * 0.2 / rows)
    assert found.low < found.score < found.high
    assert found.high - found.low == pytest.approx(theory, rel=0.35)


def test_interval_covers_the_truth_about_19_times_in_20():
    found = [interval(judged(300, seed=seed), resamples=60) for seed in range(40)]
    covered = sum(item.low <= 0.8 <= item.high for item in found)
    assert 34 <= covered <= 40


def test_interval_is_the_same_each_time():
    assert interval(judged(400)) == interval(judged(400))


def test_no_time_still_gives_enough_resamples_to_judge_by():
    rows = judged(400)
    found = bootstrap(rows, {"a": ACCURACY}, {"a": rows.score(ACCURACY)}, seconds=0)
    assert found.resamples == 50


def test_a_metric_that_is_mostly_undefined_gets_no_interval():
    area = get_metric("roc_auc", "binary")
    truth = np.array([1] + [0] * 3)
    rows = JudgedRows(np.arange(4), truth, truth, np.array([0.1, 0.2, 0.3, 0.4]))
    none = JudgedRows(np.arange(4), truth * 0, truth * 0, rows.probabilities)
    assert bootstrap(none, {"a": area}, {"a": 0.5}, seconds=1).by_metric == {}
