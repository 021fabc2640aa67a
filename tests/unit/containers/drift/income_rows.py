"""The real rows of `examples/income`, shuffled, and reports on parts of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from autogluon_contracts.documents.drift_baseline import ColumnBaseline
from autogluon_contracts.documents.drift_report import DriftComparison
from autogluon_jobs.baseline.column_counts import ColumnCounter, baseline_of
from autogluon_jobs.baseline.column_values import ColumnValues, numbers, texts
from autogluon_jobs.drift.comparisons import Limits, compare

_FOLDER = Path(__file__).parents[4] / "examples" / "income"


@cache
def rows() -> pd.DataFrame:
    """All rows, shuffled."""
    parts = [pd.read_csv(_FOLDER / name) for name in ("train.csv", "test.csv")]
    return pd.concat(parts).drop(columns="class").sample(frac=1, random_state=0)


def columns(frame: pd.DataFrame) -> list[ColumnValues]:
    """The values of each column."""
    return [_values(name, frame[name]) for name in frame.columns]


def _values(name: str, column: pd.Series) -> ColumnValues:
    present = column.dropna()
    if pd.api.types.is_numeric_dtype(column.dtype):
        return numbers(name, present.to_numpy(), int(column.isna().sum()))
    found = texts(name, present.astype(str).tolist())
    return ColumnValues(name, "values", found.present, int(column.isna().sum()))


def baseline(frame: pd.DataFrame) -> list[ColumnBaseline]:
    """The baseline of each column."""
    return [baseline_of(column) for column in columns(frame)]


def compared(
    before: Sequence[ColumnBaseline], period: pd.DataFrame, rate: float, **limits: Any
) -> list[DriftComparison]:
    """What a report on the period says."""
    counters = [ColumnCounter(each) for each in before]
    for counter, column in zip(counters, columns(period), strict=True):
        counter.add(column)
    return compare(counters, [], None, Limits(rate, limits.get("min_change", 0.0)))
