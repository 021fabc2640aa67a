"""Decide what each column is to the models: text, categorical, numerical or an image."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import pandas as pd

from autogluon_contracts.predictor_types.multimodal.images import IMAGE_TYPE
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import Feature, Kind

_TYPES: Mapping[Kind, str] = {
    "int": "numerical", "float": "numerical", "bool": "numerical", "category": "categorical",
    "text": "text",
}  # fmt: skip
_HOLDS: Mapping[Kind, str] = {
    "int": "whole numbers", "float": "numbers", "bool": "true and false", "category": "categories",
    "text": "text", "datetime": "dates",
}  # fmt: skip
_DECLARABLE = frozenset({
    ("int", "numerical"), ("int", "categorical"), ("float", "numerical"), ("bool", "numerical"),
    ("category", "categorical"), ("category", "text"), ("text", "text"), ("text", "categorical"),
    ("category", IMAGE_TYPE), ("text", IMAGE_TYPE),
})  # fmt: skip


def declared(
    features: Sequence[Feature],
    frames: Sequence[pd.DataFrame],
    column_types: Mapping[str, str],
) -> tuple[Feature, ...]:
    """Return the features as `column_types` declares them, else as their cells were read.

    Args:
        features: as inferred, without the label.
        frames: the rows of all channels, for the categories.
        column_types: the user's, by column.

    Raises:
        InputError: a column that no model reads, or that is not what it is declared as.
    """
    names = {feature.name for feature in features}
    for name in column_types:
        if name not in names:
            raise InputError(f'Column "{name}" of fit_args.column_types is not a feature.')
    return tuple(_declared(item, frames, column_types.get(item.name)) for item in features)


def column_types(features: Sequence[Feature], images: Sequence[str]) -> dict[str, str]:
    """Return the types of the columns as MultiModalPredictor takes them."""
    return {
        feature.name: IMAGE_TYPE if feature.name in images else _TYPES[feature.kind]
        for feature in features
    }


def model_frame(features: Sequence[Feature], frame: pd.DataFrame) -> pd.DataFrame:
    """Return the features' columns as the models take them; other columns are left out."""
    return pd.DataFrame({item.name: _cells(item, frame[item.name]) for item in features})


def _declared(feature: Feature, frames: Sequence[pd.DataFrame], asked: str | None) -> Feature:
    if asked is None:
        if feature.kind == "datetime":
            raise InputError(
                f'Column "{feature.name}" holds dates, which no multimodal model reads.',
                advice="Leave it out, or write what matters of it as a number, such as the year.",
            )
        return feature
    if (feature.kind, asked) not in _DECLARABLE:
        raise InputError(
            f'Column "{feature.name}" holds {_HOLDS[feature.kind]} and cannot be {asked}, which '
            "fit_args.column_types says.",
            advice="Correct the column or the argument.",
        )
    if asked in ("text", IMAGE_TYPE):
        return dataclasses.replace(feature, kind="text", dtype="object", categories=None)
    if asked == "categorical" and feature.kind != "category":
        found = {str(cell) for frame in frames for cell in frame[feature.name].dropna().unique()}
        return dataclasses.replace(
            feature,
            kind="category",
            dtype="category",
            nullable=True,
            categories=tuple(sorted(found)),
        )
    return feature


def _cells(feature: Feature, cells: pd.Series) -> pd.Series:
    if feature.kind == "bool":
        return cells.astype("float64")
    if feature.kind == "text":
        return cells.astype(object).where(cells.notna(), None)
    if feature.kind == "category" and not isinstance(cells.dtype, pd.CategoricalDtype):
        texts = cells.map(str, na_action="ignore")
        return texts.astype(pd.CategoricalDtype(list(feature.categories or ())))
    return cells
