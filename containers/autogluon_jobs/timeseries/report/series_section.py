"""Show the errors of each series, and draw the worst forecasts beside typical ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.report.charts import FIRST, INK, SECOND, canvas, finish
from autogluon_jobs.report.number_text import MISSING, number, percent, short
from autogluon_jobs.report.page_parts import Chart, Part, Section, Table
from autogluon_jobs.timeseries.report.report_facts import ReportFacts

_WORST = 20
_DRAWN = 3
_HISTORY_PER_STEP = 4
_LEAST_HISTORY = 24
_TICKS = 3


def series_section(facts: ReportFacts) -> Section:
    """Write the series with the largest errors, and draw forecasts with their intervals."""
    errors = facts.judged.by_series()
    worst = list(errors.index[:_DRAWN])
    middle = len(errors) // 2
    typical = [name for name in errors.index[middle : middle + _DRAWN] if name not in worst]
    parts: list[Part] = [_table(errors)]
    parts += [_forecast(facts, name, "among the worst") for name in worst]
    parts += [_forecast(facts, name, "a typical series") for name in typical]
    share = percent(float(errors["share"][:_WORST].sum()))
    some = min(_WORST, len(errors))
    subject = "The series" if some == 1 else f"The {some} series"
    verb = "accounts" if some == 1 else "account"
    lead = (
        f"{subject} with the largest mean absolute error {verb} for {share} of all absolute "
        f"errors. The charts show the last window."
    )
    return Section("series", "Series", lead, parts)


def _table(errors: pd.DataFrame) -> Table:
    columns = {"mae": number, "wape": _share, "bias": number, "share": _share}
    titles = ("mean absolute error", "WAPE", "bias", "share of all errors")
    rows = [
        (short(name), *(form(line[column]) for column, form in columns.items()))
        for name, line in errors[:_WORST].iterrows()
    ]
    return Table("Series, worst first", ("series", *titles), rows, frozenset(titles))


def _share(value: float) -> str:
    return MISSING if pd.isna(value) else percent(float(value))


def _forecast(facts: ReportFacts, name: Any, which: str) -> Chart:
    window = facts.evaluation.windows[-1]
    if name not in window.forecast.item_ids:
        window = next(item for item in facts.evaluation.windows if name in item.forecast.item_ids)
    made = window.forecast.loc[name]
    kept = max(_LEAST_HISTORY, _HISTORY_PER_STEP * len(made)) + len(made)
    truth = window.truth.loc[name][facts.predictor.target][-kept:]
    places = np.arange(len(truth))
    ahead = places[-len(made) :]
    levels = facts.judged.levels
    with canvas() as (figure, axes):
        axes.plot(places, truth, "-", color=INK, linewidth=1.2, label="truth")
        axes.plot(ahead, made["mean"], FIRST.marker + "-", color=FIRST.colour, label="mean")
        if len(levels) > 1:
            axes.fill_between(
                ahead, made[levels[0]], made[levels[-1]], color=SECOND.colour, alpha=0.25,
                linewidth=0, label=f"{levels[0]} to {levels[-1]}",
            )  # fmt: skip
        shown = np.unique(np.linspace(0, len(truth) - 1, _TICKS).astype(int))
        axes.set_xticks(shown, [_day(truth.index[at]) for at in shown])
        axes.set_ylabel(short(facts.predictor.target))
        axes.legend(loc="best")
        error = number(float((made["mean"] - truth.iloc[-len(made) :]).abs().mean()))
        return finish(
            figure,
            alternative=(
                f"History and forecast of series {name}, {which}: mean absolute error {error} over "
                f"{len(made)} steps from {_day(made.index[0])}."
            ),
            caption=f"{short(name)}, {which}: mean absolute error {error}.",
        )


def _day(time: pd.Timestamp) -> str:
    return str(time.isoformat(sep=" ")).removesuffix(" 00:00:00")
