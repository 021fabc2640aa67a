"""Draw how the values of one column are distributed, in one or two frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.report.charts import FIRST, SECOND, canvas, finish, rows_height
from autogluon_jobs.report.number_text import number, percent, short
from autogluon_jobs.report.page_parts import Chart

_MOST_VALUES = 12
_BINS = 30


def value_shares(name: str, frames: Mapping[str, pd.Series], what: str, advice: str) -> Chart:
    """Draw the shares of the most frequent values.

    Args:
        name: the column's.
        frames: the column of one frame or two, by what readers call the rows; the first one's
            values are shown.
        what: the plural of what the values are, such as "classes".
        advice: what to look at.
    """
    first = next(iter(frames))
    counts = frames[first].value_counts()
    shown = counts.index[:_MOST_VALUES]
    places, height = np.arange(len(shown)), 0.8 / len(frames)
    with canvas(rows_height(len(shown) * len(frames)) + 15) as (figure, axes):
        for at, (series, (rows, values)) in enumerate(
            zip((FIRST, SECOND), frames.items(), strict=False)
        ):
            share = 100 * values.value_counts(normalize=True).reindex(shown, fill_value=0)
            axes.barh(
                places + (at - (len(frames) - 1) / 2) * height, share, height=height * 0.9,
                facecolor="none" if series.hatch else series.colour, edgecolor=series.colour,
                hatch=series.hatch, label=rows,
            )  # fmt: skip
        axes.set_yticks(places, [short(value) for value in shown])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlabel("Rows (%)")
        figure.legend(loc="outside upper center", ncols=2)
        present = max(1, int(frames[first].notna().sum()))
        shares = ", ".join(f"{short(value)} {percent(counts[value] / present)}"
                           for value in shown[:6])  # fmt: skip
        return finish(
            figure,
            alternative=f"Shares of the {what} of {name} in the {first} rows: {shares}.",
            caption=(
                f"{what.capitalize()} of “{short(name)}” ({len(shown)} of {len(counts):,}). "
                f"{advice}"
            ).rstrip(),
        )


def number_shares(
    name: str, frames: Mapping[str, pd.Series], advice: str, *, axis: str | None = None
) -> Chart:
    """Draw a histogram of numbers, of which one at least is present in the first frame.

    Args:
        name: the column's.
        frames: the column of one frame or two, by what readers call the rows.
        advice: what to look at.
        axis: what the numbers are, where that is not the column's name.
    """
    numbers = {rows: values.dropna().to_numpy(dtype=float) for rows, values in frames.items()}
    numbers = {rows: values for rows, values in numbers.items() if len(values)}
    joined = np.concatenate(list(numbers.values()))
    # A few extreme values would squeeze all others into one step.
    low, high = np.quantile(joined, [0.005, 0.995])
    edges = np.linspace(low, high, _BINS + 1)
    if edges[0] == edges[-1]:
        edges = np.linspace(joined.min(), joined.max(), _BINS + 1)
    first = next(iter(numbers))
    low, middle, high = np.quantile(numbers[first], [0, 0.5, 1])
    with canvas() as (figure, axes):
        for series, (rows, values) in zip((FIRST, SECOND), numbers.items(), strict=False):
            axes.stairs(
                _shares(values, edges), edges, color=series.colour, linestyle=series.dash,
                linewidth=1.8, label=rows,
            )  # fmt: skip
        axes.set_xlabel(short(name) if axis is None else axis)
        axes.set_ylabel("Rows (%)")
        axes.legend(loc="best")
        span = f"{number(low)} to {number(high)}, median {number(middle)}"
        return finish(
            figure,
            alternative=(
                f"Distribution of {name}: {first} values from {number(low)} to "
                f"{number(high)}, median {number(middle)}."
            ),
            caption=f"“{short(name)}”: {span}. {advice}".rstrip(),
        )


def _shares(values: Any, edges: Any) -> Any:
    clipped = np.clip(values, edges[0], edges[-1])
    return 100 * np.histogram(clipped, edges)[0] / len(values)
