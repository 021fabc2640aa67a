"""Convert between feature tables and the pandas frames that AutoGluon takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.schema.feature_table import MISSING_CODE, FeatureTable


def frame_of(table: FeatureTable) -> pd.DataFrame:
    """Build a frame of the features, in their order, with their dtypes and positions as index."""
    columns = {item.name: _series(item, table.columns[item.name]) for item in table.features}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(table)), copy=False)


def table_of(features: Sequence[Feature], frame: pd.DataFrame) -> FeatureTable:
    """Return the rows of a frame that `frame_of` could have made.

    Raises:
        KeyError: the frame lacks a feature.
    """
    columns = {item.name: _values(item, frame[item.name]) for item in features}
    return FeatureTable.of_columns(features, columns)


def _series(feature: Feature, values: Any) -> pd.Series:
    if feature.kind == "category":
        categories = list(feature.categories or ())
        codes = np.maximum(values, MISSING_CODE)  # what training did not see is missing
        return pd.Series(pd.Categorical.from_codes(codes, categories=categories))
    return pd.Series(values, dtype=object if feature.kind == "text" else None)


def _values(feature: Feature, column: pd.Series) -> Any:
    if feature.kind == "category":
        return column.cat.set_categories(list(feature.categories or ())).cat.codes.to_numpy(
            dtype=np.int32
        )
    if feature.kind == "text":
        return column.astype(object).where(column.notna(), None).to_numpy(dtype=object)
    return column.to_numpy()
