"""Show how good the forecasts are: metrics, error by step, coverage of the quantiles."""

from __future__ import annotations

from math import isfinite

import pandas as pd
from matplotlib.ticker import MaxNLocator

from autogluon_jobs.report.charts import FIRST, MUTED, canvas, finish
from autogluon_jobs.report.number_text import number, percent, short
from autogluon_jobs.report.page_parts import Chart, Part, Section, Table
from autogluon_jobs.timeseries.evaluation.evaluation import window_score
from autogluon_jobs.timeseries.report.report_facts import ReportFacts, shown_error


def performance_section(facts: ReportFacts) -> Section:
    """Write all metrics, and chart the error by step and the coverage of the quantiles."""
    metric = facts.metrics["eval_metric"]
    rows = [
        (f"{name} (optimized)" if name == metric else name, shown_error(value))
        for name, value in facts.metrics["metrics"].items()
    ]
    parts: list[Part] = [
        Table("Errors, lower is better", ("metric", "value"), rows, frozenset({"value"})),
        *([_by_window(facts)] if len(facts.evaluation.windows) > 1 else []),
        _by_step(facts),
    ]
    if facts.judged.levels:
        parts.append(_coverage(facts))
    windows = ", the mean of the windows" if len(facts.evaluation.windows) > 1 else ""
    lead = f"{facts.metrics['best_model']} on {facts.judged_on}{windows}."
    return Section("performance", "Performance", lead, parts)


def _by_window(facts: ReportFacts) -> Table:
    """Return a row of errors for each back-test window, the earliest first."""
    names = list(facts.metrics["metrics"])
    rows = []
    for position, window in enumerate(facts.evaluation.windows, start=1):
        times = window.forecast.index.get_level_values(1)
        scores = [window_score(facts.predictor, window, name) for name in names]
        rows.append(
            (
                str(position),
                _time(times.min()),
                _time(times.max()),
                *(shown_error(score if isfinite(score) else None) for score in scores),
            )
        )
    return Table(
        "Errors of each window that was held out, lower is better",
        ("window", "from", "to", *names),
        rows,
        frozenset(names),
    )


def _time(value: pd.Timestamp) -> str:
    return str(value).removesuffix(" 00:00:00")


def _by_step(facts: ReportFacts) -> Chart:
    errors = facts.judged.by_step()
    with canvas() as (figure, axes):
        axes.plot(errors.index, errors, FIRST.marker + "-", color=FIRST.colour)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Step of the forecast")
        axes.set_ylabel("Mean absolute error")
        first, last = number(errors.iloc[0]), number(errors.iloc[-1])
        return finish(
            figure,
            alternative=(
                f"Mean absolute error by step: {first} at step {errors.index[0]}, {last} at step "
                f"{errors.index[-1]}."
            ),
            caption=(
                f"Mean absolute error of the mean forecast, in units of "
                f"{short(facts.predictor.target)}: {first} at the first step, {last} at the last."
            ),
        )


def _coverage(facts: ReportFacts) -> Chart:
    below = facts.judged.coverage()
    levels = below.index.astype(float).to_numpy()
    worst = int(abs(below.to_numpy() - levels).argmax())
    with canvas() as (figure, axes):
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle=":", label="ideal")
        axes.plot(levels, below, FIRST.marker + "-", color=FIRST.colour, label="this predictor")
        axes.set_xlabel("Quantile level")
        axes.set_ylabel("Share of truths below")
        axes.legend(loc="upper left")
        return finish(
            figure,
            alternative="Coverage of the quantiles: "
            + ", ".join(f"level {name} covers {percent(share)}" for name, share in below.items())
            + ".",
            caption=(
                f"Coverage: a quantile is exact on the dotted line. The level {below.index[worst]} "
                f"is furthest off: {percent(float(below.iloc[worst]))} of the truths are below it."
            ),
        )
