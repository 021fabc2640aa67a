"""Compute what CatBoost's trees compare: numbers, single categories, and statistics.

A statistic ("CTR" in CatBoost) is a number that training found for a category, or for several of
them combined with answers to splits. CatBoost finds it by a hash that is linear in the parts' own
hashes, modulo 2**64, so all of a row's hashes are computed at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

MULTIPLIER = 0x4906BA494954CB65
"""CatBoost's, for the hash of several parts."""
_SPREAD = 0x9E3779B97F4A7C15  # keeps equal hashes of different tables apart
_MODULUS = 2**64


class CatBoostFeatures:
    """The columns of one member's trees.

    Args:
        node: `categories` are the columns that hold codes, which come first; `high` says of each
            number whether a missing one is above all borders (else below); `questions` are numbers
            and their borders, `equals` categories and a hash, by position; `one_hot` likewise, for
            the trees; `tables` list the parts of each statistic's key: categories, then questions,
            then equals; `statistics` hold a table, a column of the values and the value of an
            unknown key.
        folder: where the arrays are: `hashes` of each category's codes and, last, of a missing one;
            `keys` of all tables in order, their tables (`owners`) and `values`.
    """

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._categories = len(node["categories"])
        ends = np.cumsum(node["categories"], dtype=np.int64)
        self._missing = ends - 1
        self._starts = ends - np.array(node["categories"], dtype=np.int64)
        self._fills = np.where(node["high"], np.inf, -np.inf).astype(np.float32)
        self._questions = _pairs(node["questions"], np.float32)
        self._equals = _pairs(node["equals"], np.int64)
        self._one_hot = _pairs(node["one_hot"], np.int64)
        self._hashes, keys, owners, values = (
            np.load(folder / file, allow_pickle=False) for file in node["arrays"]
        )
        self._index = _Index(keys)
        # One more, where keys are looked for that are larger than all.
        self._owners = np.append(owners, owners.dtype.type(len(node["tables"])))
        self._values = np.vstack([values, np.zeros((1, values.shape[1]), dtype=np.float32)])
        self._parts = _key_parts(node["tables"])
        self._tables = np.arange(len(node["tables"]))
        self._shifts = table_shifts(len(node["tables"]))
        self._table_of = np.array([item[0] for item in node["statistics"]], dtype=np.int64)
        self._column_of = np.array([item[1] for item in node["statistics"]], dtype=np.int64)
        self._unknown = np.array([item[2] for item in node["statistics"]], dtype=np.float32)

    def matrix(self, rows: Any) -> Any:
        """Return what the trees compare.

        Args:
            rows: float64 (n, categories and numbers); NaN is missing.

        Returns:
            float32 (n, numbers, single categories and statistics).
        """
        with np.errstate(over="ignore"):  # infinite, which is above every border too
            numbers = rows[:, self._categories :].astype(np.float32)
        numbers = np.where(np.isnan(numbers), self._fills, numbers)
        if not self._categories:
            return numbers
        codes = rows[:, : self._categories]
        missing = np.isnan(codes)
        places = np.where(missing, 0, codes).astype(np.int64) + self._starts
        hashes = self._hashes[np.where(missing, self._missing, places)]
        blocks = [numbers, _equal(hashes, self._one_hot)]
        if len(self._tables):
            blocks.append(self._statistics(numbers, hashes))
        return np.hstack(blocks).astype(np.float32, copy=False)

    def _statistics(self, numbers: Any, hashes: Any) -> Any:
        at, borders = self._questions
        parts = np.hstack([hashes, numbers[:, at] > borders, _equal(hashes, self._equals)])
        by_part = np.ascontiguousarray(parts.T).view(np.uint64)
        keys = np.empty((len(self._shifts), len(numbers)), dtype=np.uint64)
        keys[:] = self._shifts[:, None]
        for tables, taken, factors in self._parts:
            keys[tables] += by_part[taken] * factors
        places = self._index.places(keys)
        known = self._owners[places] == self._tables[:, None]
        known &= self._index.keys[places] == keys
        found = self._values[places[self._table_of], self._column_of[:, None]]
        return np.where(known[self._table_of], found, self._unknown[:, None]).T


class _Index:
    """Finds keys among all keys, which are spread evenly over 64 bits."""

    def __init__(self, keys: Any) -> None:
        self.keys = np.append(keys, np.uint64(_MODULUS - 1))
        bits = max(1, 4 * len(keys)).bit_length()
        self._shift = np.uint64(64 - bits)
        starts = np.arange(2**bits, dtype=np.uint64) << self._shift
        self._firsts = np.searchsorted(keys, starts)

    def places(self, keys: Any) -> Any:
        """Return the position of each key, or of the next larger one; in the shape of `keys`."""
        wanted = keys.ravel()
        places = self._firsts[wanted >> self._shift]
        behind = np.flatnonzero(self.keys[places] < wanted)
        while len(behind):
            places[behind] += 1
            behind = behind[self.keys[places[behind]] < wanted[behind]]
        return places.reshape(keys.shape)


def table_shifts(tables: int) -> Any:
    """Return what is added to the hashes of each table to make them keys."""
    shifts = [_SPREAD * at % _MODULUS for at in range(tables)]
    return np.array(shifts, dtype=np.uint64)


def _key_parts(tables: Any) -> list[tuple[Any, Any, Any]]:
    """Return by offset in the keys: tables with a part there, the parts, and their hash factors."""
    places = []
    for place in range(max((len(table) for table in tables), default=0)):
        longer = [at for at, table in enumerate(tables) if len(table) > place]
        factors = [pow(MULTIPLIER, len(tables[at]) - place + 1, _MODULUS) for at in longer]
        places.append(
            (
                np.array(longer),
                np.array([tables[at][place] for at in longer]),
                np.array(factors, dtype=np.uint64)[:, None],
            )
        )
    return places


def _pairs(pairs: Any, dtype: Any) -> tuple[Any, Any]:
    return (
        np.array([pair[0] for pair in pairs], dtype=np.int64),
        np.array([pair[1] for pair in pairs], dtype=dtype),
    )


def _equal(hashes: Any, pairs: tuple[Any, Any]) -> Any:
    at, values = pairs
    return hashes[:, at] == values
