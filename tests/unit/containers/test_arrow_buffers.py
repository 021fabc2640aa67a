"""Arrow columns become what Arrow itself makes of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from autogluon_jobs.formats.arrow_buffers import array_of

MOMENT = 1_700_000_000_123_456_789
COLUMNS = {
    "whole": pa.array([1, -(2**63), 2**63 - 1]),
    "whole, missing": pa.array([1, None, 2**53 + 1]),
    "small": pa.array([1, 2, 255], pa.uint8()),
    "numbers": pa.array([0.1, float("nan"), -0.0]),
    "numbers, missing": pa.array([0.1, None, -0.0]),
    "single": pa.array([0.1, None], pa.float32()),
    "moments": pa.array([MOMENT, None, -1], pa.timestamp("ns")),
    "moments of a zone": pa.array([MOMENT // 1000, None], pa.timestamp("us", "UTC")),
    "truth": pa.array([True, False, True] * 5),
    "empty": pa.array([], pa.float64()),
    "only missing": pa.array([None, None], pa.float64()),
}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("cut", [0, 1])
def test_whole_sliced_and_in_pieces(name, cut):
    column = COLUMNS[name][cut:]
    wanted = column.to_numpy(zero_copy_only=False)
    pieces = pa.chunked_array([column[:1], column[1:]], column.type)
    for given in (column, pieces):
        got = array_of(given)
        assert got.dtype == wanted.dtype
        np.testing.assert_array_equal(got, wanted)


def test_missing_truth_is_false():
    assert array_of(pa.array([True, None, False])).tolist() == [True, False, False]


def test_no_pieces():
    assert array_of(pa.chunked_array([], pa.int64())).tolist() == []
