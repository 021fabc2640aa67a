"""Refuse rows of a CSV that may be a header, which would otherwise be predicted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow.compute as pc

from autogluon_jobs.formats.arrow_buffers import array_of
from autogluon_jobs.formats.text_columns import constant_texts
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable, is_missing


def is_free_text(feature: Feature) -> bool:
    """Return whether the feature takes any text, so that a value looks like any name."""
    return feature.kind == "text" and feature.allowed is None


def require_known_values(schema: FeatureSchema, table: FeatureTable, row_name: RowName) -> None:
    """Refuse header-less rows that could as well be a header with other names.

    A known category, a number, a boolean or a date shows that a row holds values; free text, unseen
    categories and missing cells do not. Each row is checked alone, so that the answer to a row does
    not depend on its position.

    Raises:
        InputError: naming the first such row.
    """
    unknown = np.full(len(table), fill_value=True)
    for item in schema.features:
        if not is_free_text(item):
            unknown &= is_missing(item, table.columns[item.name])
        if not unknown.any():
            return
    where = row_name(int(np.argmax(unknown)))
    raise InputError(
        f"{where[0].upper()}{where[1:]} holds only free text, unseen categories or missing cells, "
        f"so it may be a header with other names.",
        advice="To have such rows scored, send a header with the features' names, or JSON records.",
    )


def require_no_header(schema: FeatureSchema, columns: Mapping[str, Any], row_name: RowName) -> None:
    """Refuse rows that say the features' names again, as files that were joined have them.

    Args:
        schema: what the predictor takes.
        columns: Arrow texts by name.
        row_name: names a row.

    Raises:
        InputError: naming the first such row.
    """
    names = constant_texts(schema.names)
    rows: Any = None
    for name, text in zip(schema.names, names, strict=True):
        alike = pc.equal(columns[name], text)
        rows = alike if rows is None else pc.and_(rows, alike)
        if not pc.any(rows).as_py():
            return
    where = row_name(int(np.argmax(array_of(rows))))
    raise InputError(
        f"{where[0].upper()}{where[1:]} repeats the header.",
        advice="Leave it out.",
    )
