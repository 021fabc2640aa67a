"""Judge a difference by permutations: how often do unchanged data differ as much?

Were the baseline's and the period's rows alike, any of all these rows could as well belong to the
period. Which of them do is drawn anew, again and again; counts in cells are drawn from a
multivariate hypergeometric distribution, the same thing without the rows.

P-values are sequential: drawing ends once many draws differ as much (Besag and Clifford,
"Sequential Monte Carlo p-values", Biometrika 78, 1991). They are valid for any number of draws.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import xlogy

_ENOUGH = 20  # draws that differ as much
_FIRST_BLOCK = 200
_FEWEST = 10_000
_MOST_NUMBERS = 2_000_000  # at once, of draws times cells
_BUCKETS = 200
_ROUNDING = 1e-9

Statistic = Callable[[Any, Any], Any]
"""Of the period's counts and all counts, for each draw: large where the period differs."""


@dataclass(frozen=True)
class Permutations:
    """How many draws a report may take for each p-value."""

    most: int

    @classmethod
    def for_rate(cls, false_alarm_rate: float, comparisons: int) -> Permutations:
        """Return ten times as many as the smallest p-value needs that the rate asks for."""
        return cls(most=max(_FEWEST, int(np.ceil(10 * comparisons / false_alarm_rate))))

    def p_value(self, name: str, baseline: Any, period: Any, statistic: Statistic) -> float:
        """Return the p-value of a difference in counts.

        Args:
            name: of what is compared; each has random numbers of its own, the same every time.
            baseline: counts in cells.
            period: counts in the same cells.
            statistic: what grows with the difference.
        """
        used = (baseline + period) > 0
        pooled, found = (baseline + period)[used], period[used]
        if len(pooled) < 2 or not found.any() or not baseline.any():
            return 1.0
        observed = float(statistic(found[np.newaxis], pooled)[0])
        dice = np.random.default_rng(zlib.crc32(name.encode()))
        as_large = drawn = 0
        block = _FIRST_BLOCK
        while drawn < self.most:
            block = min(block, self.most - drawn, max(1, _MOST_NUMBERS // len(pooled)))
            draws = dice.multivariate_hypergeometric(
                pooled, int(found.sum()), size=block, method="marginals"
            )
            reached = np.cumsum(statistic(draws, pooled) >= observed - _ROUNDING)
            if as_large + int(reached[-1]) >= _ENOUGH:
                last = int(np.searchsorted(reached, _ENOUGH - as_large)) + 1
                return _ENOUGH / (drawn + last)
            as_large += int(reached[-1])
            drawn += block
            block *= 2
        return (as_large + 1) / (drawn + 1)


def largest_step(period: Any, pooled: Any) -> Any:
    """Return the Kolmogorov-Smirnov statistic, for cells in ascending order."""
    return np.abs(_steps(period, pooled - period)).max(axis=1)


def _steps(period: Any, baseline: Any) -> Any:
    return np.cumsum(period, axis=-1) / period.sum(axis=-1, keepdims=True) - np.cumsum(
        baseline, axis=-1
    ) / baseline.sum(axis=-1, keepdims=True)


def log_likelihood(period: Any, pooled: Any) -> Any:
    """Return the G statistic of the two rows of counts."""
    baseline, total = pooled - period, pooled.sum()
    n = period.sum(axis=1, keepdims=True)
    expected = pooled * (n / total)
    return 2 * (
        xlogy(period, period / expected) + xlogy(baseline, baseline / (pooled - expected))
    ).sum(axis=1)


def only_in_period(period: Any, pooled: Any) -> Any:
    """Return how many of the period's rows have a value that the baseline lacks."""
    return np.where(period == pooled, period, 0).sum(axis=1)


def rank_sum(period: Any, pooled: Any) -> Any:
    """Return Wilcoxon's statistic: large where the period's values are larger."""
    return period @ _middle_ranks(pooled)


def _middle_ranks(pooled: Any) -> Any:
    return np.cumsum(pooled) - pooled / 2


def in_buckets(values: list[str], counts: Any) -> Any:
    """Return counts of values in a bounded number of cells, chosen without regard to the counts."""
    if len(values) <= _BUCKETS:
        return counts
    cells = np.array([zlib.crc32(value.encode()) % _BUCKETS for value in values])
    return np.bincount(cells, weights=counts, minlength=_BUCKETS).astype(np.int64)


def holm(p_values: list[float]) -> list[float]:
    """Return p-values adjusted so that those up to `a` bound the chance of any false one by `a`.

    Holm, "A simple sequentially rejective multiple test procedure", 1979: under any dependence.

    Example:
        >>> holm([0.01, 0.5, 0.02])
        [0.03, 0.5, 0.04]
    """
    order = np.argsort(p_values, kind="stable")
    factors = len(p_values) - np.arange(len(p_values))
    adjusted = np.minimum(1, np.maximum.accumulate(np.array(p_values)[order] * factors))
    result = np.empty(len(p_values))
    result[order] = adjusted
    return [float(value) for value in result]
