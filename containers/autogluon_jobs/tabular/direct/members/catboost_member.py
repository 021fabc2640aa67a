"""Predict with a CatBoost model without the slow-loading CatBoost package."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.features.model_inputs import ModelInputs
from autogluon_jobs.tabular.direct.members.catboost_features import CatBoostFeatures
from autogluon_jobs.tabular.direct.members.catboost_trees import ObliviousTrees
from autogluon_jobs.tabular.direct.trees.row_slices import in_slices

_ROWS_AT_ONCE = 2048
_LARGEST_EXPONENT = 709.0
"""Beyond, C's `exp` gives infinity and Python's an error; as a probability, both are 0."""


class CatBoostMember:
    """One fitted model of CatBoost.

    Args:
        node: as `export_catboost` makes it. `link` says what the trees' sums are made into:
            `value`, `sigmoid` or `softmax`.
        folder: where its files lie.
    """

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._columns = tuple(node["columns"])
        self._features = CatBoostFeatures(node, folder)
        self._scale: float = node["scale"]
        self._bias = np.array(node["bias"], dtype=np.float64)
        self._link = _LINKS[node["link"]]
        self._trees = ObliviousTrees(folder, node["trees"])

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """Predict; see `Member`."""
        rows = inputs.with_missing(self._columns)
        return in_slices(self._predict, rows, threads, _ROWS_AT_ONCE)

    def _predict(self, rows: Any) -> Any:
        sums = self._trees.sums(self._features.matrix(rows)) * self._scale + self._bias
        return self._link(sums[:, 0] if sums.shape[1] == 1 else sums)


def _value(sums: Any) -> Any:
    return sums


def _sigmoid(sums: Any) -> Any:
    return 1 / (1 + _exp(np.minimum(-sums, _LARGEST_EXPONENT)))


def _softmax(sums: Any) -> Any:
    powers = _exp(sums - sums.max(axis=1, keepdims=True))
    total = np.zeros(len(sums))
    for at in range(sums.shape[1]):  # in this order, as CatBoost adds them up
        total += powers[:, at]
    return powers / total[:, None]


def _exp(values: Any) -> Any:
    # NumPy's own differs from C's, which CatBoost uses, in the last bit.
    powers = np.fromiter(map(math.exp, values.ravel().tolist()), np.float64, values.size)
    return powers.reshape(values.shape)


_LINKS = {"value": _value, "sigmoid": _sigmoid, "softmax": _softmax}
