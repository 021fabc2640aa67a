"""Report what `optimize_for: latency` chose: the score given up, and the time gained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autogluon_jobs.report.number_text import number
from autogluon_jobs.report.page_parts import Note, Table
from autogluon_jobs.tabular.report.metric_text import MetricText

_SCORES = {"score_val": "validation score", "score_test": "test score"}


def speed_parts(serving: Mapping[str, Any], metric: MetricText) -> list[Note | Table]:
    """Write a sentence and the measurements.

    Args:
        serving: the key `serving` of `metrics.json`, with `measured`.
        metric: the eval metric.
    """
    return [Note(_sentence(serving, metric.name)), _table(serving, metric)]


def _sentence(serving: Mapping[str, Any], metric: str) -> str:
    best, chosen = serving["most_accurate"], serving["chosen"]
    allowed = f"{serving['max_score_loss']:.3g} of its validation score may be given up"
    if chosen == best:
        return (
            f"optimize_for: latency. {best} has the best validation score, and no model that is "
            f"nearly as good ({allowed}) was at least 10 % faster."
        )
    lost = " and ".join(
        f"{number(serving['given_up'][key])} of {name}"
        for key, name in _SCORES.items()
        if key in serving["given_up"]
    )
    return (
        f"optimize_for: latency. {chosen} predicts a row {serving['times_faster']:.3g} times "
        f"faster than {best}, which has the best validation score, for {lost} ({metric}; "
        f"{allowed})."
    )


def _table(serving: Mapping[str, Any], metric: MetricText) -> Table:
    measured = serving["measured"]
    scores = {key: name for key, name in _SCORES.items() if key in measured[0]}
    rows = [
        (
            item["model"],
            f"{item['milliseconds']:.3g}",
            item["engine"],
            *(metric.text(item[key]) for key in scores),
        )
        for item in measured
    ]
    columns = ("model", "ms per row", "engine", *scores.values())
    return Table(
        "One row at a time, as each model would be served, on the training instance",
        columns,
        rows,
        frozenset(columns) - {"model", "engine"},
    )
