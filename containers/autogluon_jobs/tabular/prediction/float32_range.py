"""Refuse numbers beyond 32-bit floats by row; scikit-learn's models do not say where."""

from __future__ import annotations

from typing import Any

import numpy as np

from autogluon_jobs.messages.errors import RowError

_LARGEST = float(np.finfo(np.float32).max)


def require_32_bits(rows: Any) -> None:
    """Refuse rows that forests, linear models and nearest neighbours cannot take.

    Args:
        rows: float64 (n, columns); NaN passes.

    Raises:
        RowError: with every such row.
    """
    beyond = np.abs(rows) > _LARGEST
    if beyond.any():
        raise RowError(
            np.flatnonzero(beyond.any(axis=1)).tolist(),
            "A number in {row} is too large for this predictor, whose models take numbers up to "
            "3.4e38.",
            advice="Correct it, or send it as missing.",
        )
