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

from autogluon_jobs.tabular.direct.trees.joined_codes import JoinedCodes, join_codes
from autogluon_jobs.tabular.direct.trees.split_codes import Codes, codes_of
from autogluon_jobs.tabular.direct.trees.tree_splits import TreeSplits
from autogluon_jobs.tabular.direct.trees.tree_text import TreeText

# A multiplication by these moves a single bit's position into the top bits of the word.
_WORDS = {np.uint32: (0x077CB531, 5), np.uint64: (0x03F79D71B4CB0A89, 6)}

# Measured as above: 16 to 64 trees, and 2,048 to 8,192 rows, differ by less than a fifth.
_TREES_AT_ONCE = 32
_ROWS_AT_ONCE = 4096
_LARGEST_TABLES = 1 << 26
"""Bytes; models with more trees and features than fit are for `LeafSums`."""
# Measured on 300 columns of numbers, 100 trees: joined, their tables take 30 MB instead of 1.3, for
# each of an ensemble's models, and no less time.
_LARGEST_JOINED_TABLES = 1 << 23


@dataclass(frozen=True)
class _Block:
    """Trees that are looked up together.

    `tables` has, for the features of their splits, their position among the joined codes and the
    bits (codes, trees); `values` the leaves' values by tree and word (trees * bits of a word,).
    """

    tables: Sequence[tuple[int, Any]]
    values: Any
    trees: int


class LeafTables:
    """See `RowSums`; build it by `of_trees`."""

    least_rows = 64  # measured as above: half of LightGBM's time for them

    def __init__(
        self, codes: Sequence[JoinedCodes], blocks: Sequence[_Block], word: Any, groups: int
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
        single = codes_of(splits)
        if not single:
            return None
        codes = join_codes(single)
        if _size(codes, len(trees), word) > _LARGEST_JOINED_TABLES:
            codes = [JoinedCodes((item,)) for item in single]
        if _size(codes, len(trees), word) > _LARGEST_TABLES:
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
        buffers = _Buffers(min(len(rows), _ROWS_AT_ONCE), self._word)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            self._add(rows[part], sums[:, part], buffers)
        return np.ascontiguousarray(sums.T)

    def _add(self, rows: Any, sums: Any, buffers: _Buffers) -> None:
        found = [codes.of(rows) for codes in self._codes]
        tree = 0
        for block in self._blocks:
            for values in self._values(block, found, buffers.of(len(rows), block.trees)):
                sums[tree % self._groups] += values
                tree += 1

    def _values(self, block: _Block, found: Sequence[Any], buffers: Sequence[Any]) -> Any:
        """Return the value of each tree for each row: (trees, rows)."""
        magic, bits = _WORDS[self._word]
        still_open, open_by_one, places, values = buffers
        (first, table), *others = block.tables
        # "clip", because numpy copies where it might have to raise.
        table.take(found[first], axis=0, out=still_open, mode="clip")
        for at, table in others:
            table.take(found[at], axis=0, out=open_by_one, mode="clip")
            np.bitwise_and(still_open, open_by_one, out=still_open)
        np.multiply(still_open, self._word(magic), out=still_open)
        np.right_shift(still_open, self._word(np.iinfo(self._word).bits - bits), out=still_open)
        words = np.arange(block.trees)[:, np.newaxis] << bits
        np.add(still_open.T, words, out=places, casting="unsafe")
        return block.values.take(places, out=values, mode="clip")


class _Buffers:
    """Memory for the look-ups of one thread: made anew for each, it costs as much as they do."""

    def __init__(self, rows: int, word: Any) -> None:
        most = rows * _TREES_AT_ONCE
        self._flat = [np.empty(most, dtype=kind) for kind in (word, word, np.intp, np.float64)]

    def of(self, rows: int, trees: int) -> Sequence[Any]:
        """Return two arrays of words (rows, trees), places and values (trees, rows)."""
        one, other, places, values = (flat[: rows * trees] for flat in self._flat)
        return (
            one.reshape(rows, trees),
            other.reshape(rows, trees),
            places.reshape(trees, rows),
            values.reshape(trees, rows),
        )


def _size(codes: Sequence[JoinedCodes], trees: int, word: Any) -> int:
    size: int = np.dtype(word).itemsize
    return sum(item.count for item in codes) * trees * size


def _block(
    splits: TreeSplits, codes: Sequence[JoinedCodes], values: Sequence[Any], trees: range, word: Any
) -> _Block:
    """Build the tables of these trees."""
    magic, bits = _WORDS[word]
    size = np.iinfo(word).bits
    here = (splits.tree >= trees.start) & (splits.tree < trees.stop)
    tables = []
    for at, item in enumerate(codes):
        positions = [np.flatnonzero(here & (splits.feature == part.feature)) for part in item.parts]
        if at and not any(map(len, positions)):
            continue
        table = item.joined([
            _open_leaves(splits, part, found, trees)
            for part, found in zip(item.parts, positions, strict=True)
        ])  # fmt: skip
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
