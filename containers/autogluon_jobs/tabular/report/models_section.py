"""Write the section on the trained models: scores, training time and speed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from autogluon_jobs.report.charts import FIRST, SECOND, canvas, finish, rows_height
from autogluon_jobs.report.number_text import number, seconds, short
from autogluon_jobs.report.page_parts import Chart, Note, Section, Table
from autogluon_jobs.tabular.report.metric_text import MetricText
from autogluon_jobs.tabular.report.report_facts import ReportFacts
from autogluon_jobs.tabular.report.speed_parts import speed_parts

_SHOWN = 12
_SCORES = {"score_test": "test", "score_val": "validation"}


def models_section(facts: ReportFacts) -> Section:
    """Write the leaderboard as a chart and a table, and the training seconds by model."""
    board = facts.leaderboard
    metric = MetricText(facts.predictor.eval_metric.name)
    best = str(facts.metrics["best_model"])
    serving = facts.metrics["serving"]
    reason = (
        "as the fastest of the good models" if "measured" in serving else "by its validation score"
    )
    lead = (
        f"{best} is kept, chosen {reason}. A model whose test score is clearly worse than its "
        f"validation score is overfitted to the validation rows."
    )
    charts = [_scores(board, metric, best), _training_seconds(board)]
    speed = speed_parts(serving, metric) if "measured" in serving else []
    slow = [Note(serving["slow_parts"], warning=True)] if "slow_parts" in serving else []
    missing = _untrained(facts.metrics.get("untrained", ()))
    return Section(
        "models", "Models", lead, [*slow, *speed, *charts, _table(board, metric), *missing]
    )


def _untrained(models: Sequence[Mapping[str, str]]) -> list[Table]:
    """Return a table of the models that could not be trained; none where all were."""
    if not models:
        return []
    rows = [(model["model"], model["reason"]) for model in models]
    return [Table("Models that were not trained", ("model", "why"), rows)]


def _scores(board: pd.DataFrame, metric: MetricText, best: str) -> Chart:
    shown = board.head(_SHOWN)
    places = np.arange(len(shown))
    with canvas(rows_height(len(shown)) + 15) as (figure, axes):
        for series, (column, name) in zip((FIRST, SECOND), _SCORES.items(), strict=True):
            if column in shown and shown[column].notna().any():
                axes.plot(
                    metric.shown(shown[column]), places, series.marker, color=series.colour,
                    label=name, markersize=7,
                    markerfacecolor=series.colour if series is FIRST else "none",
                )  # fmt: skip
        axes.set_yticks(places, [_marked(name, best) for name in shown["model"]])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlabel(f"{metric.name} ({metric.better})")
        axes.margins(x=0.1)
        figure.legend(loc="outside upper center", ncols=2)
        column = "score_test" if "score_test" in shown else "score_val"
        listed = ", ".join(
            f"{row['model']} {metric.text(row[column])}" for _, row in shown.head(6).iterrows()
        )
        return finish(
            figure,
            alternative=f"Leaderboard by {metric.name}, {_SCORES[column]} score: {listed}.",
            caption=(
                f"{metric.name} of {len(shown)} of {len(board)} models ({metric.better}). ★ marks "
                f"the model that is kept."
            ),
        )


def _marked(name: str, best: str) -> str:
    return f"★ {short(name)}" if name == best else short(name)


def _training_seconds(board: pd.DataFrame) -> Chart:
    shown = board.sort_values("fit_time_marginal", ascending=False).head(_SHOWN)
    took = shown["fit_time_marginal"].to_numpy(dtype=float)
    places = np.arange(len(shown))
    with canvas(rows_height(len(shown))) as (figure, axes):
        axes.barh(places, took, height=0.62, color=FIRST.colour, alpha=0.55)
        for place, value in zip(places, took, strict=True):
            axes.annotate(
                seconds(float(value)), (value, place), (3, 0), textcoords="offset points",
                va="center", fontsize=9.5,
            )  # fmt: skip
        axes.set_yticks(places, [short(name) for name in shown["model"]])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.margins(x=0.2)
        axes.set_xlabel("Training time (seconds)")
        slowest, longest = shown["model"].iloc[0], seconds(float(took[0]))
        return finish(
            figure,
            alternative=f"Training time by model; {slowest} took longest, {longest}.",
            caption=(
                "Training time of each model alone, without the models it builds on. "
                "Leaving out a slow model that no better one needs makes runs cheaper."
            ),
        )


def _table(board: pd.DataFrame, metric: MetricText) -> Table:
    pairs = {
        "score_test": "test score",
        "score_val": "validation score",
        "fit_time_marginal": "training time, alone",
        "fit_time": "training time, total",
        "pred_time_test": "predicting test rows",
        "pred_time_val": "predicting validation rows",
    }
    known = {name: title for name, title in pairs.items() if name in board}
    rows = [
        (str(row["model"]), *(_cell(name, row[name], metric) for name in known))
        for _, row in board.iterrows()
    ]
    columns = ("model", *known.values())
    return Table(
        f"Leaderboard, scores in {metric.name} ({metric.better})",
        columns,
        rows,
        frozenset(columns[1:]),
        folded=len(rows) > _SHOWN,
    )


def _cell(column: str, value: float, metric: MetricText) -> str:
    if column in _SCORES:
        return metric.text(value)
    return seconds(value) if pd.notna(value) else number(value)
