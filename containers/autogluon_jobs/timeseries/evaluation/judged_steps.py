"""Put forecasts beside what happened: one row for each series, window and step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from autogluon_jobs.timeseries.evaluation.evaluation import Window


@dataclass(frozen=True)
class JudgedSteps:
    """All forecast steps whose truth is known.

    `table` has the columns `series`, `window`, `step` (from 1), `truth`, `mean`, and one for each
    quantile level, named as in forecasts.
    """

    table: pd.DataFrame
    levels: tuple[str, ...]

    @classmethod
    def of(cls, windows: Sequence[Window], target: str) -> JudgedSteps:
        """Join the forecasts of each window with its truth."""
        parts = []
        for number, window in enumerate(windows):
            made = pd.DataFrame(window.forecast).reset_index(names=["series", "time"])
            truth = window.truth[target].reindex(window.forecast.index).to_numpy()
            step = made.groupby("series", sort=False).cumcount() + 1
            parts.append(made.assign(window=number, step=step, truth=truth))
        table = pd.concat(parts, ignore_index=True)
        levels = tuple(str(name) for name in windows[0].forecast.columns if name != "mean")
        return cls(table[table["truth"].notna()], levels)

    @property
    def error(self) -> pd.Series:
        """Return mean forecast minus truth."""
        return self.table["mean"] - self.table["truth"]

    def by_series(self) -> pd.DataFrame:
        """Return the errors of each series, the worst first.

        Columns: `mae` (mean absolute error), `wape` (absolute error by absolute truth), `bias`
        (mean error) and `share` (of all absolute errors).
        """
        grouped = pd.DataFrame(
            {
                "series": self.table["series"],
                "absolute": self.error.abs(),
                "error": self.error,
                "size": self.table["truth"].abs(),
            }
        ).groupby("series", sort=False)
        sums = grouped.sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            found = pd.DataFrame(
                {
                    "mae": grouped["absolute"].mean(),
                    "wape": (sums["absolute"] / sums["size"]).replace(np.inf, np.nan),
                    "bias": grouped["error"].mean(),
                    "share": sums["absolute"] / sums["absolute"].sum(),
                }
            )
        return found.sort_values("mae", ascending=False, kind="stable")

    def by_step(self) -> pd.Series:
        """Return the mean absolute error of each step of the horizon."""
        errors: pd.Series = self.error.abs().groupby(self.table["step"]).mean()
        return errors

    def coverage(self) -> pd.Series:
        """Return, by quantile level, the share of truths that are not above the quantile."""
        truth = self.table["truth"]
        return pd.Series({level: (truth <= self.table[level]).mean() for level in self.levels})
