"""Write the data section: sizes, suspicious columns, and the label's distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.report.charts import FIRST, SECOND, canvas, finish, rows_height
from autogluon_jobs.report.number_text import MISSING, number, percent, short
from autogluon_jobs.report.page_parts import Chart, Note, Part, Section, Table
from autogluon_jobs.tabular.report.data_profile import (
    ColumnProfile,
    profile,
    repeated_rows,
    sample_of,
    shared_rows,
)
from autogluon_jobs.tabular.report.report_facts import ReportFacts

_MOST_CLASSES = 12
_BINS = 30
_MOST_NOTES = 10
_COLUMNS = ("column", "kind", "missing", "distinct values", "typical", "remarks")


def data_section(facts: ReportFacts) -> Section:
    """Write sizes, suspicious columns, the label's distribution and a profile of every column."""
    train = sample_of(facts.data.train)
    test = None if facts.data.test is None else sample_of(facts.data.test)
    columns = profile(facts.data.columns, train, test)
    warnings = [
        *_of_rows(train, test),
        *(text for item in columns for text in item.remarks.values()),
    ]
    parts: list[Part] = [Note(text, warning=True) for text in warnings[:_MOST_NOTES]]
    if len(warnings) > _MOST_NOTES:
        more = f"{len(warnings) - _MOST_NOTES:,} more remarks are listed in the table of columns."
        parts.append(Note(more, warning=True))
    parts.append(_label_chart(facts, train, test))
    parts.append(_table(columns, facts.label))
    sampled = len(train) < len(facts.data.train)
    return Section("data", "Data", _lead(facts, sampled, len(warnings)), parts)


def _lead(facts: ReportFacts, sampled: bool, warnings: int) -> str:
    data = facts.data
    sizes = [f"{len(data.train):,} training rows"]
    if data.tuning is not None:
        sizes.append(f"{len(data.tuning):,} tuning rows")
    sizes.append("no test rows" if data.test is None else f"{len(data.test):,} test rows")
    lead = f"{', '.join(sizes)}, {len(facts.features)} features and the label “{facts.label}”. "
    lead += "Nothing looks suspicious." if not warnings else "Look at the remarks first."
    return lead + (" Measured on a sample of 100,000 rows." if sampled else "")


def _of_rows(train: pd.DataFrame, test: pd.DataFrame | None) -> list[str]:
    found = []
    repeated = repeated_rows(train)
    if repeated > len(train) * 0.01:
        found.append(
            f"{repeated:,} training rows ({percent(repeated / len(train))}) repeat another one. "
            f"If they are copies, remove them: AutoGluon may hold out a row that it has learned."
        )
    shared = 0 if test is None else shared_rows(train, test)
    if test is not None and shared:
        found.append(
            f"{shared:,} test rows ({percent(shared / len(test))}) are training rows too, label "
            f"included, so test scores are overstated. Remove them from one of the two."
        )
    return found


def _label_chart(facts: ReportFacts, train: pd.DataFrame, test: pd.DataFrame | None) -> Chart:
    frames = [("training", train)] + ([] if test is None else [("test", test)])
    labels = {name: frame[facts.label] for name, frame in frames}
    return _class_shares(facts, labels) if facts.is_classification else _values(facts, labels)


def _class_shares(facts: ReportFacts, labels: dict[str, pd.Series]) -> Chart:
    counts = labels["training"].value_counts()
    shown = counts.index[:_MOST_CLASSES]
    places, height = np.arange(len(shown)), 0.8 / len(labels)
    with canvas(rows_height(len(shown) * len(labels)) + 15) as (figure, axes):
        for at, (series, (name, values)) in enumerate(
            zip((FIRST, SECOND), labels.items(), strict=False)
        ):
            share = 100 * values.value_counts(normalize=True).reindex(shown, fill_value=0)
            axes.barh(
                places + (at - (len(labels) - 1) / 2) * height, share, height=height * 0.9,
                facecolor="none" if series.hatch else series.colour, edgecolor=series.colour,
                hatch=series.hatch, label=name,
            )  # fmt: skip
        axes.set_yticks(places, [short(name) for name in shown])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlabel("Rows (%)")
        figure.legend(loc="outside upper center", ncols=2)
        shares = ", ".join(
            f"{name} {percent(counts[name] / len(labels['training']))}" for name in shown[:6]
        )
        return finish(
            figure,
            alternative=f"Shares of the classes of {facts.label} in the training rows: {shares}.",
            caption=(
                f"Classes of “{facts.label}” ({len(shown)} of {len(counts)}). Training and test "
                f"should have about the same shares. Rare classes are learned poorly."
            ),
        )


def _values(facts: ReportFacts, labels: dict[str, pd.Series]) -> Chart:
    numbers = {name: values.to_numpy(dtype=float) for name, values in labels.items()}
    joined = np.concatenate(list(numbers.values()))
    # A few extreme values would squeeze all others into one step.
    low, high = np.quantile(joined, [0.005, 0.995])
    edges = np.linspace(low, high, _BINS + 1)
    if edges[0] == edges[-1]:
        edges = np.linspace(joined.min(), joined.max(), _BINS + 1)
    low, middle, high = np.quantile(numbers["training"], [0, 0.5, 1])
    with canvas() as (figure, axes):
        for series, (name, values) in zip((FIRST, SECOND), numbers.items(), strict=False):
            axes.stairs(
                _shares(values, edges), edges, color=series.colour, linestyle=series.dash,
                linewidth=1.8, label=name,
            )  # fmt: skip
        axes.set_xlabel(short(facts.label))
        axes.set_ylabel("Rows (%)")
        axes.legend(loc="best")
        return finish(
            figure,
            alternative=(
                f"Distribution of {facts.label}: training values from {number(low)} to "
                f"{number(high)}, median {number(middle)}."
            ),
            caption=(
                f"“{facts.label}”: {number(low)} to {number(high)}, median {number(middle)}. "
                f"A peak at an end often means that values were capped there."
            ),
        )


def _shares(values: Any, edges: Any) -> Any:
    clipped = np.clip(values, edges[0], edges[-1])
    return 100 * np.histogram(clipped, edges)[0] / len(values)


def _table(columns: list[ColumnProfile], label: str) -> Table:
    rows = [
        (
            item.feature.name,
            item.feature.kind + (" (label)" if item.feature.name == label else ""),
            percent(item.missing) if item.missing else "none",
            f"{item.distinct:,}",
            item.typical,
            ", ".join(item.remarks) or MISSING,
        )
        for item in columns
    ]
    return Table(
        "Columns of the training rows", _COLUMNS, rows, frozenset(("missing", "distinct values"))
    )
