"""Dates read by Arrow are those that pandas reads, to the nanosecond."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogluon_jobs.conversion.iso_dates import parse_datetimes
from autogluon_jobs.formats.cell_rules import DATETIME

EDGES = (
    "2026-11-20", "2026-11-20T10:11", "2026-11-20 10:11:12", "2026-11-20T10:11:12.5",
    "2026-11-20T10:11:12.123456789", "2026-11-20T10:11:12.1234567Z", "2026-11-20T10:11Z",
    "2026-11-20 10:11:12+02:00", "2026-11-20T10:11:12-0230", "2026-11-20T10:11+0200", "2026-02-30",
    "2026-13-01", "2026-11-20T24:00", "2026-11-20T10:60", "2026-11-20T10:11:60", "0001-01-01",
    "9999-12-31", "1677-09-21T00:12:43", "1677-09-22", "2262-04-11T23:47:16.854775807",
    "2262-04-11T23:47:16.854775808", "2262-04-12", "2026-11-20T10:11:12+24:00",
    "2026-11-20T10:11:12+23:59", "2026-11-20T10:11:12-99:99", "2026-11-20T10:11:12+00:60",
    "1969-12-31T23:59:59.999999999", "2024-02-29", "1900-02-29", "0000-01-01",
    "1677-09-21T01:00+02:00", "2262-04-11T23:50+02:00", "2026-11-20T00:00-00:00",
)  # fmt: skip

dates = st.from_regex(re.compile(DATETIME), fullmatch=True)
likely = st.datetimes().map(lambda moment: moment.isoformat())


def by_pandas(texts: list[str | None]) -> np.ndarray:
    moments = pd.to_datetime(
        pd.Series(texts, dtype=object), utc=True, format="ISO8601", errors="coerce"
    )
    return moments.dt.tz_localize(None).to_numpy(dtype="datetime64[ns]")


@pytest.mark.parametrize("text", EDGES)
def test_a_date_alone_and_beside_others(text):
    for texts in ([text], [text, "2020-01-01"], [None, text], [text, "2020-01-01T00:00+01:00"]):
        np.testing.assert_array_equal(parse_datetimes(pa.array(texts)), by_pandas(texts))


@given(st.lists(st.one_of(dates, likely, st.none()), min_size=1, max_size=4))
def test_any_dates(texts):
    cells = pa.array(texts, pa.string())
    np.testing.assert_array_equal(parse_datetimes(cells), by_pandas(texts))


@given(st.lists(likely | likely.map(lambda text: text + "+05:30"), min_size=1, max_size=4))
def test_dates_of_the_calendar(texts):
    np.testing.assert_array_equal(parse_datetimes(pa.array(texts)), by_pandas(texts))


READ = """
import io, sys
import pyarrow as pa, pyarrow.csv as csv
from autogluon_jobs.conversion.iso_dates import parse_datetimes
table = csv.read_csv(
    io.BytesIO(sys.argv[1].encode()),
    read_options=csv.ReadOptions(use_threads=False),
    convert_options=csv.ConvertOptions(column_types={"at": pa.string()}),
)
assert len(parse_datetimes(table["at"])) == 2
sys.exit("pandas" in sys.modules)
"""


@pytest.mark.parametrize("text", ["2026-11-20\n2026-11-20T10:11:12.5", "2026-11-20T10:11Z\n" * 2])
def test_good_dates_need_no_pandas(text):
    # Read from CSV as requests are: `pyarrow.array` imports pandas by itself. One thread, as there:
    # a process that ends as soon as Arrow has started threads may abort (apache/arrow#34314).
    command = [sys.executable, "-c", READ, "at\n" + text]
    assert subprocess.run(command, env={"PYTHONPATH": "containers:contracts"}).returncode == 0
