"""Answers of many rows are printed by columns, with the characters of few rows."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autogluon_jobs.answers import answer_formats
from autogluon_jobs.answers.answer_formats import csv_text, jsonl_text
from autogluon_jobs.answers.large_tables import LARGE_ROWS
from autogluon_jobs.serving.codecs import format_answer

EDGES = [
    0.0, -0.0, 1.0, -1.0, 0.1, 1e-4, 9.999999999999999e-05, 1e-5, 5e-324, 1e15, 999999999999999.9,
    1e16, 1e22, 9999999999.5, 10000000000.5, 123456789.125, 2 / 3, math.nan, math.inf, -math.inf,
    1.7976931348623157e308, -1e-7,
]  # fmt: skip
WORDS = [">50K", "<=50K", "a,b", 'say "no"', "two\nlines", "ünïcode", "", "\u2028", "\t", "None"]
ACCEPTS = ["text/csv", "application/json", "application/jsonl"]


def by_rows(table: dict[str, Any], accept: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    with monkeypatch.context() as patched:
        patched.setattr(answer_formats, "large_text", lambda *_: None)
        return format_answer(table, accept)


def repeated(values: list[Any], kind: Any = object) -> Any:
    return np.array((values * LARGE_ROWS)[: LARGE_ROWS + 7], dtype=kind)


TABLES = {
    "edges": {"label": repeated(WORDS), "x": repeated(EDGES, np.float64)},
    "float32": {"label": repeated(WORDS[:2]), "x": repeated([0.1, 1e-9, 3e7], np.float32)},
    "numbers": {"label": repeated([1, -2, 2**62], np.int64), "b": repeated([True, False], bool)},
    "one column": {"label": repeated(["a", ""])},
    "missing words": {"label": repeated(["a", None]), "x": repeated([1.5], np.float64)},
    "lists": {'q"uo,te': list(repeated(["a", "b"])), "x": repeated([1.5], np.float64)},
    "strided": {"label": repeated(["a"]), "x": np.array([EDGES[:5], EDGES[5:10]] * 600).T[0]},
    "mixed": {"label": repeated([1, "1", 1.0]), "x": repeated([1.5], np.float64)},
    "half a character": {"label": repeated(["\ud800"]), "x": repeated([1.5], np.float64)},
}


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("name", TABLES)
def test_by_columns_prints_what_by_rows_does(name, accept, monkeypatch):
    length = min(map(len, TABLES[name].values()))
    table = {column: values[:length] for column, values in TABLES[name].items()}
    assert format_answer(table, accept) == by_rows(table, accept, monkeypatch)


@settings(max_examples=60)
@given(st.lists(st.floats(), min_size=40, max_size=40), st.lists(st.text(), min_size=9, max_size=9))
def test_any_numbers_and_words(numbers, words):
    words = [word.encode("utf-8", "replace").decode() for word in words]
    table = {"label": repeated(words), "x": repeated(numbers, np.float64)}
    few = {name: values[:40] for name, values in table.items()}
    assert csv_text(table, header=True).startswith(csv_text(few, header=True))
    assert jsonl_text(table).startswith(jsonl_text(few))
    body, *_ = format_answer(table, "application/json")
    assert len(json.loads(body)) == LARGE_ROWS + 7


def strictly(text: str) -> Any:
    def refuse(name: str) -> Any:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("count", [1, LARGE_ROWS])
@pytest.mark.parametrize("kind", [np.float64, np.float32, list])
def test_infinity_is_json_that_reads_back_as_the_number(count, kind):
    values = [math.inf, -math.inf, math.nan, 0.5] * count
    table = {"label": ["a"] * len(values), "x": values if kind is list else np.array(values, kind)}
    wanted = ["Infinity", "-Infinity", None, 0.5] * count
    rows = strictly(str(format_answer(table, "application/json")[0]))
    assert [row["x"] for row in rows] == wanted
    assert [strictly(line)["x"] for line in jsonl_text(table).splitlines()] == wanted
    assert [float(cell) for cell in wanted[:2]] == values[:2]
