"""Make what networks and linear models take: scaled numbers, and what categories become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


class TransformedInputs:
    """The inputs of one model, by the arithmetic of AutoGluon's own preprocessing.

    Attributes:
        columns: all that the model takes.

    Args:
        node: `columns`, and what says where among them, and where
            in the vector of numbers, a part is: `scaled`, `quantiles` and `plain` as pairs of
            positions, `one_hot` as a position and the first cell, `embedded` as positions.
        arrays: `fills`, `means` and `scales` of each scaled number; `quantile_fills`, `quantiles`
            (references, columns) and `references`; `one_hot_N` and `embedded_N` with what each code
            becomes, and last a missing one.
    """

    def __init__(self, node: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        self.columns = tuple(node["columns"])
        self._width: int = node["width"]
        self._scaled = _pairs(node["scaled"])
        self._fills, self._means, self._scales = (
            arrays[name] for name in ("fills", "means", "scales")
        )
        self._quantiles = [
            (source, target, _Quantiles(arrays, at))
            for at, (source, target) in enumerate(node["quantiles"])
        ]
        self._plain = _pairs(node["plain"])
        self._one_hot = [
            (source, target, arrays[f"one_hot_{at}"])
            for at, (source, target) in enumerate(node["one_hot"])
        ]
        self._embedded = [
            (source, arrays[f"embedded_{at}"]) for at, source in enumerate(node["embedded"])
        ]

    def of(self, rows: Any) -> tuple[Any, Any]:
        """Return float64 (n, width), and int64 (embedded, n).

        Args:
            rows: float64 (n, columns); NaN is missing.
        """
        vector = np.empty((len(rows), self._width))
        sources, targets = self._scaled
        numbers = rows[:, sources]
        numbers = np.where(np.isnan(numbers), self._fills, numbers)
        numbers -= self._means
        numbers /= self._scales
        vector[:, targets] = numbers
        for source, target, quantiles in self._quantiles:
            vector[:, target] = quantiles.of(rows[:, source])
        sources, targets = self._plain
        vector[:, targets] = rows[:, sources]
        for source, target, table in self._one_hot:
            vector[:, target : target + table.shape[1]] = table[_codes(rows[:, source])]
        codes = np.empty((len(self._embedded), len(rows)), dtype=np.int64)
        for at, (source, table) in enumerate(self._embedded):
            codes[at] = table[_codes(rows[:, source])]
        return vector, codes


class _Quantiles:
    """One column of scikit-learn's `QuantileTransformer` for a normal distribution."""

    _BOUND = 1e-7

    def __init__(self, arrays: Mapping[str, Any], at: int) -> None:
        from scipy.special import ndtri  # which its `norm.ppf` calls

        self._ndtri = ndtri
        self._fill = arrays["quantile_fills"][at]
        self._quantiles = np.ascontiguousarray(arrays["quantiles"][:, at])
        self._references = arrays["references"]
        self._falling = -self._quantiles[::-1], -self._references[::-1]
        smallest = self._BOUND - np.spacing(1)
        self._range = ndtri(smallest), ndtri(1 - smallest)

    def of(self, values: Any) -> Any:
        values = np.where(np.isnan(values), self._fill, values)
        low = values - self._BOUND < self._quantiles[0]
        high = values + self._BOUND > self._quantiles[-1]
        shares = 0.5 * (
            np.interp(values, self._quantiles, self._references)
            - np.interp(-values, *self._falling)
        )
        shares[high] = 1
        shares[low] = 0
        return np.clip(self._ndtri(shares), *self._range)


def _pairs(pairs: Any) -> tuple[Any, Any]:
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _codes(values: Any) -> Any:
    """Return codes as positions; the last place is for a missing one."""
    return np.where(np.isnan(values), -1, values).astype(np.int64)
