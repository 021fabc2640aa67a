"""List the hyperparameters of the models of TimeSeriesPredictor 1.6, where AutoGluon lists them.

Source: `allowed_hyperparameters` of the classes in `autogluon.timeseries.models` 1.6.3, and
`VALID_AG_ARGS_KEYS` of its `trainer.model_set_builder`. AutoGluon ignores others with a warning.
The networks of GluonTS have no list: their estimators judge.
"""

from collections.abc import Mapping

from autogluon_contracts.predictor_types.timeseries.names import MODEL_ALIASES
from autogluon_contracts.rules import Rule, mapping, text
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

_OF_ANY = ("target_scaler", "covariate_regressor", "covariate_scaler")
_LOCAL = (*_OF_ANY, "use_fallback_model", "max_ts_length", "n_jobs")
_SEASONAL = (*_LOCAL, "seasonal_period")
_ETS = (*_SEASONAL, "damped", "model")
_THETA = (*_SEASONAL, "decomposition_type")
_CROSTON = (*_LOCAL, "variant")
_TABULAR = (
    *_OF_ANY, "lags", "date_features", "differences", "model_name", "model_hyperparameters",
    "max_num_items", "max_num_samples", "lag_transforms",
)  # fmt: skip
_FINE_TUNED = (
    *_OF_ANY, "model_path", "batch_size", "device", "context_length", "fine_tune", "fine_tune_lr",
    "fine_tune_steps", "fine_tune_batch_size", "eval_during_fine_tune", "fine_tune_eval_max_items",
    "fine_tune_trainer_kwargs", "revision",
)  # fmt: skip

HYPERPARAMETERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("Naive", "SeasonalNaive", "Average", "SeasonalAverage"), _SEASONAL),
    **dict.fromkeys(("Zero", "ADIDA", "IMAPA"), _LOCAL),
    **dict.fromkeys(("ETS", "AutoETS"), _ETS),
    **dict.fromkeys(("Theta", "DynamicOptimizedTheta"), _THETA),
    **dict.fromkeys(("Croston", "CrostonSBA"), _CROSTON),
    "ARIMA": (
        *_SEASONAL, "order", "seasonal_order", "include_mean", "include_drift", "include_constant",
        "blambda", "biasadj", "method", "fixed",
    ),
    "AutoARIMA": (
        *_SEASONAL, "d", "D", "max_p", "max_q", "max_P", "max_Q", "max_d", "max_D", "start_p",
        "start_q", "start_P", "start_Q", "stationary", "seasonal", "approximation", "allowdrift",
        "allowmean",
    ),
    "AutoCES": (*_SEASONAL, "model"),
    "NPTS": (
        *_SEASONAL, "kernel_type", "exp_kernel_weights", "use_seasonal_model", "num_samples",
        "num_default_time_features",
    ),
    **dict.fromkeys(("DirectTabular", "RecursiveTabular"), _TABULAR),
    "PerStepTabular": (
        *_OF_ANY, "trailing_lags", "seasonal_lags", "date_features", "validation_fraction",
        "model_name", "model_hyperparameters", "max_num_items", "max_num_samples", "n_jobs",
    ),
    "Chronos": (
        *_FINE_TUNED, "num_samples", "torch_dtype", "data_loader_num_workers",
        "fine_tune_shuffle_buffer_size", "keep_transformers_logs",
    ),
    "Chronos2": (
        *_FINE_TUNED, "cross_learning", "fine_tune_mode", "fine_tune_context_length",
        "fine_tune_lora_config", "disable_known_covariates", "disable_past_covariates",
    ),
    "Toto": (
        *_OF_ANY, "model_path", "batch_size", "num_samples", "device", "context_length",
        "compile_model",
    ),
    "Toto2": (
        *_OF_ANY, "model_path", "batch_size", "device", "context_length", "decode_block_size",
        "scaler_fallback_min_obs", "quantile_real_cap_k",
    ),
}  # fmt: skip
"""Model -> the hyperparameters that its class lists."""

NAMING = ("name", "name_prefix", "name_suffix")
"""Keys of `ag_args`."""
_BESIDE: Mapping[str, tuple[str, ...]] = {
    # `mlforecast.py` reads it where `target_scaler` is missing.
    **dict.fromkeys(("DirectTabular", "RecursiveTabular"), ("scaler",)),
}
_OF_AUTOGLUON: Mapping[str, Rule] = {
    "ag_args": mapping({name: text() for name in NAMING}),
    "ag_args_fit": mapping(),
}


def hyperparameter_problems(path: str, model: str, values: Mapping[str, object]) -> list[str]:
    """Return a sentence for each hyperparameter that a known model would ignore.

    Example:
        >>> hyperparameter_problems("fit_args.hyperparameters.ETS", "ETS", {"dampd": True})
        ['fit_args.hyperparameters.ETS.dampd: unknown hyperparameter (did you mean "damped"?)']
    """
    known = MODEL_ALIASES.get(model, model)
    problems: list[str] = []
    for key, value in values.items():
        if key in _OF_AUTOGLUON:
            problems += _OF_AUTOGLUON[key].problems(f"{path}.{key}", value)
        elif known in HYPERPARAMETERS:
            allowed = (*HYPERPARAMETERS[known], *_BESIDE.get(known, ()))
            if key not in allowed:
                hint = did_you_mean(key, allowed) or f"; {model} has {listed(allowed)}"
                problems.append(f"{path}.{key}: unknown hyperparameter{hint}")
    return problems
