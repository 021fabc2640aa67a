"""Evaluate CatBoost's oblivious trees, which ask every row one question per level.

So a tree's leaf is a number whose bits are answers, and many trees share an answer. All answers are
found first, then the leaves of all trees, and their values are added up in the trees' order, as
CatBoost does: sums are equal bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

_CELLS_AT_ONCE = 2**16
"""Trees times rows, so that what is made of them stays in a core's cache."""


class ObliviousTrees:
    """The trees of one model.

    Args:
        folder: where the arrays are.
        files: `columns` and `borders` of the questions, whose columns ascend; `splits` (trees,
            levels), one question for each level, beyond the last one where a tree has fewer;
            `leaves` (all leaves, outputs), tree after tree.
    """

    def __init__(self, folder: Path, files: Sequence[str]) -> None:
        self._columns, self._borders, splits, self._leaves = (
            np.load(folder / file, allow_pickle=False) for file in files
        )
        self._questions = len(self._columns)
        self._bytes = 1 if splits.shape[1] <= 8 else 2
        used = (splits < self._questions).sum(axis=1)
        self._starts = np.concatenate([[0], np.cumsum(2**used)[:-1]]).astype(np.int64)
        self._levels = np.ascontiguousarray(splits.T)
        self._by_tree = np.full((len(splits), 8 * self._bytes), self._questions, dtype=np.int64)
        self._by_tree[:, : splits.shape[1]] = splits
        columns = np.arange(self._columns.max(initial=0) + 2)
        self._ends = np.searchsorted(self._columns, columns)

    def sums(self, rows: Any) -> Any:
        """Sum the values of all trees.

        Args:
            rows: float32 (n, columns) without NaN.

        Returns:
            float64 (n, outputs).
        """
        return self._sum_of_one(rows[0]) if len(rows) == 1 else self._sums(rows)

    def _sum_of_one(self, row: Any) -> Any:
        answers = np.zeros(self._questions + 1, dtype=bool)
        np.greater(row[self._columns], self._borders, out=answers[:-1])
        bits = np.packbits(answers[self._by_tree], axis=1, bitorder="little")
        values = self._leaves[bits.view(f"<u{self._bytes}")[:, 0] + self._starts]
        # `accumulate` adds in this order, which `sum` need not do.
        return np.add.accumulate(values, axis=0)[-1:]

    def _sums(self, rows: Any) -> Any:
        answers = self._answers(rows)
        outputs = self._leaves.shape[1]
        total = np.zeros((1, len(rows), outputs))
        trees = max(1, _CELLS_AT_ONCE // (len(rows) * outputs))
        for first in range(0, len(self._starts), trees):
            levels = self._levels[:, first : first + trees]
            leaves = answers[levels[0]]
            for level in range(1, len(levels)):
                leaves |= answers[levels[level]] << level
            places = leaves + self._starts[first : first + trees, None]
            values = self._leaves.take(places, axis=0, mode="clip")
            # Along the first axis, `sum` adds line by line, in this order.
            total = np.concatenate([total, values]).sum(axis=0, keepdims=True)
        return total[0]

    def _answers(self, rows: Any) -> Any:
        """Return by question, last of one whose answer is always no: 1 for each row above it."""
        answers = np.zeros((self._questions + 1, len(rows)), dtype=f"u{self._bytes}")
        by_column = np.ascontiguousarray(rows.T)
        for column, (start, end) in enumerate(zip(self._ends[:-1], self._ends[1:], strict=True)):
            if start < end:
                answers[start:end] = by_column[column] > self._borders[start:end, None]
        return answers
