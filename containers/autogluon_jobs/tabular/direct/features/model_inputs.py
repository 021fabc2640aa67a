"""Assemble what the models of one node take: predictions of the stack, then encoded features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.features.encoding import Encoded
from autogluon_jobs.tabular.prediction.float32_range import require_32_bits

Columns = tuple[int, ...]


class ModelInputs:
    """Rows in the forms that libraries take, each form made once.

    Args:
        encoded: the features.
        fills: the replacement of a missing value of each feature, where values must be present.
        stack: float32 (n, k): predictions of the models below.
    """

    def __init__(self, encoded: Encoded, fills: Any, stack: Any | None) -> None:
        width = 0 if stack is None else stack.shape[1]
        self._rows = encoded.matrix if stack is None else np.hstack([stack, encoded.matrix])
        self._fills = fills if not width else np.concatenate([np.zeros(width), fills])
        self._wide = {at + width: values for at, values in encoded.wide.items()}
        self._filled: Any = None
        self._made: dict[tuple[str, Columns], Any] = {}

    def with_missing(self, columns: Columns) -> Any:
        """Return float64 (n, columns), NaN where missing."""
        return self._taken("missing", self._rows, columns)

    def filled(self, columns: Columns) -> Any:
        """Return float32 (n, columns) without missing values.

        Raises:
            RowError: a number that 32 bits cannot hold, which scikit-learn refuses too.
        """
        if self._filled is None:
            rows = np.where(np.isnan(self._rows), self._fills, self._rows)
            require_32_bits(rows)
            rows = rows.astype(np.float32)
            for at, values in self._wide.items():
                rows[:, at] = values  # by way of a 64-bit float, it would be rounded twice
            self._filled = rows
        return self._taken("filled", self._filled, columns)

    def _taken(self, form: str, rows: Any, columns: Sequence[int]) -> Any:
        key = (form, tuple(columns))
        if key not in self._made:
            everything = len(columns) == rows.shape[1] and key[1] == tuple(range(rows.shape[1]))
            self._made[key] = rows if everything else rows[:, key[1]]
        return self._made[key]
