"""Find the frequency of series, and the first step that does not follow it."""

from __future__ import annotations

import warnings
from collections import Counter

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import shown
from autogluon_jobs.timeseries.series.long_frame import LongFrame

_LEAST_ROWS = 3
"""Fewer times have no frequency that pandas could infer."""


def frequency_of(rows: LongFrame, where: str) -> str:
    """Return the frequency that all series have, as pandas names it.

    Args:
        rows: of a channel.
        where: names the channel, for sentences.

    Raises:
        InputError: a series with another frequency or with none, by its times.
    """
    found = [
        rows.times[start:end].inferred_freq if end - start >= _LEAST_ROWS else None
        for start, end in zip(rows.starts, rows.starts[1:], strict=False)
    ]
    counts = Counter(freq for freq in found if freq is not None)
    usual = counts.most_common(1)[0][0] if counts else None
    for code, freq in enumerate(found):
        if freq is None or freq != usual:
            raise InputError(
                f"{where}: {_odd_series(rows, code, freq, usual)}.", advice=_advice(usual)
            )
    offset = to_offset(usual)
    if offset is None:
        raise ValueError("a table without series")
    return str(offset.freqstr)


def first_off_step(rows: LongFrame, freq: str) -> int | None:
    """Return the position of the first row that does not follow the one before by one step."""
    if len(rows) < 2:
        return None
    with warnings.catch_warnings():
        # Offsets such as business days are added one by one, which pandas finds slow.
        warnings.simplefilter("ignore", category=pd.errors.PerformanceWarning)
        expected = rows.times[:-1] + to_offset(freq)
    off = rows.same_series & (expected != rows.times[1:])
    return int(np.argmax(off)) + 1 if off.any() else None


def told_step(rows: LongFrame, position: int) -> str:
    """Say which time follows which at a row, and in which series."""
    before, after = (moment(rows.times[at]) for at in (position - 1, position))
    return f"series {shown(rows.name(position))} has {after} after {before}"


def moment(time: pd.Timestamp) -> str:
    """Return a time as sentences show it: without midnight."""
    return str(time.isoformat()).removesuffix("T00:00:00")


def _odd_series(rows: LongFrame, code: int, freq: str | None, usual: str | None) -> str:
    start, end = int(rows.starts[code]), int(rows.starts[code + 1])
    name = shown(str(rows.names[code]))
    if end - start < _LEAST_ROWS:
        return (
            f"series {name} has {end - start} rows, and {_LEAST_ROWS} are needed to tell the time "
            f"between two"
        )
    if freq is not None:
        return f'series {name} has the frequency "{freq}", and most have "{usual}"'
    mask = np.zeros(len(rows), dtype=bool)
    mask[start:end] = True
    own = rows.taken(mask)
    if usual is not None:
        at = first_off_step(own, usual)
        others = f'most series have the frequency "{usual}"'
    else:
        gaps = np.diff(own.times.asi8)
        common = Counter(gaps.tolist()).most_common(1)[0][0]
        at = int(np.argmax(gaps != common)) + 1 if (gaps != common).any() else None
        others = f"most of its steps take {pd.Timedelta(common)}"
    if at is None:
        return f"series {name} has no frequency that pandas knows"
    return f"{told_step(own, at)}, and {others}"


def _advice(usual: str | None) -> str:
    example = usual or "D"
    return (
        f'Correct the rows, or set init_args.freq, such as "{example}": all series are then '
        f"brought to it, and times without a row count as missing."
    )
