"""Write the scores of a run by the rule of terminals and reports: errors are positive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import shown
from autogluon_client.errors import UnknownPredictorError
from autogluon_contracts.shown.scores import ShownMetric

_SCORES = ("score_test", "score_val")


def shown_score(metric: str, value: float | None) -> str:
    """Return the value of a metric; that of an error says that lower is better.

    Example:
        >>> shown_score("log_loss", -0.25)
        '0.25 (lower is better)'
        >>> shown_score("r2", -0.5)
        '-0.5'
    """
    of = ShownMetric(metric)
    text = shown(of.shown(value))
    return f"{text} ({of.better})" if of.is_error and value is not None else text


def shown_scores(metrics: Mapping[str, float | None]) -> dict[str, str]:
    """Return the metrics of a run by name."""
    return {name: shown_score(name, value) for name, value in metrics.items()}


def metric_of(output: Mapping[str, Any] | None) -> ShownMetric | None:
    """Return the metric of a training run's leaderboard; None where the run does not name it.

    Args:
        output: of the run. Of a run by an earlier release, the first metric is its eval metric.
    """
    known = output or {}
    name = known.get("eval_metric") or next(iter(known.get("metrics") or {}), None)
    return None if name is None else ShownMetric(name)


def objective_of(
    invocation: Invocation, predictor: str, output: Mapping[str, Any] | None
) -> ShownMetric | None:
    """Return the metric whose validation score a tuning run compared its trials by.

    None where the settings have an objective of their own, or the run names no metric.
    """
    try:
        tuning = invocation.connection.spec(predictor).get("tuning") or {}
    except UnknownPredictorError:
        return None
    return None if tuning.get("objective") else metric_of(output)


def scores_title(title: str, metric: ShownMetric | None) -> str:
    """Return the title of a table of scores, with what they are and which are better."""
    return title if metric is None else f"{title} ({metric.name}: {metric.better})"


def shown_board(
    board: Sequence[Mapping[str, Any]], metric: ShownMetric | None
) -> list[dict[str, Any]]:
    """Return the rows of a leaderboard with their scores as they are shown."""
    if metric is None:
        return [dict(row) for row in board]
    return [
        {
            name: metric.shown(value) if name in _SCORES and value != "" else value
            for name, value in row.items()
        }
        for row in board
    ]
