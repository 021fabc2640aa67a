"""Compute SHAP values of one AutoGluon booster model with the booster's own library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Parts = tuple[Sequence[str], Any]
"""Encoded feature names, and an array of rows x (features and base) x scores."""


def booster_contributions(model: Any, encoded: Any) -> Parts:
    """Return the parts of every encoded feature in the model's raw score.

    Args:
        model: an AutoGluon model of a type in `BOOSTERS`.
        encoded: rows as AutoGluon's feature generator leaves them.

    Returns:
        Names may occur several times, where a feature was split into columns; the last value is
        the base.
    """
    names, values = BOOSTERS[type(model).__name__](model, encoded)
    if values.shape[1] != len(names) + 1:
        raise RuntimeError(f"{len(names)} names for {values.shape[1]} contributions")
    return names, values


def _of_lightgbm(model: Any, encoded: Any) -> Parts:
    inputs = model.preprocess(encoded)
    names = _named_by_input(model, inputs)
    values = np.asarray(model.model.predict(inputs, pred_contrib=True, num_threads=1))
    # One block of (features and base) after the other, one block a score.
    blocks = values.reshape(len(inputs), -1, len(names) + 1)
    return names, blocks.transpose(0, 2, 1)


def _named_by_input(model: Any, inputs: Any) -> list[str]:
    # LightGBM takes no spaces or brackets in names, so AutoGluon renames such columns.
    renamed: dict[str, str] = getattr(model, "_features_internal_map", None) or {}
    original = {new: old for old, new in renamed.items()}
    return [original.get(name, name) for name in inputs.columns]


def _of_xgboost(model: Any, encoded: Any) -> Parts:
    import xgboost

    inputs = model.preprocess(encoded)
    ohe = getattr(model, "_ohe_generator", None)
    names = list(inputs.columns) if ohe is None else _one_hot_origins(ohe)
    matrix = xgboost.DMatrix(inputs, enable_categorical=True, nthread=1)
    best = getattr(model.model, "best_iteration", None)
    trees = (0, 0) if best is None else (0, best + 1)
    values = model.model.get_booster().predict(
        matrix, pred_contribs=True, iteration_range=trees, validate_features=False
    )
    return names, _scores_last(values)


def _one_hot_origins(encoder: Any) -> list[str]:
    """Return the feature behind each column of AutoGluon's one-hot encoder."""
    hot = [name for name in encoder.cat_cols for _ in encoder.labels[name]]
    return [*hot, *encoder.other_cols]


def _scores_last(values: Any) -> Any:
    return values[:, :, None] if values.ndim == 2 else values.transpose(0, 2, 1)


def _of_catboost(model: Any, encoded: Any) -> Parts:
    import catboost

    inputs = model.preprocess(encoded)
    pool = catboost.Pool(inputs, cat_features=list(inputs.select_dtypes("category").columns))
    values = model.model.get_feature_importance(pool, type="ShapValues", thread_count=1)
    return list(inputs.columns), _scores_last(values)


BOOSTERS: dict[str, Callable[[Any, Any], Parts]] = {
    "LGBModel": _of_lightgbm,
    "XGBoostModel": _of_xgboost,
    "CatBoostModel": _of_catboost,
}
