"""Ids and included columns of Parquet in results of text: as they are, or one sentence."""

from __future__ import annotations

import csv
import datetime
import io
import json
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.bulk.answers import AnswerBatch
from autogluon_jobs.bulk.file_formats import piece_writer
from autogluon_jobs.bulk.result_files import csv_bytes
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.serving.codecs import parse_piece
from autogluon_jobs.serving.transform_model import answer_piece

SCHEMA = FeatureSchema("y", "regression", (Feature("a", "float", "float64", nullable=True),))
CARRIED: dict[str, tuple[Any, str, Any]] = {
    "text": (pa.array(["é"]), "é", "é"),
    "whole number": (pa.array([7]), "7", 7),
    "number": (pa.array([0.1]), "0.1", 0.1),
    "boolean": (pa.array([True]), "True", True),
    "bytes of a text": (pa.array(["é".encode()]), "é", "é"),
    "bytes of one length": (pa.array([b"ab"], pa.binary(2)), "ab", "ab"),
    "decimal": (pa.array([Decimal("1.50")]), "1.50", "1.50"),
    "day": (pa.array([0], pa.int32()).cast(pa.date32()), "1970-01-01", "1970-01-01"),
    "day beyond Python": (pa.array([10**9], pa.int32()).cast(pa.date32()),) + ("<value out of "
                          "range: 1000000000>",) * 2,
    "missing": (pa.nulls(1), "", None),
    "missing number": (pa.array([float("nan")]), "", None),
}  # fmt: skip
REFUSED = {
    "bytes that are no text": pa.array([b"\xff"]),
    "moment of an unknown zone": pa.array([0], pa.timestamp("us", "Foo/Bar")),
    "identifier": pa.array([b"1" * 16], pa.uuid()),
}
NESTED = {
    "list": (pa.array([[1, None]]), [1, None]),
    "object": (pa.array([{"k": ["v"]}]), {"k": ["v"]}),
    "numbers that are none": (pa.array([[float("inf"), float("nan")]]), ["Infinity", None]),
}
NESTED_REFUSED = {
    "list of bytes": pa.array([[b"\xff"]]),
    "object with a moment": pa.array([{"k": datetime.date(2020, 1, 1)}]),
}


def answer(column: Any) -> AnswerBatch:
    return AnswerBatch({"id": pa.chunked_array([column])}, pa.table({"y": [1.0]}))


def jsonl_of(column: Any, tmp_path: Any) -> Any:
    with piece_writer(tmp_path / "piece", "jsonl") as piece:
        piece.write(answer(column))
    return json.loads((tmp_path / "piece").read_text())["id"]


def piece_of(column: Any, output_format: str) -> str:
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": column, "a": [1.0]}), sink)
    batch = TransformBatch(
        columns=None, has_header=False, id_column="id", output="both", output_format=output_format
    )
    request = parse_piece(SCHEMA, batch, "application/x-parquet", sink.getvalue())
    body, *_ = answer_piece(batch, request, Predictions({"y": np.array([1.0])}, {}))
    return str(body)


@pytest.mark.parametrize("kind", CARRIED)
def test_a_column_is_carried_as_its_text_or_value(kind: str, tmp_path: Any) -> None:
    column, text, value = CARRIED[kind]
    by_bulk = csv_bytes(answer(column)).decode()
    assert next(csv.reader(io.StringIO(by_bulk))) == [text, by_bulk.rstrip().rpartition(",")[2]]
    assert jsonl_of(column, tmp_path) == value
    assert next(csv.reader(io.StringIO(piece_of(column, "csv"))))[0] == text
    assert json.loads(piece_of(column, "jsonl"))["id"] == value


@pytest.mark.parametrize("kind", REFUSED)
def test_what_has_no_text_is_refused_by_the_column(kind: str, tmp_path: Any) -> None:
    column = REFUSED[kind]
    for write in (
        lambda: csv_bytes(answer(column)),
        lambda: jsonl_of(column, tmp_path),
        lambda: piece_of(column, "csv"),
        lambda: piece_of(column, "jsonl"),
    ):
        with pytest.raises(InputError, match=r'^Column "id" of type .* cannot be carried over to '):
            write()


@pytest.mark.parametrize("kind", NESTED)
def test_lists_and_objects_are_carried_by_json_lines_alone(kind: str, tmp_path: Any) -> None:
    column, value = NESTED[kind]
    assert jsonl_of(column, tmp_path) == value
    for write in (lambda: csv_bytes(answer(column)), lambda: piece_of(column, "jsonl")):
        with pytest.raises(InputError, match=r'"id" of type (list|struct)<'):
            write()


@pytest.mark.parametrize("kind", NESTED_REFUSED)
def test_lists_and_objects_of_what_json_has_not_are_refused(kind: str, tmp_path: Any) -> None:
    with pytest.raises(InputError, match=r'"id" of type .* cannot be carried over to JSON Lines'):
        jsonl_of(NESTED_REFUSED[kind], tmp_path)
