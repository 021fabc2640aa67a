"""Encode values so that equal codes take the same side of every split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from autogluon_jobs.tabular.direct.trees.tree_splits import TreeSplits

# LightGBM's kZeroThreshold, a 32-bit number: it takes values as small as this for 0.
_ZERO = float(np.float32(1e-35))


class Codes(Protocol):
    """The codes of one feature."""

    @property
    def feature(self) -> int:
        """Return the feature's column."""

    @property
    def count(self) -> int:
        """Return how many codes there are."""

    def of(self, values: Any) -> Any:
        """Return the code of each value: float64 (n,) to integers (n,)."""

    def goes_left(self, splits: TreeSplits, positions: Any) -> Any:
        """Return for each code whether it goes left at each of the splits: bool (count, splits)."""


@dataclass(frozen=True)
class _Numbers:
    """A number's code is how many `cuts` lie below it; the last code is NaN's."""

    feature: int
    cuts: Any

    @property
    def count(self) -> int:
        return len(self.cuts) + 2

    def of(self, values: Any) -> Any:
        codes = np.searchsorted(self.cuts, values)
        missing = np.isnan(values)
        if missing.any():
            codes[missing] = self.count - 1
        return codes

    def goes_left(self, splits: TreeSplits, positions: Any) -> Any:
        thresholds = splits.threshold[positions]
        cut = np.searchsorted(self.cuts, _as_cuts(thresholds))
        left: Any = np.arange(self.count)[:, np.newaxis] <= cut
        # Where training saw no missing value, LightGBM takes one for 0.
        left[-1] = np.where(
            splits.missing_is_nan[positions], splits.default_left[positions], thresholds >= 0
        )
        return left


@dataclass(frozen=True)
class _Categories:
    """A category is its own code; the last code is for all that go right everywhere."""

    feature: int
    count: int

    def of(self, values: Any) -> Any:
        known = (values > -1) & (values < self.count - 1)  # not NaN
        return np.where(known, values, self.count - 1).astype(np.intp)

    def goes_left(self, splits: TreeSplits, positions: Any) -> Any:
        left = np.zeros((self.count, len(positions)), dtype=bool)
        for column, position in enumerate(positions):
            members = splits.sets[int(position)][: self.count - 1]
            left[: len(members), column] = members
        return left


def codes_of(splits: TreeSplits) -> list[Codes] | None:
    """Return the codes of each feature that splits ask for; None where zero means missing."""
    if splits.missing_is_zero[~splits.categorical].any():
        return None
    return list(_codes(splits))


def _codes(splits: TreeSplits) -> Iterator[Codes]:
    for feature in np.unique(splits.feature):
        positions = np.flatnonzero(splits.feature == feature)
        if splits.categorical[positions].any():
            sets = (splits.sets[int(position)] for position in positions)
            last = max(int(np.flatnonzero(members).max(initial=-1)) for members in sets)
            yield _Categories(int(feature), last + 2)
        else:
            yield _Numbers(int(feature), np.unique(_as_cuts(splits.threshold[positions])))


def _as_cuts(thresholds: Any) -> Any:
    """Return thresholds, moved beside the values that LightGBM takes for 0 where they part them."""
    below = np.nextafter(-_ZERO, -np.inf)
    cuts = np.where((thresholds >= -_ZERO) & (thresholds < 0), below, thresholds)
    return np.where((thresholds >= 0) & (thresholds < _ZERO), _ZERO, cuts)
