"""Make the frame that AutoGluon's feature generators hand to its models from encoded features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.tabular.direct.features.encoding import Encoded


class EncodedFrames:
    """Makes the frames.

    Args:
        features: the encoded features as `model.json` has them: `name`, `dtype` and, for
            categories, how many there are.
    """

    def __init__(self, features: Sequence[Mapping[str, Any]]) -> None:
        self._names = pd.Index([feature["name"] for feature in features])
        self._types = [_dtype(feature) for feature in features]

    def frame(self, encoded: Encoded) -> pd.DataFrame:
        """Return one row for each encoded one, one column for each feature."""
        columns = {
            at: _column(dtype, encoded.wide.get(at, encoded.matrix[:, at]))
            for at, dtype in enumerate(self._types)
        }
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(encoded)), copy=False)
        frame.columns = self._names
        return frame


def _dtype(feature: Mapping[str, Any]) -> Any:
    if feature["dtype"] != "category":
        return pd.api.types.pandas_dtype(feature["dtype"])
    # Made once: pandas looks through the categories of every new one.
    return pd.CategoricalDtype(pd.RangeIndex(feature["categories"]))


def _column(dtype: Any, values: Any) -> Any:
    if not isinstance(dtype, pd.CategoricalDtype):
        return values.astype(dtype)
    codes = np.where(np.isnan(values), -1, values).astype(np.int64)
    return pd.Categorical.from_codes(codes, dtype=dtype)
