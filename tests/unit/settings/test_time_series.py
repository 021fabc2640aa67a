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
        {"init_args": {"freq": "2QS-FEB", "quantile_levels": [0.9, 0.1]}},
        {"fit_args": {"hyperparameters": {"ETS": {"damped": True, "ag_args": {"name": "a"}}}}},
        {"fit_args": {"hyperparameters": {"ETS": {}}, "skip_model_selection": True}},
        {"fit_args": {"hyperparameters": {"ETS": {}, "Theta": {}}, "skip_model_selection": True,
                      "excluded_model_types": ["Theta"]}},
        {"fit_args": {"presets": "chronos2"}, "weights": ["chronos-2"]},
        {"fit_args": {"hyperparameters": MODELS, "num_val_windows": [2, 1],
                      "ensemble_hyperparameters": [{"Greedy": {}}, {"MedianEnsemble": {}}]}},
        {"fit_args": {"hyperparameters": MODELS, "num_val_windows": "auto",
                      "ensemble_hyperparameters": [{"Greedy": {}}, {"MedianEnsemble": {}}]}},
    ],
)  # fmt: skip
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
            {"init_args": {"freq": "W-FOO"}},
            "init_args.freq: got 'W-FOO' (str); allowed after W-: MON, TUE, WED, THU, FRI, SAT, SU",
        ),
        ({"init_args": {"freq": "QS-MON"}}, "allowed after QS-: JAN, FEB, MAR"),
        ({"init_args": {"freq": "D-MON"}}, "and D has no '-MON'; write 'D'"),
        ({"init_args": {"quantile_levels": []}}, "quantile_levels: got []; allowed: at least one"),
        (
            {"init_args": {"quantile_levels": [0, 0.5]}},
            "quantile_levels[0]: got 0 (int); allowed: a number between 0 and 1, both excluded",
        ),
        (
            {"fit_args": {"hyperparameters": {"ETS": {"dampd": True}}}},
            "hyperparameters.ETS.dampd: unknown hyperparameter (did you mean \"damped\"?)",
        ),
        (
            {"fit_args": {"hyperparameters": {"Zero": [{}, {"xyz": 1}]}}},
            "hyperparameters.Zero[1].xyz: unknown hyperparameter; Zero has target_scaler, covariat",
        ),
        (
            {"fit_args": {"hyperparameters": {"DeepAR": {"ag_args": {"suffix": "a"}}}}},
            "hyperparameters.DeepAR.ag_args.suffix: unknown argument",
        ),
        (
            {"fit_args": {"hyperparameters": {"ETS": {}, "Theta": [{}, {}]},
                          "skip_model_selection": True}},
            "fit_args.hyperparameters: got 3 models with skip_model_selection true, and one model "
            "alone can go unselected; name one model, or set skip_model_selection: false",
        ),
        (
            {"fit_args": {"presets": "best", "skip_model_selection": True}},
            "fit_args.hyperparameters: missing, and 'best' has several models with skip_model",
        ),
        (
            {"fit_args": {"presets": "bolt_tiny", "hyperparameters": MODELS}},
            "with presets 'bolt_tiny', which skips selection, and one model alone can go unselect",
        ),
        (
            {"fit_args": {"hyperparameters": {"ETS": {}}, "skip_model_selection": True,
                          "hyperparameter_tune_kwargs": "auto"}},
            "fit_args.hyperparameter_tune_kwargs: cannot be given with skip_model_selection true",
        ),
        (
            {"fit_args": {"hyperparameters": MODELS, "num_val_windows": [2],
                          "ensemble_hyperparameters": [{"Greedy": {}}, {"Median": {}}]}},
            "fit_args.num_val_windows: got [2] (list) for 2 layers of ensemble_hyperparameters; "
            "allowed: windows for each layer, such as [2, 2], or 'auto'",
        ),
        (
            {"fit_args": {"hyperparameters": MODELS,
                          "ensemble_hyperparameters": [{"Greedy": {}}, {"Median": {}}]}},
            "fit_args.num_val_windows: missing, so 1 window for 2 layers",
        ),
        (
            {"fit_args": {"hyperparameters": MODELS, "enable_ensemble": False,
                          "ensemble_hyperparameters": {"Greedy": {}}}},
            "fit_args.ensemble_hyperparameters: cannot be given with enable_ensemble false",
        ),
        (
            {"fit_args": {"hyperparameters": MODELS, "ensemble_hyperparameters": {"Greedy": 3}}},
            "fit_args.ensemble_hyperparameters.Greedy: got 3 (int); allowed: an object",
        ),
        ({"fit_args": {"hyperparameters": MODELS, "num_val_windows": []}}, "windows: got []"),
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
)  # fmt: skip
def test_what_cannot_work_is_refused(changes: dict[str, Any], sentence: str) -> None:
    if "serving" in changes:
        changes = {**changes, "endpoint": {"instance_type": "ml.m5.large"}}
    (problem,) = _problems(**changes)
    assert sentence in problem
