"""Count values in cells: those of a baseline, and later ones in the same cells.

The edges of numeric cells come from rows that are not counted. Edges from the counted rows would
fit these better than any others: rows that did not change would seem to differ.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autogluon_contracts.documents.drift_baseline import ColumnBaseline
from autogluon_jobs.baseline.column_values import ColumnValues

_EDGES = 33
_EVERY = 5  # one row of so many gives edges, the others are counted
_MOST_VALUES = 10_000
_SEED = 0


def baseline_of(column: ColumnValues) -> ColumnBaseline:
    """Return the baseline of a column."""
    rows: dict[str, Any] = {"present": len(column.present), "missing": column.missing}
    if column.comparison == "nothing":
        return ColumnBaseline(name=column.name, comparison="nothing", note=column.note, **rows)
    if column.comparison == "values":
        counted = Counter(column.present.tolist())
        if len(counted) > _MOST_VALUES:
            note = f"It has more than {_MOST_VALUES:,} values, like an identifier."
            return ColumnBaseline(name=column.name, comparison="nothing", note=note, **rows)
        values = sorted(counted)
        return ColumnBaseline(
            name=column.name,
            comparison="values",
            values=tuple(values),
            counts=tuple(counted[value] for value in values),
            **rows,
        )
    edges, counted_rows = _edges_and_rows(column.present)
    return ColumnBaseline(
        name=column.name,
        comparison=column.comparison,
        edges=tuple(edges.tolist()),
        counts=tuple(in_cells(counted_rows, edges).tolist()),
        **rows,
    )


def in_cells(values: Any, edges: Any) -> Any:
    """Return how many values are in each cell: below, at and above each of the edges."""
    cells = np.searchsorted(edges, values, "left") + np.searchsorted(edges, values, "right")
    return np.bincount(cells, minlength=2 * len(edges) + 1)


def _edges_and_rows(values: Any) -> tuple[Any, Any]:
    """Return edges from a part of the values, and the rest."""
    finite = values[np.isfinite(values)]
    shuffled = np.random.default_rng(_SEED).permutation(finite)
    for_edges, rest = shuffled[::_EVERY], np.delete(shuffled, slice(None, None, _EVERY))
    if len(for_edges) == 0:
        return np.empty(0), rest
    distinct = np.unique(for_edges)
    if len(distinct) <= _EDGES:
        return distinct, rest
    shares = np.linspace(0, 1, _EDGES)
    return np.unique(np.quantile(for_edges, shares, method="inverted_cdf")), rest


@dataclass
class ColumnCounter:
    """Counts the values of a period in the cells of a baseline, portion by portion."""

    baseline: ColumnBaseline
    missing: int = 0
    present: int = 0
    _cells: Any = None
    _values: Counter[str] = field(default_factory=Counter)

    def add(self, column: ColumnValues) -> None:
        """Count some rows' values."""
        self.missing += column.missing
        self.present += len(column.present)
        if self.baseline.comparison == "values":
            self._values.update(column.present.tolist())
        elif self.baseline.comparison != "nothing":
            finite = column.present[np.isfinite(column.present)]
            found = in_cells(finite, np.array(self.baseline.edges))
            self._cells = found if self._cells is None else self._cells + found

    @property
    def cells(self) -> Any:
        """Return the number of values in each of the baseline's cells."""
        if self.baseline.comparison == "values":
            return np.array([self._values[value] for value in self.baseline.values], dtype=np.int64)
        if self._cells is None:
            return np.zeros(len(self.baseline.counts), dtype=np.int64)
        return self._cells

    @property
    def new_values(self) -> Counter[str]:
        """Return the values that the baseline lacks, with their counts."""
        known = set(self.baseline.values)
        return Counter({each: n for each, n in self._values.items() if each not in known})
