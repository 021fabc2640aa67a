"""Bootstrap confidence intervals of scores in bounded time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows

CONFIDENCE = 0.95
_RESAMPLES = 100
_FEWEST_RESAMPLES = 50
_MOST_ROWS = 4000
_SEED = 0


@dataclass(frozen=True)
class Interval:
    """The score and the bounds that contain it in 95 % of resamples of its rows."""

    score: float
    low: float
    high: float


@dataclass(frozen=True)
class Intervals:
    """Intervals by metric, and the number of resamples behind them."""

    by_metric: Mapping[str, Interval]
    resamples: int


def bootstrap(
    judged: JudgedRows,
    metrics: Mapping[str, Any],
    scores: Mapping[str, float],
    *,
    seconds: float,
    resamples: int = _RESAMPLES,
) -> Intervals:
    """Resample the judged rows and measure again, with the same seed each time.

    Of many rows only 4,000 are drawn per resample (m out of n bootstrap): the spread of a mean
    shrinks with the square root of the rows, so it is scaled to all of them.

    Args:
        judged: the rows.
        metrics: AutoGluon metrics by name.
        scores: the metrics on all rows; metrics without one get no interval.
        seconds: after this time no further resample is begun, once there are 50.
        resamples: how many are made within that time.
    """
    dice = np.random.default_rng(_SEED)
    drawn = min(len(judged), _MOST_ROWS)
    shrink = float(np.sqrt(drawn / len(judged)))
    deadline = time.monotonic() + seconds
    found: dict[str, list[float]] = {name: [] for name in metrics if name in scores}
    done = 0
    while done < resamples and (done < _FEWEST_RESAMPLES or time.monotonic() < deadline):
        resample = judged.take(dice.integers(0, len(judged), drawn))
        for name, values in found.items():
            score = resample.score(metrics[name])
            if score is not None:
                values.append(score)
        done += 1
    intervals = {
        name: _interval(scores[name], np.array(values), shrink)
        for name, values in found.items()
        if len(values) >= done / 2  # Else the metric is undefined too often to know its spread.
    }
    return Intervals(intervals, done)


def _interval(score: float, values: Any, shrink: float) -> Interval:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    # A drawn score may stray from the whole's by more than luck (few rows): keep the score inside.
    low, high = min(low, score), max(high, score)
    return Interval(score, score - (score - low) * shrink, score + (high - score) * shrink)
