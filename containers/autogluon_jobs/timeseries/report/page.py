"""Render a finished job's facts into the page."""

from __future__ import annotations

from typing import Any

from autogluon_jobs.report.number_text import seconds
from autogluon_jobs.report.page import render_page
from autogluon_jobs.report.run_section import run_section
from autogluon_jobs.timeseries.report.models_section import models_section
from autogluon_jobs.timeseries.report.performance_section import performance_section
from autogluon_jobs.timeseries.report.report_facts import ReportFacts, shown_error
from autogluon_jobs.timeseries.report.series_section import series_section

_CLIENT_CLASS = "TimeSeriesCloudPredictor"


def render(facts: ReportFacts) -> tuple[str, list[str]]:
    """Render the page; return it with a warning for every section that could not be made."""
    return render_page(
        facts,
        _headline(facts),
        _tiles(facts),
        {
            "Performance": lambda: performance_section(facts),
            "Series": lambda: series_section(facts),
            "Models": lambda: models_section(facts),
            "Settings, versions and cost": lambda: run_section(facts, _CLIENT_CLASS),
        },
    )


def _headline(facts: ReportFacts) -> str:
    metric = facts.metrics["eval_metric"]
    score = shown_error(facts.metrics["metrics"].get(metric))
    series, windows = facts.judged.table["series"].nunique(), len(facts.evaluation.windows)
    return (
        f"{facts.metrics['best_model']} reaches {metric} {score} (lower is better) on "
        f"{facts.judged_on}: {series:,} series, {windows} x {facts.predictor.prediction_length} "
        f"steps."
    )


def _tiles(facts: ReportFacts) -> list[tuple[str, Any]]:
    return [
        ("target", facts.predictor.target),
        ("series", f"{facts.data.train.num_items:,}"),
        ("training rows", f"{facts.data.rows['train']:,}"),
        ("frequency", facts.predictor.freq),
        ("prediction length", str(facts.predictor.prediction_length)),
        ("models", str(len(facts.leaderboard))),
        ("fit time", seconds(float(facts.metrics["fit_seconds"]))),
    ]
