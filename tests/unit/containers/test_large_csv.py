"""Large CSV bodies are read by several threads, to the values and sentences of one."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from autogluon_jobs.formats import csv_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests import parse_csv as module
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.schema.feature_table import UNKNOWN_CODE

SCHEMA = FeatureSchema(
    "y",
    "regression",
    (
        Feature("count", "int", "int64", nullable=False),
        Feature("size", "float", "float64", nullable=True),
        Feature("kind", "category", "category", nullable=True, categories=("a", "b")),
    ),
)
ROWS = 100_000


def body(changed: dict[int, str]) -> bytes:
    lines = [changed.get(at, f"{at},{at / 8},{'ab'[at % 2]}") for at in range(ROWS)]
    return ("count,size,kind\n" + "\n".join(lines) + "\n").encode()


@pytest.fixture(autouse=True)
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    assert module._threads(body({})) == 2


def test_values_are_those_of_one_thread(monkeypatch):
    data = body({7: "7,,", 99_999: "-1,1e3,never seen"})
    shared = parse_csv(RowReader(SCHEMA), data).given.columns
    monkeypatch.setattr(module, "_threads", lambda _: 1)
    alone = parse_csv(RowReader(SCHEMA), data).given.columns
    for name, values in alone.items():
        np.testing.assert_array_equal(shared[name], values)
        assert shared[name].dtype == values.dtype


def test_first_row_with_missing_cells_is_named():
    with pytest.raises(InputError, match=r"^Row 70,?001 .*2 cells instead of 3"):
        parse_csv(RowReader(SCHEMA), body({70_000: "1,2", 90_000: "1"}))


def test_of_several_mistakes_the_first_feature_s_is_told():
    with pytest.raises(InputError, match=r'"count".*row 50,?001'):
        parse_csv(RowReader(SCHEMA), body({20: "20,large,a", 50_000: "many,1,a"}))


def test_a_row_longer_than_what_a_thread_takes_at_once_is_read():
    long = "a" * (csv_text._SHARED_BLOCK + 1)
    values = parse_csv(RowReader(SCHEMA), body({7: f"7,1,{long}"})).given.columns
    assert len(values["count"]) == ROWS
    assert values["kind"][7] == UNKNOWN_CODE


@pytest.mark.parametrize("threads", [1, 2])
def test_a_line_feed_in_a_cell_is_kept_where_blocks_part_it(threads, monkeypatch):
    monkeypatch.setattr(csv_text, "_SHARED_BLOCK", 16)
    monkeypatch.setattr(csv_text, "LARGEST_RECORD", 16)
    for shift in range(16):
        data = b"%s,1\n" % (b"x" * shift) + b'"a\r\nb",1\r\n' * 4
        table = csv_text.read_columns(
            data, 2, skip_first=False, row_hint="", row_name=str, threads=threads
        )
        assert table["c0"].to_pylist()[1:] == ["a\r\nb"] * 4


def test_rows_of_another_width_that_are_not_utf8_print_nothing(monkeypatch):
    printed = []
    monkeypatch.setattr(sys, "unraisablehook", printed.append)
    with pytest.raises(InputError, match=r"^Row 1 holds bytes that are not valid UTF-8"):
        parse_csv(RowReader(SCHEMA), b"count,size,kind\n1,\xff\n")
    assert printed == []
