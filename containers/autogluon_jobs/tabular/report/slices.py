"""Find segments of rows on which the predictor performs worse than on the rest."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.report.charts import FIRST, INK, SECOND, canvas, finish, rows_height
from autogluon_jobs.report.number_text import number, percent, short
from autogluon_jobs.report.page_parts import Chart, Note, Part, Section, Table
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows
from autogluon_jobs.tabular.report.intervals import Interval, bootstrap
from autogluon_jobs.tabular.report.metric_text import MetricText
from autogluon_jobs.tabular.report.report_facts import ReportFacts

_FEWEST_ROWS = 30
_SMALLEST_SHARE = 0.01
_MOST_VALUES = 30
_QUANTILES = 4
_SHOWN = 10
_CANDIDATES = 15
_RESAMPLES = 50
_SECONDS = 1.0


@dataclass(frozen=True)
class Slice:
    """Rows that share a value or a range; `interval` is of the eval metric on them."""

    name: str
    rows: int
    interval: Interval


def slices_section(facts: ReportFacts) -> Section | None:
    """Write the worst segments by the eval metric; None if rows or metric are not available."""
    judged, frame = facts.drawn, facts.drawn_frame
    name = facts.predictor.eval_metric.name
    overall = facts.metrics["metrics"].get(name)
    if judged is None or frame is None or overall is None:
        return None
    fewest = max(_FEWEST_ROWS, int(np.ceil(_SMALLEST_SHARE * len(judged))))
    worst, count, searched = _worst(facts, judged, frame, fewest)
    metric = MetricText(name)
    lead = (
        f"{name} ({metric.better}) on segments of the {facts.judged_on}: every category and every "
        f"quarter of a numeric column's values that has at least {fewest:,} rows."
    )
    if searched < len(facts.features):
        lead += f" There was time for the first {searched} of {len(facts.features)} features."
    if not worst:
        note = Note("No segment has enough rows to be evaluated on its own.")
        return Section("slices", "Weak segments", lead, [note])
    columns = ("segment", "score", "95 % interval", "rows", "share of rows")
    rows = [
        (
            item.name,
            metric.text(item.interval.score),
            metric.interval(item.interval.low, item.interval.high),
            number(item.rows),
            percent(item.rows / len(judged)),
        )
        for item in worst
    ]
    caption = f"The worst {len(worst)} of {count:,} segments by {name}, the most certain first"
    table = Table(caption, columns, rows, frozenset(columns[1:]))
    parts: list[Part] = [_chart(worst, overall, metric), table]
    return Section("slices", "Weak segments", lead, parts, beside=True)


def _worst(
    facts: ReportFacts, judged: JudgedRows, frame: pd.DataFrame, fewest: int
) -> tuple[list[Slice], int, int]:
    """Return the worst segments, how many there are, and of how many features they are."""
    metric = facts.predictor.eval_metric
    deadline = time.monotonic() + _SECONDS
    scored: list[tuple[float, str, Any]] = []
    searched = 0
    for feature in facts.features:
        if time.monotonic() > deadline:
            break
        searched += 1
        for name, rows in _parts_of(feature, frame[feature.name]):
            if fewest <= len(rows) < len(judged):
                score = judged.take(rows).score(metric)
                if score is not None:
                    scored.append((score, name, rows))
    scored.sort(key=lambda item: item[0])
    candidates = [
        Slice(name, len(rows), _interval(judged.take(rows), metric, score))
        for score, name, rows in scored[:_CANDIDATES]
    ]
    # A few rows can look bad by chance: what is bad even at its best comes first.
    worst = sorted(candidates, key=lambda item: item.interval.high)
    return worst[:_SHOWN], len(scored), searched


def _interval(judged: JudgedRows, metric: Any, score: float) -> Interval:
    found = bootstrap(
        judged, {"": metric}, {"": score}, seconds=_SECONDS / _CANDIDATES, resamples=_RESAMPLES
    )
    return found.by_metric.get("", Interval(score, score, score))


def _parts_of(feature: Feature, values: pd.Series) -> Iterator[tuple[str, Any]]:
    """Return names of segments, with the positions of their rows."""
    missing = values.isna().to_numpy()
    if missing.any():
        yield f"{feature.name} is missing", np.flatnonzero(missing)
    if feature.kind in ("category", "bool"):
        yield from _by_value(feature.name, values)
    elif feature.kind in ("int", "float"):
        yield from _by_quantile(feature.name, values)


def _by_value(name: str, values: pd.Series) -> Iterator[tuple[str, Any]]:
    frequent = values.value_counts().index[:_MOST_VALUES]
    cells = values.to_numpy()
    for value in frequent:
        yield f"{name} = {value}", np.flatnonzero(cells == value)


def _by_quantile(name: str, values: pd.Series) -> Iterator[tuple[str, Any]]:
    numbers = values.to_numpy(dtype=float)
    present = numbers[~np.isnan(numbers)]
    if not len(present):
        return
    edges = np.unique(np.quantile(present, np.linspace(0, 1, _QUANTILES + 1)))
    for low, high in pairwise(edges):
        last = high == edges[-1]
        inside = (numbers >= low) & ((numbers <= high) if last else (numbers < high))
        end = "≤" if last else "<"
        yield f"{number(low)} ≤ {name} {end} {number(high)}", np.flatnonzero(inside)


def _chart(worst: list[Slice], overall: float, metric: MetricText) -> Chart:
    places = np.arange(len(worst))
    scores = metric.shown(np.array([item.interval.score for item in worst]))
    bounds = metric.shown(
        np.array([(item.interval.low, item.interval.high) for item in worst], dtype=float)
    )
    low, high = bounds.min(axis=1), bounds.max(axis=1)
    clear = np.array([item.interval.high < overall for item in worst])
    with canvas(rows_height(len(worst)) + 15) as (figure, axes):
        for chosen, series, name in (
            (clear, FIRST, "significantly worse"),
            (~clear, SECOND, "could be chance"),
        ):
            if chosen.any():
                axes.errorbar(
                    scores[chosen], places[chosen], fmt=series.marker, color=series.colour,
                    xerr=[(scores - low)[chosen], (high - scores)[chosen]], capsize=3, label=name,
                    markerfacecolor=series.colour if series is FIRST else "none", linewidth=1.2,
                )  # fmt: skip
        axes.axvline(
            metric.shown(overall), color=INK, linestyle="--", linewidth=1.2, label="all rows"
        )
        axes.set_yticks(places, [short(item.name, 27) for item in worst])
        axes.set_ylim(len(worst) - 0.5, -0.5)
        axes.set_xlabel(f"{metric.name} ({metric.better})")
        figure.legend(loc="outside upper center", ncols=3, handlelength=1.5, columnspacing=1)
        return finish(
            figure,
            alternative=(
                f"{metric.name} of the {len(worst)} worst segments. All rows have "
                f"{metric.text(overall)}. Worst is {worst[0].name} with {number(scores[0])}."
            ),
            caption=(
                f"The further {'right' if metric.is_error else 'left'} of the dashed line, the "
                "worse. Bars are 95 % intervals: where "
                "one reaches the line, the segment may be as good as all rows."
            ),
        )
