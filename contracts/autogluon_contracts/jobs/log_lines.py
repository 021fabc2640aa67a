"""Define the log lines by which jobs report progress, with their writers and readers.

SageMaker's metric definitions and clients search these lines; other lines pass between them.
"""

from __future__ import annotations

import re

METRIC = "AGMETRIC"
ROWS = "AGROWS"

NUMBER = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"
"""A number in a metric definition's regular expression."""

OBJECTIVE = "objective"
"""The metric by which a tuning job compares its trials."""

# Jobs of earlier releases do not name the metric.
MODEL_TRAINED = re.compile(
    rf"{METRIC} model=(?P<model>\S+) val_score=(?P<score>\S+)(?:.* eval_metric=(?P<metric>\S+))?"
)
ROWS_PREDICTED = re.compile(rf"{ROWS} rows=(?P<rows>\d+)")


TRAINING_BEGINS = re.compile(r"^Training \S+ \(\S+\), run \S+$")
"""A training job's first own line; the platform's come before it."""


def training_line(predictor: str, kind: str, run: str) -> str:
    """Return a training job's first line.

    Example:
        >>> training_line("income", "tabular", "income-monday-ce3e111b")
        'Training income (tabular), run income-monday-ce3e111b'
    """
    return f"Training {predictor} ({kind}), run {run}"


def metric_line(**values: object) -> str:
    """Return `AGMETRIC name=value ...`; None is left out, floats have six decimals.

    Example:
        >>> metric_line(model="LightGBM", val_score=0.93, fit_seconds=None)
        'AGMETRIC model=LightGBM val_score=0.930000'
    """
    shown = [f"{name}={_text(value)}" for name, value in values.items() if value is not None]
    return " ".join([METRIC, *shown])


def rows_line(count: int) -> str:
    """Return `AGROWS rows=<count>`: so many further rows are predicted."""
    return f"{ROWS} rows={count}"


def model_metric_pattern(name: str) -> str:
    """Return the regular expression that finds a number reported for each model."""
    return rf"{METRIC} model=.+ {name}={NUMBER}"


def metric_pattern(name: str) -> str:
    """Return the regular expression that finds a metric of the evaluation."""
    return rf"{METRIC} {name}={NUMBER}"


def _text(value: object) -> str:
    return f"{value:.6f}" if isinstance(value, float) else str(value)
