"""Build the feature schema of a fitted predictor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from autogluon.multimodal import MultiModalPredictor

from autogluon_contracts.predictor_types.multimodal.images import image_details
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.schema.training_examples import with_examples


def build_schema(
    predictor: MultiModalPredictor,
    features: Sequence[Feature],
    images: tuple[str, ...],
    train: pd.DataFrame,
) -> FeatureSchema:
    """Describe what the predictor takes and answers."""
    classes = None
    if predictor.problem_type != "regression":
        classes = tuple(_plain(item) for item in predictor.class_labels)
    return FeatureSchema(
        label=predictor.label,
        problem_type=predictor.problem_type,
        features=with_examples(features, train),
        classes=classes,
        positive_class=_plain(predictor.positive_class) if len(classes or ()) == 2 else None,
        type="multimodal",
        details=image_details(images),
    )


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    return value.item() if hasattr(value, "item") else value
