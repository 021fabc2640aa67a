"""Define the metrics that a training run measures, for settings, planner and job."""

from autogluon_contracts.code.own_objects import reported_name
from autogluon_contracts.predictor_types.timeseries.names import METRIC_ALIASES

DEFAULT_METRIC = "WQL"

ALWAYS_MEASURED = ("WQL", "SQL", "MASE", "MAPE", "SMAPE", "WAPE", "RMSSE", "RMSE", "MAE")
"""What a run reports besides its eval_metric; all are errors, and so at most 0."""


def canonical(metric: str) -> str:
    """Return AutoGluon's own name of a metric, under which it is reported."""
    return METRIC_ALIASES.get(metric) or reported_name(metric)


def measured_metrics(eval_metric: str | None) -> tuple[str, ...]:
    """Return the metrics that a run reports, the one it optimizes first."""
    return tuple(dict.fromkeys((canonical(eval_metric or DEFAULT_METRIC), *ALWAYS_MEASURED)))
