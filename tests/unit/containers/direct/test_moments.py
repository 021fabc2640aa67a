"""Parts of a date: the same from one row as from many, at the ends of what 64 bits hold, too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autogluon_jobs.tabular.direct.features.encoding import _moment_array, _moment_value

DATES = [
    "1677-09-21T00:12:43.145224193", "1677-09-21T12:00", "1677-09-22", "1677-10-01", "1678-01-01",
    "1969-12-31T23:59:59.999999999", "1970-01-01", "2000-02-29", "2262-04-11T23:47:16.854775807",
]  # fmt: skip


@pytest.mark.parametrize("part", ["year", "month", "day", "dayofweek"])
def test_parts_of_dates_are_those_of_pandas_alone_and_together(part: str) -> None:
    moments = np.array(DATES, dtype="datetime64[ns]")
    expected = getattr(pd.DatetimeIndex(moments), part).tolist()
    assert _moment_array(moments, part, fill=0).tolist() == expected
    assert [_moment_value(moment, part, fill=0) for moment in moments.tolist()] == expected
