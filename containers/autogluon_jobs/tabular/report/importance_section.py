"""Write the section on feature importance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from autogluon_jobs.report.charts import FIRST, INK, canvas, finish, rows_height
from autogluon_jobs.report.number_text import number, short
from autogluon_jobs.report.page_parts import Chart, Note, Part, Section, Table
from autogluon_jobs.tabular.report.metric_text import MetricText
from autogluon_jobs.tabular.report.report_facts import ReportFacts

_SHOWN = 15
_COLUMNS = {
    "importance": "importance",
    "stddev": "standard deviation",
    "p_value": "p value",
    "n": "shuffles",
}


def importance_section(facts: ReportFacts) -> Section:
    """Write permutation importance with its spread: a chart of the first 15, a table of all."""
    metric = MetricText(facts.predictor.eval_metric.name)
    lead = (
        f"How much {metric.name} {'rises' if metric.is_error else 'drops'} ({metric.better}) when "
        f"a feature's values are shuffled among the rows. "
        f"Redundant features share their importance. One near zero can often be left out."
    )
    table = facts.importance
    if table.empty:
        note = Note("Feature importance could not be measured. See the warnings.", True)
        return Section("importance", "Feature importance", lead, [note])
    parts: list[Part] = [_chart(table, metric), _all(table)]
    return Section("importance", "Feature importance", lead, parts, beside=True)


def _chart(table: pd.DataFrame, metric: MetricText) -> Chart:
    shown = table.sort_values("importance", ascending=False).head(_SHOWN)
    drop = shown["importance"].to_numpy(dtype=float)
    spread = shown["stddev"].fillna(0).to_numpy(dtype=float)
    lines = (
        "Lines show the standard deviation between shuffles: where one reaches zero, the feature "
        "may have no effect."
        if spread.any()
        else "The spread is unknown, because there was time for one shuffle only."
    )
    places = np.arange(len(shown))
    with canvas(rows_height(len(shown))) as (figure, axes):
        axes.barh(places, drop, height=0.62, color=FIRST.colour, alpha=0.55)
        axes.errorbar(drop, places, xerr=spread, fmt="none", ecolor=INK, capsize=3, linewidth=1)
        axes.set_yticks(places, [short(name) for name in shown.index])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        change = f"{'Rise' if metric.is_error else 'Drop'} of {metric.name}"
        axes.set_xlabel(f"{change} when shuffled")
        first = ", ".join(
            f"{name} {number(value)}" for name, value in zip(shown.index[:5], drop[:5], strict=True)
        )
        return finish(
            figure,
            alternative=f"Permutation importance. {change}; the most important: {first}.",
            caption=f"The first {len(shown)} of {len(table)} features. {lines}",
        )


def _all(table: pd.DataFrame) -> Table:
    known = [name for name in _COLUMNS if name in table.columns]
    rows = [
        (str(feature), *(number(row[name]) for name in known)) for feature, row in table.iterrows()
    ]
    columns = ("feature", *(_COLUMNS[name] for name in known))
    return Table("All features", columns, rows, frozenset(columns[1:]), folded=len(rows) > _SHOWN)
