"""Feed XGBoost as AutoGluon does: a sparse matrix of one-hot categories, then numbers.

What a sparse matrix leaves out is missing to XGBoost: categories that a row does not have, and
numbers that are zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.features.model_inputs import ModelInputs
from autogluon_jobs.tabular.direct.members.xgboost_library import Booster
from autogluon_jobs.tabular.direct.trees.row_slices import in_slices


class XGBoostMember:
    """One fitted model of XGBoost.

    Args:
        node: as `export_xgboost` makes it. `columns` are those of categories, then those of
            numbers. `tables` hold for each category's code, and last for a missing one, the column
            that is 1 for it, or None. `whole` says that all numbers are whole ones.
        folder: the location of its file.

    Raises:
        UnusableError: see `Booster`.
    """

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._columns = tuple(node["columns"])
        tables = node["tables"]
        self._categories = len(tables)
        self._width = node["one_hot"] + len(self._columns) - len(tables)
        self._one_hot = node["one_hot"]
        # An unused column takes the categories that have none.
        flat = [self._width if at is None else at for table in tables for at in table]
        self._targets = np.array(flat, dtype=np.int64)
        ends = np.cumsum([len(table) for table in tables], dtype=np.int64)
        self._starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)[: len(tables)]
        self._missing = ends - 1
        self._whole = node["whole"]
        self._booster = Booster(folder / node["file"], self._width, node["iterations"])

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """Predict; see `Member`."""
        taken = inputs.filled if self._whole else inputs.with_missing
        values = in_slices(self._predict, taken(self._columns), threads)
        return values[:, 0] if values.shape[1] == 1 else values

    def _predict(self, rows: Any) -> Any:
        return self._booster.predict(self._dense(rows))

    def _dense(self, rows: Any) -> Any:
        dense = np.full((len(rows), self._width + 1), np.nan, dtype=np.float32)
        if self._categories:
            codes = rows[:, : self._categories]
            missing = np.isnan(codes)
            places = np.where(missing, 0, codes).astype(np.int64) + self._starts
            targets = self._targets[np.where(missing, self._missing, places)]
            np.put_along_axis(dense, targets, np.float32(1), axis=1)
        numbers = rows[:, self._categories :]
        # Compared before they are rounded: what becomes zero by rounding is not left out.
        dense[:, self._one_hot : -1] = np.where(numbers == 0, np.nan, numbers)
        return dense[:, :-1]
