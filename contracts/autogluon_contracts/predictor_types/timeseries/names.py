"""Names that TimeSeriesPredictor 1.6 knows: models, presets, portfolios, metrics, frequencies.

Source: `autogluon.timeseries.models`, its `configs` and its `metrics` of AutoGluon 1.6.3, and
pandas 2.3 for the frequencies.
"""

from collections.abc import Mapping

MODELS = (
    "SeasonalNaive", "Naive", "Average", "SeasonalAverage", "Zero", "ETS", "AutoETS", "Theta",
    "DynamicOptimizedTheta", "ARIMA", "AutoARIMA", "AutoCES", "NPTS", "ADIDA", "Croston",
    "CrostonSBA", "IMAPA", "RecursiveTabular", "DirectTabular", "PerStepTabular", "DeepAR",
    "DLinear", "PatchTST", "SimpleFeedForward", "TemporalFusionTransformer", "TFT", "TiDE",
    "WaveNet", "Chronos", "Chronos2", "Chronos-2", "Toto", "Toto2",
)  # fmt: skip

ENSEMBLES = (
    "GreedyEnsemble", "WeightedEnsemble", "LinearStackerEnsemble", "MedianEnsemble",
    "PerItemGreedyEnsemble", "PerformanceWeightedEnsemble", "PerQuantileTabularEnsemble",
    "SimpleAverageEnsemble", "TabularEnsemble",
    "Greedy", "Weighted", "LinearStacker", "Median", "PerItemGreedy", "PerformanceWeighted",
    "PerQuantileTabular", "SimpleAverage", "Tabular",
)  # fmt: skip

DEFAULT_CHECKPOINTS: Mapping[str, str] = {
    "Chronos": "autogluon/chronos-bolt-small",
    "Chronos2": "autogluon/chronos-2",
    "Toto": "Datadog/Toto-Open-Base-1.0",
    "Toto2": "Datadog/Toto-2.0-22m",
}
"""Pretrained models -> the repository that each takes unless `model_path` names another."""

MODEL_ALIASES: Mapping[str, str] = {"Chronos-2": "Chronos2"}

CHECKPOINT_ALIASES: Mapping[str, str] = {
    **{name: f"autogluon/chronos-t5-{name}" for name in ("tiny", "mini", "small", "base", "large")},
    **{
        f"bolt_{name}": f"autogluon/chronos-bolt-{name}"
        for name in ("tiny", "mini", "small", "base")
    },
    **{
        f"Toto-2.0-{size}": f"Datadog/Toto-2.0-{size}"
        for size in ("4m", "22m", "313m", "1B", "2.5B")
    },
}
"""Short names of repositories that `model_path` may have."""

_LIGHT = (("Chronos2", "autogluon/chronos-2-small"), ("Toto2", "Datadog/Toto-2.0-4m"))
_BOTH_CHRONOS = (("Chronos2", "autogluon/chronos-2"), ("Chronos2", "autogluon/chronos-2-small"))
_DEFAULT = (*_BOTH_CHRONOS, ("Toto2", "Datadog/Toto-2.0-22m"))
_EXPERIMENTAL = (*_BOTH_CHRONOS, ("Toto2", "Datadog/Toto-2.0-313m"))

Pretrained = tuple[tuple[str, str], ...]
"""Pairs of a model and its repository."""

PORTFOLIOS: Mapping[str, Pretrained] = {
    "light": _LIGHT,
    "default": _DEFAULT,
    "experimental": _EXPERIMENTAL,
}
"""Texts for `hyperparameters` -> their pretrained models."""

PRESETS: Mapping[str, Pretrained] = {
    **dict.fromkeys(("best_quality", "best", "bq", "high_quality", "high", "hq"), _DEFAULT),
    **dict.fromkeys(("medium_quality", "medium", "mq", "fast_training"), _LIGHT),
    **dict.fromkeys(("experimental_quality", "experimental"), _EXPERIMENTAL),
    "chronos2": _BOTH_CHRONOS[:1],
    "chronos2_small": _BOTH_CHRONOS[1:],
    "chronos2_ensemble": _BOTH_CHRONOS,
    **{
        f"bolt_{size}": (("Chronos", f"autogluon/chronos-bolt-{size}"),)
        for size in ("tiny", "mini", "small", "base")
    },
}
"""Presets -> their pretrained models."""

PRETRAINED_ONLY = frozenset({
    "experimental", "experimental_quality", "chronos2", "chronos2_small", "chronos2_ensemble",
    "bolt_tiny", "bolt_mini", "bolt_small", "bolt_base",
})  # fmt: skip
"""Presets and portfolios that have no other models."""

METRICS = (
    "WQL", "SQL", "MQL", "MASE", "MAPE", "SMAPE", "WAPE", "WAPEB", "RMSSE", "RMSE", "RMSLE", "MSE",
    "MAE", "MAEB",
)  # fmt: skip
"""What `eval_metric` may be; BIAS is not among them, because models cannot be chosen by it."""

METRIC_ALIASES: Mapping[str, str] = {
    "mean_absolute_error": "MAE",
    "mean_squared_error": "MSE",
    "root_mean_squared_error": "RMSE",
    "root_mean_squared_logarithmic_error": "RMSLE",
    "mean_absolute_percentage_error": "MAPE",
    "symmetric_mean_absolute_percentage_error": "SMAPE",
    "mean_absolute_scaled_error": "MASE",
    "root_mean_squared_scaled_error": "RMSSE",
    "weighted_absolute_percentage_error": "WAPE",
    "weighted_quantile_loss": "WQL",
    "scaled_quantile_loss": "SQL",
    "mean_quantile_loss": "MQL",
    "mean_absolute_error_with_bias": "MAEB",
    "weighted_absolute_percentage_error_with_bias": "WAPEB",
    "mean_wQuantileLoss": "WQL",
}

FREQUENCIES = (
    "D", "B", "C", "W", "ME", "MS", "M", "BME", "BMS", "BM", "CBME", "CBMS", "SME", "SMS", "SM",
    "QE", "QS", "Q", "BQE", "BQS", "YE", "YS", "Y", "BYE", "BYS", "A", "AS", "h", "H", "bh", "cbh",
    "min", "T", "s", "S", "ms", "L", "us", "U", "ns", "N",
)  # fmt: skip
"""pandas' offset aliases, without number and anchor."""

_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = (
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
)  # fmt: skip
_ANCHORED_BY_MONTH = frozenset(
    {"QE", "QS", "Q", "BQE", "BQS", "YE", "YS", "Y", "BYE", "BYS", "A", "AS"}
)


def anchors_of(alias: str) -> tuple[str, ...]:
    """Return what may follow a frequency after a hyphen: a weekday, a month, or nothing.

    Example:
        >>> anchors_of("W")[0]
        'MON'
    """
    if alias == "W":
        return _WEEKDAYS
    return _MONTHS if alias in _ANCHORED_BY_MONTH else ()


FREQUENCY_SYNONYMS: Mapping[str, str] = {
    "daily": "D", "day": "D", "weekly": "W", "week": "W", "monthly": "MS", "month": "MS",
    "quarterly": "QS", "quarter": "QS", "yearly": "YS", "annual": "YS", "year": "YS", "hourly": "h",
    "hour": "h", "minutely": "min", "minute": "min", "second": "s", "secondly": "s",
}  # fmt: skip
