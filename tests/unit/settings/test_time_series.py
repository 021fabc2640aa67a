"""Settings of time series predictors: what is accepted, and what is refused in one sentence."""

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, parse_environment

MODELS = {"SeasonalNaive": {}, "Theta": {}}


def _problems(**changes: Any) -> list[str]:
    predictor = {
        "type": "timeseries",
        "init_args": {"target": "sales", "prediction_length": 7},
        "fit_args": {"hyperparameters": MODELS},
        **changes,
    }
    try:
        parse_environment("dev", {"predictors": {"shop": predictor}}, file="config/dev.yaml")
    except SettingsError as error:
        return error.problems
    return []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"init_args": {}},
        {"init_args": {"freq": "2h", "quantile_levels": [0.5], "eval_metric": "MASE"}},
        {"init_args": {"freq": "W-SUN", "id_column": "store", "timestamp_column": "day"}},
        {"init_args": {"prediction_length": 2, "horizon_weight": [1, 0.5]}},
        {"init_args": {"known_covariates_names": ["promo", "price"]}},
        {"fit_args": {"presets": "best", "excluded_model_types": ["Chronos2", "Toto2"]}},
        {"fit_args": {"hyperparameters": "light", "excluded_model_types": ["Chronos-2", "Toto2"]}},
        {"fit_args": {"hyperparameters": {"DeepAR": [{}, {"hidden_size": 8}]}}},
        {"fit_args": {"hyperparameters": MODELS, "num_val_windows": 3, "refit_full": True}},
        {"quality_gate": {"metric": "MASE", "minimum": -1.5}},
    ],
)
def test_what_autogluon_takes_is_accepted(changes: dict[str, Any]) -> None:
    assert _problems(**changes) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"fit_args": {}},
            "fit_args.hyperparameters: 'default' has Chronos2, Toto2, whose pretrained weights a "
            "job does not download; mirror them with `agcdk weights add` and write weights: "
            "[chronos-2, chronos-2-small, toto-2-22m], set excluded_model_types: [Chronos2, "
            "Toto2], or name other models in hyperparameters, such as {SeasonalNaive: {},",
        ),
        (
            {"fit_args": {"presets": "best", "excluded_model_types": ["Chronos2"]}},
            "fit_args.presets: 'best' has Toto2, whose pretrained weights",
        ),
        (
            {"fit_args": {"presets": "bolt_small"}},
            "write weights: [chronos-bolt-small], or name other models in hyperparameters, such",
        ),
        (
            {"fit_args": {"hyperparameters": {**MODELS, "Chronos": {"model_path": "bolt_tiny"}}}},
            "fit_args.hyperparameters: the object has Chronos, whose pretrained weights",
        ),
        (
            {"fit_args": {"hyperparameters": {"SeasonalNaiv": {}}}},
            "unknown model 'SeasonalNaiv' (did you mean \"SeasonalNaive\"?)",
        ),
        ({"init_args": {"label": "sales"}}, "init_args.label: cannot be given; write the column's"),
        ({"init_args": {"freq": "daily"}}, "unknown frequency 'daily' (did you mean \"D\"?)"),
        (
            {"init_args": {"target": "sales", "known_covariates_names": ["sales"]}},
            "init_args.known_covariates_names: got 'sales', which target names too",
        ),
        (
            {"init_args": {"prediction_length": 0}},
            "init_args.prediction_length: got 0 (int); allowed: a number of steps >= 1",
        ),
        (
            {"init_args": {"prediction_length": 3, "horizon_weight": [1, 2]}},
            "allowed: a weight for each of the 3 steps of prediction_length",
        ),
        ({"init_args": {"quantile_levels": [0.5, 0.5]}}, "quantile_levels: got [0.5, 0.5]"),
        ({"fit_args": {"static_features": "s3://x/y"}}, "execution's input: 'static_features'"),
        ({"init_args": {"stored_history": 3}}, "predictors.shop.init_args.stored_history: got 3"),
        (
            {"serving": {"optimize_for": "latency"}},
            "serving.optimize_for: got 'latency', which is for tabular predictors",
        ),
        (
            {"serving": {"joining": "always"}},
            "serving.joining: requests for forecasts are never joined; leave it out",
        ),
        (
            {"serving": {"max_batch_rows": 8}},
            "serving.max_batch_rows: requests for forecasts are never joined; leave it out",
        ),
        (
            {"batch": {"engine": "bulk"}},
            "batch.engine: got 'bulk', which answers row by row, and a forecast depends on many",
        ),
        (
            {"quality_gate": {"metric": "roc_auc", "minimum": -0.5}},
            "quality_gate.metric: got 'roc_auc', which a run with eval_metric None does not",
        ),
        (
            {"quality_gate": {"metric": "MASE", "minimum": 1.5}},
            "minimum 1.5 can never be reached: MASE is at most 0 (errors are negative",
        ),
    ],
)
def test_what_cannot_work_is_refused(changes: dict[str, Any], sentence: str) -> None:
    if "serving" in changes:
        changes = {**changes, "endpoint": {"instance_type": "ml.m5.large"}}
    (problem,) = _problems(**changes)
    assert sentence in problem
