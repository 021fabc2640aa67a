"""Render a finished job's facts into the page."""

from __future__ import annotations

from typing import Any

from autogluon_jobs.multimodal.report.columns_section import columns_section
from autogluon_jobs.multimodal.report.performance_section import (
    measured_intervals,
    performance_section,
)
from autogluon_jobs.multimodal.report.report_facts import ReportFacts
from autogluon_jobs.report.number_text import seconds
from autogluon_jobs.report.page import render_page
from autogluon_jobs.report.run_section import run_section
from autogluon_jobs.tabular.report.intervals import Intervals
from autogluon_jobs.tabular.report.metric_text import MetricText

_CLIENT_CLASS = "MultiModalCloudPredictor"


def render(facts: ReportFacts) -> tuple[str, list[str]]:
    """Render the page; return it with a warning for every section that could not be made."""
    intervals = measured_intervals(facts)
    return render_page(
        facts,
        _headline(facts, intervals),
        _tiles(facts),
        {
            "Performance": lambda: performance_section(facts, intervals),
            "Columns": lambda: columns_section(facts),
            "Settings, versions and cost": lambda: run_section(facts, _CLIENT_CLASS),
        },
    )


def _headline(facts: ReportFacts, intervals: Intervals) -> str:
    metric = MetricText(facts.metrics["eval_metric"])
    score = metric.text(facts.metrics["metrics"].get(metric.name))
    found = intervals.by_metric.get(metric.name)
    spread = f"95 % interval {metric.interval(found.low, found.high)}; " if found else ""
    return (
        f"{facts.metrics['best_model']} reaches {metric.with_article} of {score} "
        f"({spread}{metric.better}) on {len(facts.evaluation.judged):,} {facts.judged_on}."
    )


def _tiles(facts: ReportFacts) -> list[tuple[str, Any]]:
    return [
        ("label", facts.schema.label),
        ("problem", facts.schema.problem_type),
        ("training rows", f"{len(facts.data.train):,}"),
        ("features", str(len(facts.schema.features))),
        ("parameters", f"{facts.parameters:,}"),
        ("fit time", seconds(float(facts.metrics["fit_seconds"]))),
    ]
