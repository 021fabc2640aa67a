"""From the columns of a request or file to the DataFrame that the predictor was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from autogluon_jobs.feature_schema import Feature
from autogluon_jobs.places import Place
from autogluon_jobs.text_conversion import convert_texts
from autogluon_jobs.two_valued import check_allowed
from autogluon_jobs.typed_conversion import convert_typed, integer_codes, is_text, plain


def convert_column(feature: Feature, column: Any, place: Place) -> pd.Series:
    """One Arrow column as the feature's dtype; two-valued columns checked.

    Raises:
        InputError: a cell that the feature cannot hold, by column, row and value.
    """
    column = plain(column)
    if feature.kind == "category" and pa.types.is_integer(column.type):
        column = integer_codes(feature, column, place)
    values = (convert_texts if is_text(column.type) else convert_typed)(feature, column, place)
    check_allowed(feature, column, values, place)
    return values


def convert_columns(
    features: Sequence[Feature], columns: Mapping[str, Any], place: Place
) -> pd.DataFrame:
    """The features, in their order, as one frame with positions as its index.

    Args:
        features: what to convert.
        columns: Arrow columns by name, all of one length; further ones are left alone.
        place: names a row, for errors.

    Raises:
        InputError: a cell that its feature cannot hold, by column, row and value.
    """
    return pd.DataFrame(
        {item.name: convert_column(item, columns[item.name], place) for item in features},
        copy=False,
    )
