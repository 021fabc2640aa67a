"""Measure feature importance: permutation importance on a bounded sample."""

from __future__ import annotations

import pandas as pd
from autogluon.tabular import TabularPredictor

# Few seconds for an ensemble of forests and boosters with some dozen features.
_ROWS = 1000
_SHUFFLES = 3
_SECONDS = 5
_SEED = 0
_COLUMNS = ["importance", "stddev", "p_value", "n", "p99_high", "p99_low"]


def feature_importance(predictor: TabularPredictor, rows: pd.DataFrame) -> pd.DataFrame:
    """Measure the drop of the eval metric when a feature is shuffled, one row per feature.

    Args:
        predictor: fitted.
        rows: labelled rows, at best ones it was not fitted on; a sample of them is used.

    Returns:
        A frame indexed by `feature`, the most important first.

    Raises:
        ValueError: the metric is undefined on the sample.
    """
    sample = rows if len(rows) <= _ROWS else rows.sample(_ROWS, random_state=_SEED)
    table = predictor.feature_importance(
        sample.reset_index(drop=True),
        subsample_size=None,
        num_shuffle_sets=_SHUFFLES,
        time_limit=_SECONDS,
        silent=True,
    )
    return table.reindex(columns=_COLUMNS).rename_axis("feature")
