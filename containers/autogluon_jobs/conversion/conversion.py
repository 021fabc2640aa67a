"""Convert the columns of a request or file to values by the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa

from autogluon_jobs.conversion.from_arrow import convert_typed, integer_codes
from autogluon_jobs.conversion.from_text import convert_texts
from autogluon_jobs.conversion.two_valued import check_allowed
from autogluon_jobs.formats.arrow_types import is_text, plain
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.schema.feature_table import FeatureTable


def convert_column(feature: Feature, column: Any, row_name: RowName) -> Any:
    """Convert an Arrow column to an array of the feature's kind; check two-valued columns.

    Raises:
        InputError: a cell that the feature cannot hold, by column, row and value.
    """
    column = plain(column)
    if column.null_count == len(column):
        # Nothing but missing cells says nothing of a type: pandas writes them as floats.
        column = pa.nulls(len(column), pa.string())
    if feature.kind == "category" and pa.types.is_integer(column.type):
        column = integer_codes(feature, column, row_name)
    if feature.whole_numbers and pa.types.is_integer(column.type):
        column = column.cast(pa.string())
    values = (convert_texts if is_text(column.type) else convert_typed)(feature, column, row_name)
    check_allowed(feature, column, values, row_name)
    return values


def convert_table(
    features: Sequence[Feature], columns: Mapping[str, Any], row_name: RowName, threads: int = 1
) -> FeatureTable:
    """Convert the features, in their order.

    Args:
        features: what to convert.
        columns: Arrow columns by name, all of one length; further ones are left alone.
        row_name: names a row, for errors.
        threads: how many columns to convert at once.

    Raises:
        InputError: a cell that its feature cannot hold, by column, row and value; of several, the
            first feature's.
    """

    def converted(item: Feature) -> Any:
        return convert_column(item, columns[item.name], row_name)

    if threads == 1:
        values = list(map(converted, features))
    else:
        with ThreadPoolExecutor(threads, thread_name_prefix="columns") as pool:
            values = list(pool.map(converted, features))
    names = [item.name for item in features]
    return FeatureTable.of_columns(features, dict(zip(names, values, strict=True)))


def convert_columns(
    features: Sequence[Feature], columns: Mapping[str, Any], row_name: RowName
) -> Any:
    """Convert as `convert_table` does, into the pandas frame that AutoGluon takes."""
    from autogluon_jobs.schema.frames import frame_of  # pandas costs a cold start

    return frame_of(convert_table(features, columns, row_name))
