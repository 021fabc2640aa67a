"""Convert Arrow columns to NumPy arrays without pandas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from autogluon_jobs.formats.arrow_buffers import array_of
from autogluon_jobs.formats.text_columns import constant_texts
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.schema.feature_table import MISSING_CODE, UNKNOWN_CODE


def boolean_array(feature: Feature, truth: Any) -> Any:
    """Return booleans in the feature's dtype: NaN is missing where that is float64."""
    if feature.dtype == "bool":
        return np.asarray(array_of(truth), dtype=bool)
    return array_of(pc.cast(pc.cast(truth, pa.int8()), pa.float64()))


def category_codes(feature: Feature, texts: Any) -> Any:
    """Return positions of texts in the feature's categories; below 0 where missing or unknown."""
    categories = constant_texts(feature.categories or ())
    codes = array_of(pc.index_in(texts, value_set=categories, skip_nulls=True))
    if codes.dtype.kind == "f":  # so that NaN can represent null
        codes = np.where(np.isnan(codes), UNKNOWN_CODE, codes)
        if texts.null_count:
            codes[array_of(texts.is_null())] = MISSING_CODE
    return codes.astype(np.int32)


def text_array(texts: Any) -> Any:
    """Return objects: str, or None where missing."""
    cells: Any = np.empty(len(texts), dtype=object)
    cells[:] = texts.to_pylist()
    return cells
