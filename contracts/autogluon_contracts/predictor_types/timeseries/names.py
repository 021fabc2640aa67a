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
)  # fmt: skip

WEIGHTS_NEEDED = ("Chronos", "Chronos2", "Chronos-2", "Toto", "Toto2")
"""Pretrained models, whose weights AutoGluon downloads from Hugging Face."""

_MIXED = ("Chronos2", "Toto2")

PORTFOLIOS: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("light", "default", "experimental"), _MIXED
)
"""Texts for `hyperparameters` -> which of their models need weights."""

PRESETS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "best_quality", "high_quality", "medium_quality", "best", "high", "medium", "bq", "hq",
            "mq", "fast_training", "experimental_quality", "experimental",
        ),
        _MIXED,
    ),
    **dict.fromkeys(("chronos2", "chronos2_small", "chronos2_ensemble"), ("Chronos2",)),
    **dict.fromkeys(("bolt_tiny", "bolt_mini", "bolt_small", "bolt_base"), ("Chronos",)),
}  # fmt: skip
"""Presets -> which of their models need weights."""

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

FREQUENCY_SYNONYMS: Mapping[str, str] = {
    "daily": "D", "day": "D", "weekly": "W", "week": "W", "monthly": "MS", "month": "MS",
    "quarterly": "QS", "quarter": "QS", "yearly": "YS", "annual": "YS", "year": "YS", "hourly": "h",
    "hour": "h", "minutely": "min", "minute": "min", "second": "s", "secondly": "s",
}  # fmt: skip
