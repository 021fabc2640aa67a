"""JSON records are read by Arrow only where that gives what record by record gives."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_jobs.bulk import readers
from autogluon_jobs.bulk.chunks import Chunk
from autogluon_jobs.bulk.file_formats import read_chunk
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests import arrow_records, parse_json, parse_jsonl
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema

SCHEMA = FeatureSchema(
    "y",
    "regression",
    (
        Feature("count", "int", "int64", nullable=False),
        Feature("size", "float", "float64", nullable=True),
        Feature("new", "bool", "bool", nullable=False),
        Feature("kind", "category", "category", nullable=True, categories=("a", "1")),
        Feature("note", "text", "object", nullable=True),
        Feature("day", "datetime", "datetime64[ns]", nullable=True),
    ),
)
ROW = {"count": 7, "size": 1.5, "new": True, "kind": "a", "note": "fine", "day": "2024-02-29"}
KEY = {"key": "k"}


def lines(*rows: dict[str, Any] | str) -> bytes:
    return "".join(
        f"{row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)}\n" for row in rows
    ).encode()


def read(path: Any, data: bytes, carried: tuple[str, ...] = ()) -> Any:
    """Features and carried columns, or the sentence that refuses them."""
    path.write_bytes(data)
    config = BulkJobConfig(
        predictor="p", job_name="j", model_package_arn="m", format="jsonl", columns=None,
        has_header=False, id_column=None, include_columns=carried, output="both",
        output_format="jsonl", files=(),
    )  # fmt: skip
    try:
        batches = list(read_chunk(SCHEMA, config, Chunk(path, "jsonl", 0, len(data))))
    except InputError as error:
        return str(error)
    columns = [{k: (v.dtype, v.tolist()) for k, v in b.features.columns.items()} for b in batches]
    return columns, [dict(batch.carried) for batch in batches]


SAME = {
    "plain": lines(ROW, ROW),
    "other order": lines(ROW, dict(reversed(ROW.items()))),
    "whole number in a float": lines(ROW, ROW | {"size": 3}, ROW | {"size": 2**70}),
    "nulls": lines(ROW | {"size": None, "kind": None}, ROW | {"note": None, "day": None}),
    "empty texts and marks": lines(ROW | {"kind": "", "note": "NA"}, ROW | {"day": ""}),
    "unseen and odd texts": lines(ROW | {"kind": "z", "note": 'a"b\\n\u2028 "size": {} }\u0000'}),
    "no line feed at the end": lines(ROW, ROW)[:-1],
    "return and line feed": lines(ROW, ROW).replace(b"\n", b"\r\n"),
    "label": lines(ROW | {"y": 5}),
}
LINE_BY_LINE = {
    "numbers as texts": lines(ROW, ROW | {"count": "8"}),
    "float for a whole number": lines(ROW, ROW | {"count": 8.0}),
    "float beside a large whole number": lines(ROW | {"count": 2**53 + 1}, ROW | {"count": 8.0}),
    "number for a category": lines(ROW, ROW | {"kind": 1}),
    "number for a text": lines(ROW, ROW | {"note": 1}),
    "truth in words": lines(ROW, ROW | {"new": "true"}),
    "key missing": lines(ROW, {k: v for k, v in ROW.items() if k != "size"}),
    "key missing, another null": lines(ROW | {"note": None}, {"note": None} | KEY),
    "unknown key": lines(ROW, ROW | {"sise": 1}),
    "key twice": lines(ROW, '{"count": 1, "count": 2, ' + json.dumps(ROW)[1:]),
    "NaN": lines(ROW, ROW | {"size": float("nan")}),
    "infinity": lines(ROW, ROW | {"size": float("inf")}),
    "too large": lines(ROW, json.dumps(ROW).replace("1.5", "1e400")),
    "beyond 64 bits": lines(ROW, ROW | {"count": 2**63}),
    "minus zero": lines(ROW, json.dumps(ROW).replace("1.5", "-0")),
    "null where none may be": lines(ROW, ROW | {"count": None}),
    "half a character": lines(ROW, json.dumps(ROW).replace("fine", "\\ud800")),
    "two on a line": lines(json.dumps(ROW) + json.dumps(ROW)),
    "blank line": lines(ROW, "", ROW),
    "no date": lines(ROW, ROW | {"day": "2023-02-29"}),
    "cut": lines(ROW, '{"count": 7'),
    "a list": lines(ROW, "[1]"),
    "nested": lines(ROW, ROW | {"note": {"a": 1}}),
    "nested deeply": lines(ROW, "[" * 100_000),
    "key in escapes": lines(
        ROW, json.dumps(ROW | {"size": None}).replace('"size"', '"s\\u0069ze"')
    ),
}


@pytest.mark.parametrize("name", {**SAME, **LINE_BY_LINE})
def test_the_same_rows_or_sentence_as_line_by_line(name, tmp_path, monkeypatch):
    data = {**SAME, **LINE_BY_LINE}[name]
    by_arrow = read(tmp_path / "a", data)
    monkeypatch.setattr(readers, "_jsonl_by_arrow", lambda *_: None)
    np.testing.assert_equal(by_arrow, read(tmp_path / "a", data))


@pytest.mark.parametrize("name", SAME)
def test_arrow_reads_what_is_typed_as_the_schema_is(name):
    assert arrow_records.read_lines(SCHEMA, SAME[name], ()) is not None


def test_carried_columns_that_the_first_line_lacks_are_left_to_the_slow_reader():
    assert arrow_records.read_lines(SCHEMA, lines(ROW, ROW | KEY), ("key",)) is None


def test_a_key_that_ends_like_a_missing_one_is_not_taken_for_it():
    schema = replace(SCHEMA, ignored=('old "size',))
    row = {key: value for key, value in ROW.items() if key != "size"} | {'old "size': 1}
    assert arrow_records.read_lines(schema, lines(row, row), ()) is None
    assert arrow_records.read_lines(schema, lines(row | ROW, row | ROW), ()) is not None


@pytest.mark.parametrize("values", [["a", "b"], [1, 2], [1, "b"], [1, 2.5], [None, 1], ["a", None]])
@pytest.mark.parametrize("carried", [("key",), ("key", "count", "size")])
def test_carried_values_stay_as_they_are(values, carried, tmp_path, monkeypatch):
    data = lines(*(ROW | {"key": value, "size": at} for at, value in enumerate(values)))
    by_arrow = read(tmp_path / "a", data, carried)
    monkeypatch.setattr(readers, "_jsonl_by_arrow", lambda *_: None)
    assert repr(by_arrow) == repr(read(tmp_path / "a", data, carried))
    assert by_arrow[1][0]["key"] == values


def array(data: bytes) -> bytes:
    return b"[" + b",".join(data.splitlines()) + b"]"


def request(module: Any, data: bytes) -> Any:
    """Features of a request, or the sentence that refuses it."""
    parse = module.parse_json if module is parse_json else module.parse_jsonl
    try:
        columns = parse(RowReader(SCHEMA), data).given.columns
    except InputError as error:
        return str(error)
    return {name: (values.dtype, values.tolist()) for name, values in columns.items()}


ARRAYS = {
    "spaces": array(SAME["plain"]).replace(b",{", b" ,\t{").replace(b"[", b"\n [ "),
    "over lines": array(SAME["plain"]).replace(b",{", b",\n{"),
    "records in a text": array(lines(ROW | {"note": "},{"}, ROW | {"note": '"},{"note":"'})),
    "a comma at the end": array(lines(ROW, ROW))[:-1] + b",]",
    "no comma": array(lines(ROW, ROW)).replace(b"},{", b"}{"),
    "more behind it": array(lines(ROW, ROW)) + b"[]",
    "never closed": array(lines(ROW, ROW))[:-1],
    "an array in it": b"[" + array(lines(ROW, ROW)) + b"]",
    "half a character": json.dumps([ROW | {"note": "\ud800"}], ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    ),
    "lines": SAME["plain"],
    "another blank": b"\x0c" + array(SAME["plain"]),
    **{name: array(data) for name, data in {**SAME, **LINE_BY_LINE}.items()},
}
NOT_UTF8 = {
    f"{key} {broken!r}": lines(ROW, ROW | {key: "@"}).replace(b"@", broken)
    for key in ("kind", "note", "day")
    for broken in (b"\xff", b"\xed\xa0\x80", b"\xc3")
}


@pytest.mark.parametrize(
    ("module", "data"),
    [
        *(pytest.param(parse_json, ARRAYS[name], id=f"array, {name}") for name in ARRAYS),
        *(
            pytest.param(parse_jsonl, data, id=f"lines, {name}")
            for name, data in {**SAME, **LINE_BY_LINE, **NOT_UTF8}.items()
        ),
        *(
            pytest.param(parse_json, array(data), id=f"array, {name}")
            for name, data in NOT_UTF8.items()
        ),
    ],
)
def test_requests_have_the_same_rows_or_sentence(module, data, monkeypatch):
    monkeypatch.setattr(arrow_records, "_LARGE_BYTES", 0)
    by_arrow = request(module, data)
    monkeypatch.setattr(module, "features_by_arrow", lambda *_, **__: None)
    np.testing.assert_equal(by_arrow, request(module, data))


@pytest.mark.parametrize("name", ["plain", "spaces", "nulls", "whole number in a float"])
def test_arrow_reads_arrays(name, monkeypatch):
    monkeypatch.setattr(arrow_records, "_LARGE_BYTES", 0)
    assert arrow_records.features_by_arrow(SCHEMA, ARRAYS[name].decode()) is not None
