"""Measure feature importance: permutation importance on a bounded sample."""

from __future__ import annotations

import time

import pandas as pd
from autogluon.tabular import TabularPredictor

# Few seconds for an ensemble of forests and boosters with some dozen features.
_ROWS = 1000
_SHUFFLES = 3
_ALWAYS = 50  # so many features are measured, however slow the model is
_SECONDS = 5
_SEED = 0
_COLUMNS = ["importance", "stddev", "p_value", "n", "p99_high", "p99_low"]


def feature_importance(
    predictor: TabularPredictor, rows: pd.DataFrame
) -> tuple[pd.DataFrame, str | None]:
    """Measure the drop of the eval metric when a feature is shuffled, one row per feature.

    AutoGluon shuffles each feature once whatever its time limit is. Where that would take longer
    for a wide table, the features most related to the label are measured.

    Args:
        predictor: fitted.
        rows: labelled rows, at best ones it was not fitted on; a sample of them is used.

    Returns:
        A frame indexed by `feature`, the most important first, and a sentence where features were
        left out.

    Raises:
        ValueError: the metric is undefined on the sample.
    """
    sample = rows if len(rows) <= _ROWS else rows.sample(_ROWS, random_state=_SEED)
    sample = sample.reset_index(drop=True)
    every: list[str] = predictor.features()
    count = max(_ALWAYS, int(_SECONDS / _seconds_of_a_prediction(predictor, sample)))
    features, note = every, None
    if count < len(every):
        features = _most_related(predictor, sample, every)[:count]
        note = (
            f"Feature importance was measured for {count:,} of {len(every):,} features, those most "
            f"related to the label, to keep to {_SECONDS} seconds."
        )
    table = predictor.feature_importance(
        sample,
        features=features,
        subsample_size=None,
        num_shuffle_sets=_SHUFFLES,
        time_limit=_SECONDS,
        silent=True,
    )
    return table.reindex(columns=_COLUMNS).rename_axis("feature"), note


def _seconds_of_a_prediction(predictor: TabularPredictor, sample: pd.DataFrame) -> float:
    predictor.predict(sample.head(1))  # loads the model
    start = time.perf_counter()
    predictor.predict(sample)
    return time.perf_counter() - start


def _most_related(
    predictor: TabularPredictor, sample: pd.DataFrame, features: list[str]
) -> list[str]:
    """Return the features by their correlation with the label, the greatest first."""
    truth = pd.Series(predictor.transform_labels(sample[predictor.label])).astype(float)
    codes = {
        name: column if pd.api.types.is_numeric_dtype(column.dtype) else pd.factorize(column)[0]
        for name, column in sample[features].items()
    }
    related = pd.DataFrame(codes).corrwith(truth).abs().fillna(0)
    return list(related.sort_values(ascending=False, kind="stable").index)
