"""Sum leaves of many rows through tables that tell which leaves a value leaves open.

A row carries one bit for each leaf of a tree. The value of a feature closes the leaves on the sides
that the tree's splits on it do not take; after all features, the one leaf that the row reaches is
still open. A table has, for each value that splits distinguish, the bits of many trees side by
side, so a row costs one look-up a feature instead of a branch a split, which processors can hardly
guess. (After QuickScorer, Lucchese et al., SIGIR 2015; closing both sides of a split
leaves a single bit, so the leaves may be in any order.) Measured on 65,536 rows of the income
data, 120 trees of 31 leaves, one thread: 0.30 of the time of `LeafSums`, 0.14 of LightGBM's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.trees.split_codes import Codes, codes_of
from autogluon_jobs.tabular.direct.trees.tree_splits import TreeSplits
from autogluon_jobs.tabular.direct.trees.tree_text import TreeText

# A multiplication by these moves a single bit's position into the top bits of the word.
_WORDS = {np.uint32: (0x077CB531, 5), np.uint64: (0x03F79D71B4CB0A89, 6)}

# Measured as above: 16 or 32 trees, and 1,024 to 4,096 rows, differ by less than a fifth.
_TREES_AT_ONCE = 32
_ROWS_AT_ONCE = 2048
_LARGEST_TABLES = 1 << 26
"""Bytes; models with more trees and features than fit are for `LeafSums`."""


@dataclass(frozen=True)
class _Block:
    """Trees that are looked up together.

    `tables` has, for each feature of their splits, its position among the codes and the bits
    (codes, trees); `values` the leaves' values by tree and word (trees * bits of a word,).
    """

    tables: Sequence[tuple[int, Any]]
    values: Any
    trees: int


class LeafTables:
    """See `RowSums`; build it by `of_trees`."""

    least_rows = 64  # measured as above: half of LightGBM's time for them

    def __init__(
        self, codes: Sequence[Codes], blocks: Sequence[_Block], word: Any, groups: int
    ) -> None:
        self._codes = codes
        self._blocks = blocks
        self._word = word
        self._groups = groups

    @classmethod
    def of_trees(cls, trees: TreeText, values: Sequence[Any], groups: int) -> LeafTables | None:
        """Build the tables of a model, or None where its trees are too large or too many.

        Args:
            trees: of the model.
            values: for each tree, the values of its leaves: (leaves,).
            groups: how many sums there are; trees go to them in turns.
        """
        most = max(map(len, values))
        word = next((kind for kind in _WORDS if most <= np.iinfo(kind).bits), None)
        if word is None:
            return None
        splits = TreeSplits.of(trees)
        codes = codes_of(splits)
        if not codes or _size(codes, len(trees), word) > _LARGEST_TABLES:
            return None
        blocks = [
            _block(
                splits, codes, values, range(start, min(start + _TREES_AT_ONCE, len(trees))), word
            )
            for start in range(0, len(trees), _TREES_AT_ONCE)
        ]
        return cls(codes, blocks, word, groups)

    def of(self, rows: Any) -> Any:
        """Sum the leaves of each row; several threads may call it at once, each for its rows.

        Args:
            rows: float64 (n, width); NaN is missing.

        Returns:
            float64 (n, groups).
        """
        sums: Any = np.zeros((self._groups, len(rows)))
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self._add(rows[start : start + _ROWS_AT_ONCE], sums[:, start : start + _ROWS_AT_ONCE])
        return np.ascontiguousarray(sums.T)

    def _add(self, rows: Any, sums: Any) -> None:
        found = [codes.of(rows[:, codes.feature]) for codes in self._codes]
        tree = 0
        for block in self._blocks:
            for values in self._values(block, found, len(rows)):
                sums[tree % self._groups] += values
                tree += 1

    def _values(self, block: _Block, found: Sequence[Any], count: int) -> Any:
        """Return the value of each tree for each row: (trees, rows)."""
        magic, bits = _WORDS[self._word]
        still_open = np.empty((count, block.trees), dtype=self._word)
        open_by_one = np.empty_like(still_open)
        (first, table), *others = block.tables
        # "clip", because numpy copies where it might have to raise.
        table.take(found[first], axis=0, out=still_open, mode="clip")
        for at, table in others:
            table.take(found[at], axis=0, out=open_by_one, mode="clip")
            np.bitwise_and(still_open, open_by_one, out=still_open)
        np.multiply(still_open, self._word(magic), out=still_open)
        np.right_shift(still_open, self._word(np.iinfo(self._word).bits - bits), out=still_open)
        words = np.arange(block.trees) << bits
        places = np.add(still_open, words, dtype=np.intp, casting="unsafe")
        return block.values.take(places, mode="clip").T


def _size(codes: Sequence[Codes], trees: int, word: Any) -> int:
    size: int = np.dtype(word).itemsize
    return sum(item.count for item in codes) * trees * size


def _block(
    splits: TreeSplits, codes: Sequence[Codes], values: Sequence[Any], trees: range, word: Any
) -> _Block:
    """Build the tables of these trees."""
    magic, bits = _WORDS[word]
    size = np.iinfo(word).bits
    here = (splits.tree >= trees.start) & (splits.tree < trees.stop)
    tables = []
    for at, item in enumerate(codes):
        positions = np.flatnonzero(here & (splits.feature == item.feature))
        if at and not len(positions):
            continue
        table = _open_leaves(splits, item, positions, trees)
        if not at:  # which every block has, so that bits without a leaf are closed once
            table &= splits.leaves[trees.start : trees.stop]
        tables.append((at, table.astype(word)))
    words = np.zeros((len(trees), size))
    places = [(magic << leaf) % (1 << size) >> (size - bits) for leaf in range(size)]
    for row, tree in enumerate(trees):
        words[row, places[: len(values[tree])]] = values[tree]
    return _Block(tables, words.ravel(), len(trees))


def _open_leaves(splits: TreeSplits, item: Codes, positions: Any, trees: range) -> Any:
    """Return the leaves that each code leaves open: uint64 (codes, trees)."""
    table = np.full((item.count, len(trees)), ~np.uint64(0))
    if len(positions):
        left = item.goes_left(splits, positions)
        sides = ~np.where(left, splits.right[positions], splits.left[positions])
        present, starts = np.unique(splits.tree[positions], return_index=True)
        table[:, present - trees.start] = np.bitwise_and.reduceat(sides, starts, axis=1)
    return table
