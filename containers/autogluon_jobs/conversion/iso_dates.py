"""Parse ISO 8601 dates: with Arrow where it certainly reads what pandas reads, else with pandas.

Arrow reads a column many times faster, and pandas costs a cold start. They agree on dates of the
calendar, within the years below; what Arrow refuses, pandas decides.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from autogluon_jobs.conversion.arrow_arrays import text_array
from autogluon_jobs.formats.arrow_buffers import array_of

_OFFSET = r"(Z|[+-][0-9]{2}:?[0-9]{2})$"
_TIME_AND_OFFSET = rf":[0-9.]*{_OFFSET}"  # in a date alone, the day looks like an offset
_FIRST, _END = np.datetime64("1679", "ns"), np.datetime64("2261", "ns")


def parse_datetimes(cells: Any) -> Any:
    """Parse texts that match the date pattern to datetime64[ns] in UTC; NaT if not a date."""
    moments = _by_arrow(cells)
    return _by_pandas(cells) if moments is None else moments


def _by_arrow(cells: Any) -> Any:
    with_offset = pc.match_substring_regex(cells, _TIME_AND_OFFSET)
    some, every = (count(with_offset).as_py() for count in (pc.any, pc.all))
    if some and not every:
        return None
    try:
        moments = array_of(pc.cast(cells, pa.timestamp("ns", "UTC" if some else None)))
    except pa.ArrowInvalid:
        return None
    known = ~np.isnat(moments)
    if ((moments < _FIRST) | (moments >= _END))[known].any():
        return None
    return moments


def _by_pandas(cells: Any) -> Any:
    import pandas as pd

    texts = pd.Series(text_array(cells), dtype=object)
    moments = pd.to_datetime(texts, utc=True, format="ISO8601", errors="coerce")
    return moments.dt.tz_localize(None).to_numpy(dtype="datetime64[ns]")
