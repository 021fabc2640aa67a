"""Order the rows of a long table by series and time, and find what no series may hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from autogluon.timeseries import TimeSeriesDataFrame

_INDEX = [TimeSeriesDataFrame.ITEMID, TimeSeriesDataFrame.TIMESTAMP]


@dataclass(frozen=True)
class LongFrame:
    """Rows of many series, ordered by series (as they first appear) and time.

    `values` has the columns besides id and time; `codes` says per row which of the series in
    `names` it belongs to; `positions` are the rows' places in the table that they come from.
    """

    values: pd.DataFrame
    codes: Any
    names: Any
    times: pd.DatetimeIndex
    positions: Any

    @classmethod
    def of(cls, frame: pd.DataFrame, id_column: str, timestamp_column: str) -> LongFrame:
        """Order a frame; neither of the two columns has missing values."""
        codes, names = pd.factorize(frame[id_column])
        times = pd.DatetimeIndex(frame[timestamp_column])
        order = np.lexsort((times.asi8, codes))
        values = frame.drop(columns=[id_column, timestamp_column]).iloc[order]
        return cls(values, codes[order], np.asarray(names), times[order], order)

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def starts(self) -> Any:
        """Return the position of each series' first row, and at last the number of rows."""
        return np.searchsorted(self.codes, np.arange(len(self.names) + 1))

    @property
    def lengths(self) -> Any:
        """Return how many rows each series has."""
        return np.diff(self.starts)

    @cached_property
    def same_series(self) -> Any:
        """Return per row but the first whether the row before is of the same series."""
        return self.codes[1:] == self.codes[:-1]

    @property
    def repeated(self) -> int | None:
        """Return the position of the first row whose series has its time already."""
        return _first(self.same_series & (self.times[1:] == self.times[:-1]))

    def name(self, position: int) -> str:
        """Return the series of a row."""
        return str(self.names[self.codes[position]])

    def taken(self, mask: Any) -> LongFrame:
        """Return some of the rows; every series keeps its name and code."""
        return LongFrame(
            self.values[mask], self.codes[mask], self.names, self.times[mask], self.positions[mask]
        )

    def series_frame(
        self, columns: list[str] | None = None, static: pd.DataFrame | None = None
    ) -> TimeSeriesDataFrame:
        """Return the rows as AutoGluon takes them.

        Args:
            columns: of the values; None: all.
            static: the features of each series, by its name.
        """
        index = pd.MultiIndex.from_arrays([self.names[self.codes], self.times], names=_INDEX)
        values = self.values if columns is None else self.values[columns]
        return TimeSeriesDataFrame(values.set_axis(index, axis="index"), static_features=static)


def _first(marks: Any) -> int | None:
    """Return the position after the first mark; None without one."""
    return int(np.argmax(marks)) + 1 if marks.any() else None
