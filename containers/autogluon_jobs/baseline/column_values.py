"""Take the values of a column in the form in which they are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autogluon_contracts.documents.drift_baseline import Comparison
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.schema.feature_table import is_missing

_DATES_MOVE = "Dates move on by themselves; only how many are missing is compared."


@dataclass(frozen=True)
class ColumnValues:
    """The values that are present, and the number of those that are missing.

    `present` is float64 for `numbers` and `lengths`, and holds texts for `values`. `note` says why
    nothing but missing values is compared.
    """

    name: str
    comparison: Comparison
    present: Any
    missing: int
    note: str | None = None


def feature_values(feature: Feature, column: Any, unknown: Sequence[str] = ()) -> ColumnValues:
    """Return the values of a feature.

    Args:
        feature: of the schema.
        column: as a `FeatureTable` holds it.
        unknown: the texts of categories that training did not see, in the rows' order.
    """
    if feature.kind == "category":
        return _categories(feature, column, unknown)
    absent = is_missing(feature, column)
    present, missing = column[~absent], int(absent.sum())
    if feature.kind == "datetime":
        return ColumnValues(feature.name, "nothing", present, missing, _DATES_MOVE)
    if feature.kind == "text":
        lengths = np.fromiter((len(text) for text in present), dtype=np.float64)
        return ColumnValues(feature.name, "lengths", lengths, missing)
    if feature.kind == "bool":
        texts = np.where(present.astype(bool), "true", "false").astype(object)
        return ColumnValues(feature.name, "values", texts, missing)
    return numbers(feature.name, present, missing)


def numbers(name: str, present: Any, missing: int = 0) -> ColumnValues:
    """Return a column of numbers."""
    return ColumnValues(name, "numbers", np.asarray(present, dtype=np.float64), missing)


def texts(name: str, present: Sequence[str]) -> ColumnValues:
    """Return a column of values by their texts."""
    found: Any = np.empty(len(present), dtype=object)
    found[:] = list(present)
    return ColumnValues(name, "values", found, 0)


def _categories(feature: Feature, codes: Any, unknown: Sequence[str]) -> ColumnValues:
    known: Any = np.empty(len(feature.categories or ()), dtype=object)
    known[:] = list(feature.categories or ())
    present = np.concatenate([known[codes[codes >= 0]], texts(feature.name, unknown).present])
    return ColumnValues(feature.name, "values", present, len(codes) - len(present))
