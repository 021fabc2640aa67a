"""Sample rows for the proof: data as it is, with missing cells, with unseen categories."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema

_PLAIN_ROWS = 160
_ALTERED_ROWS = 96
_MOST_CELLS = 400_000  # a wide row shows more, and each of its cells takes time
_FEWEST_ROWS = 32
UNSEEN = "a value that no training row has"


def sample_rows(schema: FeatureSchema, frame: pd.DataFrame) -> list[list[Any]]:
    """Return rows as JSON has them, in the schema's order.

    Args:
        schema: what the predictor takes.
        frame: rows of the training job, with its dtypes.
    """
    dice = np.random.default_rng(0)
    frame = frame[_servable(schema, frame)]
    by_width = max(_FEWEST_ROWS, _MOST_CELLS // max(1, len(schema.features)))
    count = min(len(frame), _PLAIN_ROWS + _ALTERED_ROWS, by_width)
    chosen = frame.iloc[dice.choice(len(frame), count, replace=False)]
    columns = [_spelled(item, chosen[item.name]) for item in schema.features]
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    for at, row in enumerate(rows[: _ALTERED_ROWS if count > _ALTERED_ROWS else count // 2]):
        _alter(row, schema.features, at, dice)
    return rows


def _servable(schema: FeatureSchema, frame: pd.DataFrame) -> Any:
    """Return a mask of rows without a third value in two-valued columns, which serving refuses."""
    good: Any = np.ones(len(frame), dtype=bool)
    for feature in schema.features:
        if feature.allowed is not None:
            values = frame[feature.name]
            seen = values.isin([_comparable(feature, item) for item in feature.allowed])
            good &= (seen | (values.isna() & feature.nullable)).to_numpy()
    return good


def _comparable(feature: Feature, item: Any) -> Any:
    return pd.Timestamp(item) if feature.kind == "datetime" else item


def _alter(row: list[Any], features: Sequence[Feature], at: int, dice: Any) -> None:
    """Make cells missing or unseen: one after the other, then several at once."""
    several = at >= len(features)
    for position, feature in enumerate(features):
        if feature.allowed is not None or not feature.nullable:
            continue
        if position == at or (several and dice.random() < 0.3):
            unseen = feature.kind == "category" and at % 2 == 0
            row[position] = UNSEEN if unseen else None


def _spelled(feature: Feature, column: pd.Series) -> list[Any]:
    if feature.kind == "datetime":
        return [None if pd.isna(value) else value.isoformat() for value in column]
    if feature.kind in ("category", "text"):
        return [None if pd.isna(value) else value for value in column.astype(object)]
    values = column.to_numpy().tolist()
    if feature.kind == "bool":
        return [None if value != value else bool(value) for value in values]
    return [None if isinstance(value, float) and math.isnan(value) else value for value in values]
