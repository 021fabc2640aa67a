"""`on_error=row`: one bad cell costs its row, never its neighbours; and the other options."""

from __future__ import annotations

import base64
import csv
import dataclasses
import io
import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests import csv_rows, parse_csv, row_sources
from autogluon_jobs.requests.bad_rows import sort_rows
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.serving.served_model import ServedModel
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import FEATURES, csv_of, headerless, record

ROWS = shop_data.rows(20, seed=11)
BAD = {3: "age", 4: "joined", 19: "age"}
BY_ROW = "on_error=row"


def spoilt(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, BAD[at]: 'a "b", c'} if at in BAD else row for at, row in enumerate(rows)]


def parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    texts = {name: [row[name] for row in rows] for name in FEATURES}
    pq.write_table(pa.table(texts), sink)
    return sink.getvalue()


def envelope(rows: list[dict[str, Any]]) -> str:
    data = base64.b64encode(parquet(rows)).decode()
    return json.dumps({"version": 1, "data": data, "inference_kwargs": {}})


FORMATS: dict[str, tuple[str, Callable[[list[dict[str, Any]]], str | bytes]]] = {
    "csv": ("text/csv", lambda rows: csv_of(rows, FEATURES)),
    "csv without header": ("text/csv", headerless),
    "csv with line feeds": ("text/csv", lambda rows: csv_of(rows, FEATURES).replace("\n", "\r\n")),
    "json records": ("application/json", lambda rows: json.dumps([dict(row) for row in rows])),
    "json lists": (
        "application/json",
        lambda rows: json.dumps([[row[name] for name in FEATURES] for row in rows]),
    ),
    "instances": ("application/json", lambda rows: json.dumps({"instances": rows})),
    "json lines": ("application/jsonlines", lambda rows: "\n".join(map(json.dumps, rows))),
    "parquet": ("application/x-parquet", parquet),
    "x-autogluon": ("application/x-autogluon", envelope),
}  # fmt: skip


def ask(
    model: ServedModel, body: str | bytes, kind: str, attributes: str = BY_ROW
) -> list[dict[str, Any]]:
    text, *_ = model.answer(body, kind, "application/json", attributes)
    answers: list[dict[str, Any]] = json.loads(text)
    return answers


def alone(model: ServedModel) -> list[dict[str, Any]]:
    body = json.dumps([record(row) for row in ROWS])
    return ask(model, body, "application/json", "")


@pytest.mark.parametrize("name", FORMATS)
def test_bad_rows_answer_with_their_sentence_and_the_others_as_ever(shop, name):
    kind, body_of = FORMATS[name]
    answers = ask(shop, body_of(spoilt(ROWS)), kind)
    for at, (answer, expected) in enumerate(zip(answers, alone(shop), strict=True)):
        error = answer.pop("row_error")
        if at in BAD:
            assert set(answer.values()) == {None}
            assert f'Column "{BAD[at]}", row {at + 1}: ' in error
        else:
            assert (answer, error) == (expected, None)


@pytest.mark.parametrize("name", FORMATS)
def test_without_bad_rows_only_the_empty_column_is_added(shop, name):
    kind, body_of = FORMATS[name]
    expected = [{**answer, "row_error": None} for answer in alone(shop)]
    assert ask(shop, body_of(ROWS), kind) == expected


def test_rows_that_are_no_rows_at_all_are_answered_too(shop):
    good = json.dumps(record(ROWS[0]))
    answers = ask(shop, f"{good}\nno json\n\n[1, 2]\n7\n{good}\n", "application/jsonl")
    errors = [answer["row_error"] for answer in answers]
    assert [error is None for error in errors] == [True, False, False, False, True]
    assert errors[1].startswith("Line 2 is not valid JSON")
    assert errors[2].startswith("Row 3 is a list instead of an object")
    assert errors[3].startswith("Row 4 is a number instead of an object")


def test_ragged_lines_and_line_breaks_inside_quotes_keep_their_places(shop):
    lines = headerless(ROWS[:3]).splitlines()
    lines[0] = lines[0].replace(ROWS[0]["note"], f'"{ROWS[0]["note"]}\nmore"')
    answers = ask(shop, "\n".join([lines[0], lines[1] + ",", lines[2]]), "text/csv")
    errors = [answer["row_error"] for answer in answers]
    assert errors[0] is None
    assert errors[1].startswith(f"Row 2 has {len(FEATURES) + 1} cells instead of {len(FEATURES)}")
    assert errors[2] is None


def test_nothing_but_bad_rows_is_still_an_answer_in_every_format(shop):
    body = json.dumps([{**record(row), "age": "old"} for row in ROWS[:2]])
    text, *_ = shop.answer(body, "application/json", "text/csv", BY_ROW)
    table = list(csv.reader(io.StringIO(text)))
    assert table[0] == ["bought", "no_proba", "yes_proba", "row_error"]
    assert [row[:3] for row in table[1:]] == [["", "", ""]] * 2
    data, *_ = shop.answer(body, "application/json", "application/x-parquet", BY_ROW)
    assert pq.read_table(pa.BufferReader(data)).column("bought").null_count == 2


@pytest.mark.parametrize(
    ("kind", "body", "sentence"),
    [
        ("application/json", "[1,", "The body is not valid JSON"),
        ("application/json", "[]", "holds no rows"),
        ("application/jsonlines", '{\n "age": 1\n}', "is a JSON object over several lines"),
        ("application/jsonlines", "[[1,\n2]]", "is a JSON array of arrays"),
        ("text/csv", "", "The body is empty"),
        ("text/csv", csv_of(ROWS[:1], FEATURES).replace("age", "agee"), 'unknown column "agee"'),
        ("text/csv", headerless(ROWS[:2]).replace(",", ',"', 1), "a quote that is never closed"),
        ("application/x-parquet", b"PAR1", "Not a valid Parquet file"),
        ("text/html", "<p>", 'Content type "text/html"'),
    ],
)
def test_what_concerns_the_whole_body_still_fails_the_request(shop, kind, body, sentence):
    with pytest.raises(InputError, match=sentence):
        ask(shop, body, kind)


def test_a_few_bad_rows_among_many_are_found_without_reading_each_row_alone(shop, monkeypatch):
    reads = []
    convert = row_sources.convert_table
    monkeypatch.setattr(
        row_sources, "convert_table", lambda *args: reads.append(1) or convert(*args)
    )
    rows = [record(ROWS[at % 20]) for at in range(2048)]
    rows[1000]["age"] = "old"
    answers = ask(shop, json.dumps(rows), "application/json")
    assert [at for at, answer in enumerate(answers) if answer["row_error"]] == [1000]
    assert len(reads) <= 30


ODD_CELLS: dict[str, list[Any]] = {
    "csv": ["x", "", "1e999", "12 ", '"3"', "nan", "2021-13-01"],
    "json": ["x", None, True, 1.5, 10**30, [1], {"a": 1}, "2021-13-01", "\ud800"],
}


SOURCES = {"csv": csv_rows.csv_source, "json": row_sources.json_source}


def odd(kind: str, count: int) -> str:
    """Rows of which two thirds hold one to three odd cells, and some have another shape."""
    dice = random.Random(4)
    rows = [record(row) for row in shop_data.rows(count, seed=5)]
    for row in rows:
        for name in dice.sample(list(row), dice.choice([0, 1, 1, 2, 3])):
            row[name] = dice.choice(ODD_CELLS[kind])
    if kind == "csv":
        lines = [",".join("" if row[n] is None else str(row[n]) for n in FEATURES) for row in rows]
        lines = [line + "," * (dice.random() < 0.05) for line in lines]
        return "\n".join([",".join(FEATURES), *lines])
    for row in rows:
        if dice.random() < 0.05:
            row.pop("age")
    return json.dumps(rows)


@pytest.mark.parametrize("kind", ODD_CELLS)
def test_rows_looked_at_cell_by_cell_get_what_reading_them_by_columns_gives(shop, kind):
    source = SOURCES[kind](RowReader(shop.schema), odd(kind, 300))
    got = sort_rows(shop.schema.label, source, lambda _: None)
    by_columns = dataclasses.replace(source, quick=None)
    wanted = sort_rows(shop.schema.label, by_columns, lambda _: None)
    assert 100 < len(wanted.errors) < 280
    assert got.errors == wanted.errors
    for name, values in wanted.request.given.columns.items():
        np.testing.assert_array_equal(got.request.given.columns[name], values, name)


@pytest.mark.parametrize("kind", ODD_CELLS)
def test_many_bad_rows_are_not_converted_column_by_column(shop, kind, monkeypatch):
    rows = [{**record(ROWS[at % 20]), "age": "old"} for at in range(1024)]
    body = csv_of(rows, FEATURES) if kind == "csv" else json.dumps(rows)
    reads: list[int] = []
    for name in ("convert_table", "read_table"):
        for module in (row_sources, csv_rows, parse_csv):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, counted(getattr(module, name), reads))
    source = SOURCES[kind](RowReader(shop.schema), body)
    found = sort_rows(shop.schema.label, source, lambda _: None)
    assert (len(found.errors), found.request) == (1024, None)
    assert len(reads) < 100


def counted(call: Callable[..., Any], calls: list[int]) -> Callable[..., Any]:
    def count(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        return call(*args, **kwargs)

    return count


@pytest.mark.parametrize(
    ("attributes", "columns"),
    [
        ("", ["bought", "no_proba", "yes_proba"]),
        ("output=both", ["bought", "no_proba", "yes_proba"]),
        ("output=labels", ["bought"]),
        (" output = probabilities ; ", ["no_proba", "yes_proba"]),
        ("output=labels;on_error=row", ["bought", "row_error"]),
        ("c000b4f9-df62-4c85-a0bf-7c525f9104a4", ["bought", "no_proba", "yes_proba"]),
    ],
)
def test_the_caller_chooses_the_columns(shop, attributes, columns):
    body = json.dumps(record(ROWS[0]))
    assert list(ask(shop, body, "application/json", attributes)[0]) == columns


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("by_row", ["", ";on_error=row"])
def test_inference_arguments_work_in_every_format(shop, kind, by_row):
    media_type, body_of = FORMATS[kind]
    names = {
        row[shop.schema.label]
        for threshold in (0, 1)
        for row in ask(
            shop,
            body_of(ROWS),
            media_type,
            f"decision_threshold={threshold};model=LightGBM{by_row}",
        )
    }
    always, never = (
        {row[shop.schema.label] for row in ask(shop, body_of(ROWS), media_type, options)}
        for options in ("decision_threshold=0" + by_row, "decision_threshold=1" + by_row)
    )
    assert (len(always), len(never)) == (1, 1)
    assert always | never == names == set(shop.schema.classes)


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ("ouput=labels", r'unknown option "ouput" \(did you mean "output"\?\)'),
        ("output=all", 'output is "all". Allowed: "both", "labels", "probabilities"'),
        ("output=labels;output=both", 'gives the option "output" twice'),
        ("on_error=skip", 'on_error is "skip"'),
        ("contributions=yes", 'contributions is "yes"'),
        ("decision_threshold=2", '"decision_threshold" is "2.0"; it must be between 0 and 1'),
        ("decision_threshold=high", '"decision_threshold" is "high"; it must be between 0 and 1'),
        ("decision_threshold", "decision_threshold has no value. Write decision_threshold= and"),
        ("model=Nobody", 'Model "Nobody" not found in this artifact'),
    ],
)
def test_options_that_do_not_exist_are_refused_by_name(shop, attributes, sentence):
    with pytest.raises(InputError, match=sentence):
        ask(shop, json.dumps(record(ROWS[0])), "application/json", attributes)
