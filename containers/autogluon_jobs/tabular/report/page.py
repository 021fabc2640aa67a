"""Render a finished job's facts into the page."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2

from autogluon_jobs.report.number_text import seconds
from autogluon_jobs.report.page_parts import Note, Section
from autogluon_jobs.tabular.report.data_section import data_section
from autogluon_jobs.tabular.report.importance_section import importance_section
from autogluon_jobs.tabular.report.intervals import Intervals
from autogluon_jobs.tabular.report.metric_text import MetricText
from autogluon_jobs.tabular.report.models_section import models_section
from autogluon_jobs.tabular.report.quality_section import measured_intervals, quality_section
from autogluon_jobs.tabular.report.report_facts import ReportFacts
from autogluon_jobs.tabular.report.run_section import run_section
from autogluon_jobs.tabular.report.slices import slices_section

_FOLDER = Path(__file__).parents[2] / "report"


def render(facts: ReportFacts) -> tuple[str, list[str]]:
    """Render the page; return it with a warning for every section that could not be made."""
    failed: list[str] = []
    intervals = measured_intervals(facts)

    def made(title: str, make: Callable[[], Section | None]) -> Section | None:
        try:
            return make()
        except Exception as error:  # noqa: BLE001 - one odd column must not cost the whole page
            traceback.print_exc()
            cause = f"{type(error).__name__}: {error}"
            failed.append(f'Report section "{title}" is missing: {cause}')
            note = Note(f"This section could not be created: {cause}", warning=True)
            return Section(title.lower().replace(" ", "-"), title, "", [note])

    sections = [
        made("Performance", lambda: quality_section(facts, intervals)),
        made("Weak segments", lambda: slices_section(facts)),
        made("Feature importance", lambda: importance_section(facts)),
        made("Models", lambda: models_section(facts)),
        made("Data", lambda: data_section(facts)),
        made("Settings, versions and cost", lambda: run_section(facts)),
    ]
    page = _template().render(
        facts=facts,
        headline=_headline(facts, intervals),
        tiles=_tiles(facts),
        sections=[section for section in sections if section is not None],
        css=(_FOLDER / "page.css").read_text(encoding="utf-8"),
    )
    return page, failed


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


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
