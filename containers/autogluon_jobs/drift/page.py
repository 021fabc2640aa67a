"""Render what a drift job found as a page in the style of the training report."""

from __future__ import annotations

from typing import Any

import numpy as np

from autogluon_contracts.documents.drift_report import DriftComparison, DriftReport
from autogluon_jobs.baseline.column_counts import ColumnCounter
from autogluon_jobs.drift.period import Period
from autogluon_jobs.report.charts import FIRST, SECOND, canvas, finish, rows_height
from autogluon_jobs.report.number_text import MISSING, number, percent, short
from autogluon_jobs.report.page import PageHead, render_sections
from autogluon_jobs.report.page_parts import Chart, Note, Part, Section, Table

_MOST_CHARTS = 12
_MOST_VALUES = 10
_DRAWN_ASPECTS = ("distribution", "new values")
_SMALLEST_SHOWN = 0.0001
_COLUMNS = ("column", "what", "aspect", "change", "p-value, adjusted", "finding")


def render(report: DriftReport, period: Period) -> str:
    """Return the page."""
    head = PageHead(
        kind="Drift report",
        predictor=report.predictor,
        run=report.job_name,
        job="drift job",
        warnings=_warnings(report),
    )
    page, _ = render_sections(
        head,
        headline(report),
        _tiles(report),
        {
            "What has changed": lambda: _changed(report, period),
            "All comparisons": lambda: _all(report),
            "How it was compared": lambda: _method(report),
        },
    )
    return page


def headline(report: DriftReport) -> str:
    """Return the result in one sentence."""
    if report.outcome == "too few rows":
        return f"Too few rows to compare: {report.rows:,} of at least {report.min_rows:,}."
    names = report.drifted_columns
    if not names:
        return f"Nothing has drifted, by {len(report.comparisons):,} comparisons."
    shown = ", ".join(f"“{short(name)}”" for name in names[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{shown}{more} {'has' if len(names) == 1 else 'have'} drifted."


def _warnings(report: DriftReport) -> list[str]:
    return [f"“{each.column}”: {each.sentence}." for each in report.drifted[:_MOST_CHARTS]]


def _tiles(report: DriftReport) -> list[tuple[str, Any]]:
    return [
        ("from", report.start),
        ("until", report.end),
        ("requests", f"{report.requests:,}"),
        ("rows", f"{report.rows:,}"),
        ("labelled rows", f"{report.labelled_rows:,}"),
        ("drifted columns", str(len(report.drifted_columns))),
    ]


def _changed(report: DriftReport, period: Period) -> Section | None:
    parts: list[Part] = []
    counters = {("feature", each.baseline.name): each for each in period.features}
    counters |= {("answer", each.baseline.name): each for each in period.answers}
    drawn = list(
        dict.fromkeys(
            (each.part, each.column) for each in report.drifted if each.aspect in _DRAWN_ASPECTS
        )
    )
    for key in drawn[:_MOST_CHARTS]:
        counter = counters.get(key)
        chart = None if counter is None else _chart(counter, key[0])
        parts += [] if chart is None else [chart]
    if len(drawn) > _MOST_CHARTS:
        parts.append(Note(f"{len(drawn) - _MOST_CHARTS:,} more are in the table."))
    if not drawn:
        return None
    lead = (
        "The solid series are the training data or held-out rows, the dashed and hatched "
        "ones the period."
    )
    return Section("changed", "What has changed", lead, parts)


def _chart(counter: ColumnCounter, part: str) -> Chart | None:
    if counter.baseline.comparison == "values":
        return _bars(counter, part)
    if counter.baseline.comparison == "nothing" or not counter.baseline.edges:
        return None
    return _steps(counter, part)


def _bars(counter: ColumnCounter, part: str) -> Chart:
    baseline, new = counter.baseline, counter.new_values
    before = dict(zip(baseline.values, baseline.counts, strict=True))
    now = dict(zip(baseline.values, counter.cells.tolist(), strict=True)) | dict(new)
    was, found = max(1, sum(before.values())), max(1, sum(now.values()))
    names = sorted(now, key=lambda name: -abs(now[name] / found - before.get(name, 0) / was))[
        :_MOST_VALUES
    ]
    places = np.arange(len(names))
    series = (
        (FIRST, _earlier(part), [before.get(name, 0) / was for name in names], -0.2),
        (SECOND, "period", [now[name] / found for name in names], 0.2),
    )
    with canvas(rows_height(2 * len(names)) + 15) as (figure, axes):
        for style, label, shares, at in series:
            axes.barh(
                places + at, 100 * np.array(shares), height=0.36,
                facecolor="none" if style.hatch else style.colour, edgecolor=style.colour,
                hatch=style.hatch, label=label,
            )  # fmt: skip
        axes.set_yticks(places, [short(name) for name in names])
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlabel("Values (%)")
        figure.legend(loc="outside upper center", ncols=2)
        first = names[0]
        return finish(
            figure,
            alternative=(
                f"Shares of the values of {baseline.name}. {first}: "
                f"{percent(now[first] / found)}, before {percent(before.get(first, 0) / was)}."
            ),
            caption=(
                f"“{baseline.name}”: the {len(names)} values whose shares differ most"
                f"{f', {len(new)} of all are new' if new else ''}."
            ),
        )


def _steps(counter: ColumnCounter, part: str) -> Chart:
    baseline = counter.baseline
    edges = np.array(baseline.edges)
    with canvas() as (figure, axes):
        for style, label, counts in (
            (FIRST, _earlier(part), np.array(baseline.counts)),
            (SECOND, "period", counter.cells),
        ):
            # Through cell 2i+1, which is edge i itself.
            below = 100 * np.cumsum(counts)[1::2] / max(1, counts.sum())
            axes.step(
                edges, below, where="post", color=style.colour, linestyle=style.dash, label=label
            )
        axes.set_xlabel(short(baseline.name))
        axes.set_ylabel("Values up to it (%)")
        axes.set_ylim(-2, 102)
        axes.legend(loc="best")
        return finish(
            figure,
            alternative=(
                f"Cumulative distributions of {baseline.name}, from {number(edges[0])} to "
                f"{number(edges[-1])}."
            ),
            caption=(
                f"“{baseline.name}”: the share of values up to each one. The largest gap between "
                f"the lines is the change."
            ),
        )


def _earlier(part: str) -> str:
    return "training" if part == "feature" else "held-out rows"


def _all(report: DriftReport) -> Section | None:
    if not report.comparisons:
        return None
    table = Table(
        "Comparisons",
        _COLUMNS,
        [_row(each) for each in report.comparisons],
        frozenset(("change", "p-value, adjusted")),
    )
    lead = "Those that have drifted come first, then the least likely ones."
    return Section("comparisons", "All comparisons", lead, [table])


def _row(each: DriftComparison) -> tuple[str, ...]:
    return (
        each.column,
        each.part,
        each.aspect + (" (drifted)" if each.drifted else ""),
        percent(each.change) if each.change else MISSING,
        f"<{_SMALLEST_SHOWN:f}".rstrip("0")
        if each.adjusted_p_value < _SMALLEST_SHOWN
        else number(each.adjusted_p_value),
        each.sentence,
    )


def _method(report: DriftReport) -> Section:
    rate = percent(report.false_alarm_rate)
    lead = (
        f"A report on unchanged data names anything in at most {rate} of all cases, all of its "
        f"comparisons together. It names changes of at least {percent(report.min_change)} of the "
        f"rows, and new values however rare they are."
    )
    table = Table(
        "Statistics",
        ("aspect", "statistic", "p-value"),
        [
            ("numbers, lengths of texts", "Kolmogorov-Smirnov distance", "permutations"),
            ("values", "G (log-likelihood ratio)", "permutations"),
            ("new values", "rows with values that training data lack", "permutations"),
            ("missing", "share of rows", "Fisher's exact test"),
            ("wrong answers", "share of rows", "Fisher's exact test, one-sided"),
            ("absolute errors", "rank sum", "permutations, one-sided"),
        ],
    )
    assumption = Note(
        "The rate holds where rows come independently of each other, as training rows do. The same "
        "row asked for again and again counts each time, and can look like a change."
    )
    version = Note(f"Compared with the baseline of {report.model_package_arn}.")
    return Section(
        "method",
        "How it was compared",
        lead,
        [*(Note(text) for text in report.notes), table, assumption, version],
    )
