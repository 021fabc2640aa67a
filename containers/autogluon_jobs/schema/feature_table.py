"""Hold rows by the schema: values that are read, but not yet in any library's frame.

A column is a NumPy array by its feature's kind: `int` int64; `float` float64 (NaN is missing);
`bool` bool, or float64 where the feature is nullable; `category` int32 positions in the feature's
categories (-1 is missing, -2 a category that training did not see); `text` objects (str or None);
`datetime` datetime64[ns] (NaT is missing). Small requests come as rows of the same values as plain
Python ones; there a date is an integer of nanoseconds and a boolean 0 or 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_jobs.schema.feature_schema import Feature

MISSING_CODE = -1
UNKNOWN_CODE = -2
"""As missing to every model; kept apart so that a caller can be told."""
MISSING_MOMENT = -(2**63)

_STORED: dict[str, Any] = {
    "int": np.int64, "float": np.float64, "category": np.int32, "text": object,
}  # fmt: skip


class FeatureTable:
    """Features and their values; build it by `of_columns` or `of_rows`."""

    def __init__(
        self,
        features: Sequence[Feature],
        count: int,
        columns: Mapping[str, Any] | None,
        rows: Sequence[Sequence[Any]] | None,
    ) -> None:
        self.features = tuple(features)
        self.rows = rows
        self._count = count
        self._columns = columns

    @classmethod
    def of_columns(cls, features: Sequence[Feature], columns: Mapping[str, Any]) -> FeatureTable:
        """Build a table from one array for each feature, all of one length."""
        count = len(columns[features[0].name]) if features else 0
        return cls(features, count, columns, None)

    @classmethod
    def of_rows(cls, features: Sequence[Feature], rows: Sequence[Sequence[Any]]) -> FeatureTable:
        """Build a table from rows of plain values in the features' order."""
        return cls(features, len(rows), None, rows)

    def __len__(self) -> int:
        return self._count

    def part(self, start: int, end: int) -> FeatureTable:
        """Return the rows from `start` up to, but without, `end`."""
        if self.rows is not None:
            return FeatureTable.of_rows(self.features, self.rows[start:end])
        columns = {name: values[start:end] for name, values in self.columns.items()}
        return FeatureTable.of_columns(self.features, columns)

    def row(self, at: int) -> FeatureTable:
        """Return one row, as a request of its own."""
        return self.part(at, at + 1)

    def without(self, positions: Collection[int]) -> FeatureTable:
        """Return the rows except those at some positions."""
        if self.rows is not None:
            kept = [row for at, row in enumerate(self.rows) if at not in positions]
            return FeatureTable.of_rows(self.features, kept)
        columns = {
            name: np.delete(values, list(positions)) for name, values in self.columns.items()
        }
        return FeatureTable.of_columns(self.features, columns)

    def unknown_categories(self) -> UnknownCategories:
        """Return how many cells hold categories that training did not see."""
        rows = None
        if self.rows is not None:
            rows = [row for row in self.rows if UNKNOWN_CODE in row]  # or a number of that value
            if not rows:
                return UnknownCategories()
        found = {}
        for at, item in enumerate(self.features):
            if item.kind == "category":
                codes = self.columns[item.name] if rows is None else np.array([r[at] for r in rows])
                found[item.name] = int(np.count_nonzero(codes == UNKNOWN_CODE))
        return UnknownCategories.of_columns(found)

    @cached_property
    def columns(self) -> Mapping[str, Any]:
        """Return the arrays by feature name."""
        if self._columns is not None:
            return self._columns
        rows = self.rows or ()
        return {
            item.name: _array(item, [row[at] for row in rows])
            for at, item in enumerate(self.features)
        }


def joined(tables: Sequence[FeatureTable]) -> FeatureTable:
    """Return the rows of several tables with the same features, one below the other."""
    features = tables[0].features
    if all(table.rows is not None for table in tables):
        return FeatureTable.of_rows(features, [row for table in tables for row in table.rows or ()])
    columns = {
        item.name: np.concatenate([table.columns[item.name] for table in tables])
        for item in features
    }
    return FeatureTable.of_columns(features, columns)


def is_missing(feature: Feature, values: Any) -> Any:
    """Return per value of the feature's array whether it is missing (or an unknown category)."""
    if feature.kind == "category":
        return values < 0
    if feature.kind == "datetime":
        return np.isnat(values)
    if feature.kind == "text":
        return np.fromiter((value is None for value in values), dtype=bool, count=len(values))
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), dtype=bool)


def _array(feature: Feature, values: list[Any]) -> Any:
    if feature.kind == "datetime":
        return np.array(values, dtype=np.int64).view("datetime64[ns]")
    if feature.kind == "text":
        cells: Any = np.empty(len(values), dtype=object)
        cells[:] = values
        return cells
    stored = np.dtype(feature.dtype) if feature.kind == "bool" else _STORED[feature.kind]
    return np.array(values, dtype=stored)
