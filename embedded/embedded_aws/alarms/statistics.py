"""Statistics of the values that a metric got in one period."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_SIMPLE = ("Average", "Maximum", "Minimum", "SampleCount", "Sum")
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")


@dataclass(frozen=True)
class Sample:
    """One value, or the statistics of several."""

    count: float
    total: float
    low: float
    high: float


def sample_of(datum: Any) -> Sample:
    """Return what moto keeps of one value or statistic set."""
    if hasattr(datum, "value"):
        return Sample(1.0, datum.value, datum.value, datum.value)
    return Sample(datum.sample_count, datum.sum, datum.min, datum.max)


def is_statistic(name: str) -> bool:
    """Return whether the statistic is computed here: the simple ones and percentiles."""
    return name in _SIMPLE or _PERCENTILE.fullmatch(name) is not None


def percentile_of(name: str | None) -> float | None:
    """Return the percentile that a statistic names, or None."""
    found = _PERCENTILE.fullmatch(name or "")
    return float(found[1]) if found else None


def compute(name: str, samples: Iterable[Sample]) -> float | None:
    """Return a statistic; None without values, or without the single values a percentile needs."""
    found = [sample for sample in samples if sample.count > 0]
    if not found:
        return None
    percentile = percentile_of(name)
    if percentile is not None:
        return _percentile(found, percentile)
    return _COMPUTE[name](found)


def _percentile(samples: list[Sample], percentile: float) -> float | None:
    """Return a percentile, interpolated between neighbours.

    Statistic sets count where all their values are equal: CloudWatch guide, "Percentiles".
    """
    if any(sample.low != sample.high for sample in samples):
        return None
    values = sorted(value for s in samples for value in [s.low] * max(1, int(s.count)))
    position = (len(values) - 1) * percentile / 100
    low, high = math.floor(position), math.ceil(position)
    return values[low] + (values[high] - values[low]) * (position - low)


_COMPUTE: dict[str, Callable[[list[Sample]], float]] = {
    "Sum": lambda samples: sum(s.total for s in samples),
    "SampleCount": lambda samples: sum(s.count for s in samples),
    "Average": lambda samples: sum(s.total for s in samples) / sum(s.count for s in samples),
    "Minimum": lambda samples: min(s.low for s in samples),
    "Maximum": lambda samples: max(s.high for s in samples),
}
