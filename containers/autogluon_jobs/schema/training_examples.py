"""Keep a few values of each column's training data, as examples for those who call the model."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.schema.feature_schema import Feature

_KINDS = ("int", "float", "datetime")
_SHARES = (0.25, 0.5, 0.75)
_MOST_ROWS = 10_000


def with_examples(features: Iterable[Feature], frame: pd.DataFrame) -> tuple[Feature, ...]:
    """Return the features with values of their own: the quartiles of numbers and dates.

    Categories and two values are in the schema anyway; texts can be long, and about somebody.

    Args:
        features: of which those that the frame lacks stay as they are.
        frame: the training rows. Of many, every n-th is looked at.
    """
    rows = frame.iloc[:: max(1, len(frame) // _MOST_ROWS)]
    return tuple(
        dataclasses.replace(feature, examples=_examples(rows[feature.name]))
        if feature.kind in _KINDS and feature.allowed is None and feature.name in rows
        else feature
        for feature in features
    )


def _examples(column: pd.Series) -> tuple[Any, ...] | None:
    """Return up to three values in ascending order; None for a column without values."""
    values = column.dropna().to_numpy()
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    if not len(values):
        return None
    places = [int(share * (len(values) - 1)) for share in _SHARES]
    found = np.unique(np.partition(values, places)[places])
    if found.dtype.kind != "M":
        return tuple(found.tolist())
    return tuple(pd.Timestamp(value).isoformat().removesuffix("T00:00:00") for value in found)
