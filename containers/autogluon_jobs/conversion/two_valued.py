"""Refuse third values in columns that AutoGluon reads as two-valued.

AutoGluon compares such a column with one of its values. Anything else, such as a third word or a
missing cell, silently counts as the other value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as pc

from autogluon_jobs.conversion.cell_errors import cell_value, refuse_unallowed
from autogluon_jobs.formats.arrow_buffers import array_of
from autogluon_jobs.formats.text_columns import constant_texts
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.schema.feature_schema import Feature, missing_words
from autogluon_jobs.schema.feature_table import is_missing


def check_allowed(feature: Feature, column: Any, values: Any, row_name: RowName) -> None:
    """Refuse a value that a two-valued feature never had; missing cells are checked elsewhere.

    Args:
        feature: what the column is; without `allowed`, everything passes.
        column: the Arrow column as it arrived.
        values: the converted column.
        row_name: names a row.

    Raises:
        InputError: naming column, row, value and what is allowed.
    """
    if feature.allowed is None:
        return
    good = _allowed_mask(feature, column, values)
    if not good.all():
        row = int(np.argmin(good))
        refuse_unallowed(feature, row_name(row), cell_value(column, row))


def _allowed_mask(feature: Feature, column: Any, values: Any) -> Any:
    if feature.kind == "category":
        if feature.known.issubset(feature.allowed or ()) and values.min(initial=0) >= 0:
            return np.True_  # all are known
        # A category that is not one of the two values has a code if training saw it elsewhere.
        accepted = constant_texts((*(feature.allowed or ()), *missing_words(feature), None))
        return array_of(pc.is_in(column, value_set=accepted))
    allowed = [_comparable(item, feature) for item in feature.allowed or ()]
    return np.isin(values, allowed) | is_missing(feature, values)


def _comparable(item: Any, feature: Feature) -> Any:
    return np.datetime64(item, "ns") if feature.kind == "datetime" else item
