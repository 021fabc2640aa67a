"""Build the feature schema of a fitted predictor."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pandas as pd
from autogluon.common.features.feature_metadata import FeatureMetadata
from autogluon.common.features.types import S_BOOL, S_TEXT
from autogluon.tabular import TabularPredictor

from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.schema.training_examples import with_examples


def feature_metadata(features: Sequence[Feature], frame: pd.DataFrame) -> FeatureMetadata:
    """Return the kinds as AutoGluon takes them, so that it does not guess dates and texts."""
    names = [feature.name for feature in features]
    raw = FeatureMetadata.from_df(frame[names].head(1)).type_map_raw
    texts = {feature.name: [S_TEXT] for feature in features if feature.kind == "text"}
    return FeatureMetadata(type_map_raw=raw, type_map_special=texts)


def build_schema(
    predictor: TabularPredictor,
    features: Sequence[Feature],
    ignored: Sequence[str],
    fitted_on: pd.DataFrame,
    *,
    has_own_features: bool = False,
) -> FeatureSchema:
    """Complete the inferred features with what AutoGluon made of them.

    Args:
        predictor: fitted.
        features: as inferred, in training order.
        ignored: columns that are not features.
        fitted_on: the rows that AutoGluon fitted on, without those of classes it dropped.
        has_own_features: whether a generator of the person's made the features, whose names need
            not be those of columns with the same values.
    """
    classes = None
    if predictor.problem_type in ("binary", "multiclass"):
        classes = tuple(_plain(item) for item in predictor.class_labels)
    two_valued = set(predictor.feature_metadata.get_features(required_special_types=[S_BOOL]))
    if has_own_features:
        columns = two_valued.intersection(fitted_on.columns)
        two_valued = {name for name in columns if fitted_on[name].nunique() <= 2}
    return FeatureSchema(
        label=predictor.label,
        problem_type=predictor.problem_type,
        classes=classes,
        positive_class=_plain(predictor.positive_class) if len(classes or ()) == 2 else None,
        ignored=tuple(ignored),
        quantile_levels=_levels(predictor),
        features=with_examples(
            (
                _two_valued(item, fitted_on[item.name]) if item.name in two_valued else item
                for item in features
            ),
            fitted_on,
        ),
    )


def _levels(predictor: TabularPredictor) -> tuple[float, ...] | None:
    if predictor.problem_type != "quantile":
        return None
    return tuple(float(level) for level in predictor.quantile_levels)


def _two_valued(feature: Feature, values: pd.Series) -> Feature:
    """Return the feature with the values that AutoGluon tells apart; one may be "missing"."""
    found = [_plain(item) for item in values.dropna().unique()]
    if len(found) > 2:
        raise RuntimeError(
            f'AutoGluon reads "{feature.name}" as two-valued, but training had {len(found)} values.'
        )
    if feature.kind == "bool":
        found = [bool(item) for item in found]
    return dataclasses.replace(feature, allowed=tuple(sorted(found)), nullable=len(found) < 2)


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
