"""Render a finished job's facts into the page."""

from __future__ import annotations

from typing import Any

from autogluon_jobs.report.number_text import seconds
from autogluon_jobs.report.page import render_page
from autogluon_jobs.report.run_section import run_section
from autogluon_jobs.tabular.report.data_section import data_section
from autogluon_jobs.tabular.report.importance_section import importance_section
from autogluon_jobs.tabular.report.intervals import Intervals
from autogluon_jobs.tabular.report.metric_text import MetricText
from autogluon_jobs.tabular.report.models_section import models_section
from autogluon_jobs.tabular.report.quality_section import measured_intervals, quality_section
from autogluon_jobs.tabular.report.report_facts import ReportFacts
from autogluon_jobs.tabular.report.slices import slices_section

_CLIENT_CLASS = "TabularCloudPredictor"


def render(facts: ReportFacts) -> tuple[str, list[str]]:
    """Render the page; return it with a warning for every section that could not be made."""
    intervals = measured_intervals(facts)
    return render_page(
        facts,
        _headline(facts, intervals),
        _tiles(facts),
        {
            "Performance": lambda: quality_section(facts, intervals),
            "Weak segments": lambda: slices_section(facts),
            "Feature importance": lambda: importance_section(facts),
            "Models": lambda: models_section(facts),
            "Data": lambda: data_section(facts),
            "Settings, versions and cost": lambda: run_section(facts, _CLIENT_CLASS),
        },
    )


def _headline(facts: ReportFacts, intervals: Intervals) -> str:
    metric = MetricText(facts.metrics["eval_metric"])
    score = metric.text(facts.metrics["metrics"].get(metric.name))
    found = intervals.by_metric.get(metric.name)
    spread = f"95 % interval {metric.interval(found.low, found.high)}; " if found else ""
    on = f" on {len(facts.judged):,} {facts.judged_on}" if facts.judged else ""
    best = facts.metrics["best_model"]
    return f"{best} reaches {metric.with_article} of {score} ({spread}{metric.better}){on}."


def _tiles(facts: ReportFacts) -> list[tuple[str, Any]]:
    return [
        ("label", facts.label),
        ("problem", facts.problem_type),
        ("training rows", f"{len(facts.data.train):,}"),
        ("features", str(len(facts.features))),
        ("models", str(len(facts.leaderboard))),
        ("fit time", seconds(float(facts.metrics["fit_seconds"]))),
    ]
