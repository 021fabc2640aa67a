"""Choose how to sum the leaves of many rows: by tables where a model's trees are small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from autogluon_jobs.tabular.direct.trees.leaf_sums import LeafSums
from autogluon_jobs.tabular.direct.trees.leaf_tables import LeafTables
from autogluon_jobs.tabular.direct.trees.tree_text import TreeText

LARGEST_SLICE = 1 << 16
"""Rows that are taken together: more gain nothing and cost memory."""


class RowSums(Protocol):
    """The sums of the values of the leaves that rows reach."""

    @property
    def least_rows(self) -> int:
        """Return the number of rows from which they are faster than LightGBM row by row."""

    def of(self, rows: Any) -> Any:
        """Sum (n, width) to float64 (n, sums); any number of threads may call it at once."""


def row_sums(
    trees: TreeText, values: Sequence[Any], width: int, dtype: Any, groups: int = 1
) -> RowSums:
    """Choose the fastest way through these trees.

    Args:
        trees: of the model.
        values: for each tree, the values of its leaves: (leaves,), or (leaves, classes).
        width, dtype: of the rows.
        groups: how many sums there are; trees go to them in turns.
    """
    tables = LeafTables.of_trees(trees, values, groups) if values[0].ndim == 1 else None
    return tables or LeafSums(trees, values, width, dtype, groups)
