"""Compute a linear model of scikit-learn as it does, by NumPy alone.

It multiplies a sparse matrix where many cells are zero, and adds up each row's products on their
own, in the order of the columns. Else it multiplies a dense one, whose sums depend on its size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.features.model_inputs import ModelInputs
from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError
from autogluon_jobs.tabular.direct.members.transformed_inputs import TransformedInputs
from autogluon_jobs.tabular.direct.trees.row_slices import in_slices
from autogluon_jobs.tabular.prediction.float32_range import require_32_bits

_MOST_PRODUCTS = 2**20


class LinearMember:
    """One fitted linear model.

    Attributes:
        by_call: whether its last bits may depend on the rows that share a call.

    Args:
        node: see `TransformedInputs`; `one_by_one` (a sparse matrix; a category is the position of
            its coefficient), and the `link` from sums to the answer.
        folder: the location of its file, with `coefficients` (outputs, cells), or (cells) for one
            output, and `intercept`.

    Raises:
        UnusableError: something that this code does not know.
    """

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        with np.load(folder / node["file"], allow_pickle=False) as stored:
            arrays = dict(stored)
        self._inputs = TransformedInputs(node, arrays)
        link = _LINKS.get(node["link"])
        if link is None:
            raise UnusableError(f'the link "{node["link"]}" is not known')
        self._link = link
        self._intercept = arrays["intercept"]
        self._coefficients = arrays["coefficients"]
        self.by_call = not node["one_by_one"]
        # A row for each cell, and last of a category that has no cell.
        rows = np.atleast_2d(self._coefficients).T
        self._rows = np.vstack([rows, np.zeros_like(rows[:1])])
        self._numbers = rows[len(rows) - node["width"] :]

    def fed(self, inputs: ModelInputs) -> Sequence[Any]:
        """Return what is multiplied."""
        return [self._matrix(inputs.with_missing(self._inputs.columns))]

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """Predict; see `Member`.

        Raises:
            RowError: numbers so large that scaled ones are infinite.
        """
        rows = inputs.with_missing(self._inputs.columns)
        if self.by_call:
            return self._answer(self._matrix(rows) @ self._coefficients.T)
        products = len(self._inputs.columns) * self._rows.shape[1]
        most_rows = max(1, _MOST_PRODUCTS // products)
        return in_slices(self._row_by_row, rows, threads, most_rows)

    def _matrix(self, rows: Any) -> Any:
        vector, _ = self._inputs.of(rows)
        _require_finite(vector, rows)
        return vector

    def _row_by_row(self, rows: Any) -> Any:
        vector, codes = self._inputs.of(rows)
        _require_finite(vector, rows)
        count = len(codes)
        products = np.empty((count + vector.shape[1], len(rows), self._rows.shape[1]))
        products[:count] = self._rows[codes]
        np.multiply(vector.T[:, :, None], self._numbers[:, None, :], out=products[count:])
        # Accumulated, because NumPy's sums add up in pairs.
        return self._answer(np.add.accumulate(products, axis=0)[-1])

    def _answer(self, sums: Any) -> Any:
        return self._link(sums + self._intercept)


def _require_finite(vector: Any, rows: Any) -> None:
    if not np.isfinite(vector).all():
        require_32_bits(rows)


def _value(sums: Any) -> Any:
    return sums.reshape(-1)


def _sigmoid(sums: Any) -> Any:
    from scipy.special import expit  # which scikit-learn calls

    return expit(sums.reshape(-1))


def _softmax(sums: Any) -> Any:
    sums -= sums.max(axis=1, keepdims=True)
    powers = np.exp(sums)
    return powers / powers.sum(axis=1, keepdims=True)


_LINKS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": _sigmoid, "softmax": _softmax, "value": _value,
}  # fmt: skip
