"""Profile the columns of the data, and flag suspicious ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from autogluon_jobs.data.leaks import row_hashes
from autogluon_jobs.report.number_text import MISSING, number, percent, short
from autogluon_jobs.schema.feature_schema import Feature

# More rows tell nothing new, and take seconds of a paid instance.
_MOST_ROWS = 100_000
_SEED = 0
_MOSTLY_MISSING = 0.5
_MANY_VALUES = 1000
_SHIFT = 0.1
_LEAVE_OUT = "Leave it out, in the data or by learner_kwargs.ignored_columns in init_args."


@dataclass(frozen=True)
class ColumnProfile:
    """One column of the training rows; `remarks` are sentences by a word or two for a table."""

    feature: Feature
    missing: float
    distinct: int
    typical: str
    remarks: Mapping[str, str]


def sample_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return at most 100,000 rows."""
    return frame if len(frame) <= _MOST_ROWS else frame.sample(_MOST_ROWS, random_state=_SEED)


def profile(
    features: tuple[Feature, ...], train: pd.DataFrame, test: pd.DataFrame | None
) -> list[ColumnProfile]:
    """Profile each column of `train`, compared with `test` where there is one."""
    return [_column(item, train[item.name], None if test is None else test[item.name])
            for item in features]  # fmt: skip


def _column(feature: Feature, values: pd.Series, test: pd.Series | None) -> ColumnProfile:
    missing, distinct, typical = _numbers(feature, values) or (
        float(values.isna().mean()),
        int(values.nunique()),
        _typical(feature, values),
    )
    return ColumnProfile(
        feature=feature,
        missing=missing,
        distinct=distinct,
        typical=typical,
        remarks=_remarks(feature, values, test, missing, distinct),
    )


def _numbers(feature: Feature, values: pd.Series) -> tuple[float, int, str] | None:
    """Return the share of missing values, how many differ, and typical ones; None of others.

    One sort tells all of it: a wide table has thousands of such columns.
    """
    if feature.kind not in ("int", "float") or not isinstance(values.dtype, np.dtype):
        return None
    if values.dtype.kind not in "iuf" or values.empty:
        return None
    ordered = np.sort(values.to_numpy())  # NaN comes last
    found = len(ordered)
    if ordered.dtype.kind == "f":
        found -= int(np.isnan(ordered).sum())
    missing, ordered = (len(ordered) - found) / len(ordered), ordered[:found]
    if not found:
        return missing, 0, MISSING
    distinct = 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))
    low, high = float(ordered[0]), float(ordered[-1])
    middle = (float(ordered[(found - 1) // 2]) + float(ordered[found // 2])) / 2
    return missing, distinct, f"{number(low)} to {number(high)}, median {number(middle)}"


def _remarks(
    feature: Feature, values: pd.Series, test: pd.Series | None, missing: float, distinct: int
) -> dict[str, str]:
    name = f"“{feature.name}”"
    if distinct == 0:
        return {"empty": f"{name} has no values: leave the column out."}
    found = {}
    if distinct == 1 and not missing:
        found["constant"] = (
            f"{name} is always {short(values.iloc[0])}: it carries no information. {_LEAVE_OUT}"
        )
    if missing > _MOSTLY_MISSING:
        found["mostly missing"] = (
            f"{name} is missing in {percent(missing)} of the rows. If callers will not have it "
            f"either, leave it out."
        )
    if feature.kind == "category" and distinct > min(_MANY_VALUES, len(values) / 2):
        found["many values"] = (
            f"{name} has {distinct:,} different values in {len(values):,} rows: an identifier "
            f"carries no information: leave it out. A code may be worth splitting."
        )
    if feature.kind == "int" and _is_counter(values, distinct):
        found["identifier"] = (
            f"{name} has a different number in each row, like an identifier. {_LEAVE_OUT}"
        )
    if test is not None:
        found |= _differences(feature, missing, test)
    return found


def _differences(feature: Feature, missing: float, test: pd.Series) -> dict[str, str]:
    absent, found = float(test.isna().mean()), {}
    if abs(absent - missing) > _SHIFT:
        found["missing differs"] = (
            f"“{feature.name}” is missing in {percent(missing)} of the training rows but in "
            f"{percent(absent)} of the test rows. Check that both come from the same source."
        )
    return found


def _is_counter(values: pd.Series, distinct: int) -> bool:
    if distinct != len(values) or distinct < _MANY_VALUES / 10:
        return False
    # Twice as wide a range as rows leaves room for the rows of other channels, and samples' gaps.
    return int(values.max()) - int(values.min()) <= 4 * len(values)


def _typical(feature: Feature, values: pd.Series) -> str:
    present = values.dropna()
    if present.empty:
        return MISSING
    if feature.kind in ("int", "float"):
        low, middle, high = np.quantile(present.to_numpy(dtype=float), [0, 0.5, 1])
        return f"{number(low)} to {number(high)}, median {number(middle)}"
    if feature.kind == "datetime":
        return f"{present.min():%Y-%m-%d} to {present.max():%Y-%m-%d}"
    counts = present.value_counts()
    return f"“{short(counts.index[0], 40)}” in {percent(counts.iloc[0] / len(values))}"


def shared_rows(train: pd.DataFrame, test: pd.DataFrame) -> int:
    """Count test rows that are training rows too, label included."""
    return int(np.isin(row_hashes(test), row_hashes(train)).sum())


def repeated_rows(train: pd.DataFrame) -> int:
    """Count rows that repeat an earlier one."""
    return len(train) - len(np.unique(row_hashes(train)))
