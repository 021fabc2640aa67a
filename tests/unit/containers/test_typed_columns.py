"""Columns of Parquet, whatever their type: read exactly, or refused in one sentence."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.conversion.conversion import convert_column
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.serving.codecs import codec_of, parse_piece
from tests.unit.containers.test_hostile_requests import GOOD, SCHEMA, envelope, refusal

PARQUET = "application/x-parquet"
NOT_UTF8 = pa.Array.from_buffers(
    pa.string(), 1, [None, pa.py_buffer(np.array([0, 1], np.int32)), pa.py_buffer(b"\xff")]
)
NUMBER = Feature("score", "float", "float64", nullable=True)
WHOLE = Feature("age", "int", "int64", nullable=False)


def of_type(value: int, stored: Any, kind: Any) -> Any:
    return pa.array([value], stored).cast(kind)


BEYOND_PYTHON = {
    "moment of an unknown zone": of_type(0, pa.int64(), pa.timestamp("us", tz="Foo/Bar")),
    "moment beyond the year 9999": of_type(10**15, pa.int64(), pa.timestamp("s")),
    "moment of nanoseconds of an unknown zone": of_type(1, pa.int64(), pa.timestamp("ns", "Foo")),
    "day beyond the year 9999": of_type(10**9, pa.int32(), pa.date32()),
    "milliseconds beyond the year 9999": of_type(86_400_000 * 10**9, pa.int64(), pa.date64()),
    "time beyond a day": of_type(2**60, pa.int64(), pa.time64("us")),
    "span of ages": of_type(2**62, pa.int64(), pa.duration("s")),
}
WITHOUT_VALUES = {
    "as pandas writes NaN": pa.array([float("nan")] * 2),
    "as pandas writes None": pa.nulls(2),
    "as pandas writes NaT": pa.nulls(2, pa.timestamp("ns")),
    "categories": pa.DictionaryArray.from_arrays(pa.nulls(2, pa.int8()), pa.nulls(0)),
    "half floats": pa.array(np.array([np.nan] * 2, np.float16)),
    "objects": pa.nulls(2, pa.struct([("a", pa.int64())])),
    "whole numbers": pa.nulls(2, pa.int64()),
    "booleans": pa.nulls(2, pa.bool_()),
    "texts": pa.nulls(2, pa.string()),
}
MAYBE = {
    "score": NUMBER,
    "member": Feature("member", "bool", "float64", nullable=True),
    "two": Feature("two", "category", "category", True, categories=("q",), allowed=("q",)),
    "grade": SCHEMA.features[3],
    "note": SCHEMA.features[2],
    "joined": Feature("joined", "datetime", "datetime64[ns]", nullable=True),
}


def table_bytes(columns: dict[str, Any]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def one_row(name: str, column: Any) -> bytes:
    return table_bytes({**{key: [value] for key, value in GOOD.items()}, name: column})


def read(feature: Feature, column: Any) -> Any:
    return convert_column(feature, column, row_of_request)


class TestCellsThatPythonCannotHold:
    @pytest.mark.parametrize("kind", BEYOND_PYTHON)
    @pytest.mark.parametrize("name", GOOD)
    def test_they_are_refused_by_column_row_and_type(self, kind: str, name: str) -> None:
        body = one_row(name, BEYOND_PYTHON[kind])
        for content_type, sent in ((PARQUET, body), ("application/x-autogluon", envelope(body))):
            sentence = refusal(content_type, sent)
            assert sentence.startswith(f'Column "{name}", row 1: "')
            assert "of type" in sentence

    def test_in_a_two_valued_column_too(self) -> None:
        day = Feature("day", "datetime", "datetime64[ns]", False, allowed=("2020-01-01T00:00:00",))
        schema = FeatureSchema("y", "regression", (day,))
        moment = BEYOND_PYTHON["moment of an unknown zone"]
        sentence = refusal(PARQUET, table_bytes({"day": moment}), schema)
        assert '"timestamp[us, tz=Foo/Bar]" was not seen in training' in sentence

    @pytest.mark.parametrize("name", ["age", "score", "note", "grade"])
    def test_texts_that_are_no_utf8_are_refused_by_column_and_row(self, name: str) -> None:
        body = one_row(name, NOT_UTF8)
        wanted = f'Column "{name}", row 1: the text is not valid UTF-8. Encode texts in UTF-8.'
        assert refusal(PARQUET, body) == wanted
        batch = TransformBatch(
            columns=None, has_header=False, id_column=None, output="both", output_format="csv"
        )
        with pytest.raises(InputError, match="the text is not valid UTF-8"):
            parse_piece(SCHEMA, batch, PARQUET, body)


class TestColumnsWithoutValues:
    @pytest.mark.parametrize("kind", WITHOUT_VALUES)
    @pytest.mark.parametrize("name", MAYBE)
    def test_missing_cells_are_missing_whatever_the_type_says(self, name: str, kind: str) -> None:
        feature = MAYBE[name]
        wanted = read(feature, pa.nulls(2, pa.string()))
        values = read(feature, WITHOUT_VALUES[kind])
        assert values.dtype == wanted.dtype
        np.testing.assert_array_equal(values, wanted)

    @pytest.mark.parametrize("kind", WITHOUT_VALUES)
    def test_they_are_refused_where_none_may_be_missing(self, kind: str) -> None:
        with pytest.raises(InputError, match=r'^Column "age", row 1: the value is missing'):
            read(WHOLE, WITHOUT_VALUES[kind])


LARGE = [2**53 + 1, -(2**53) - 1, 2**60 + 1, 2**63 - 1, -(2**63), 9007199254740993]
SPELLINGS = {
    "text": lambda value: pa.array([str(value)]),
    "int64": lambda value: pa.array([value], pa.int64()),
    "decimal": lambda value: pa.array([Decimal(value)], pa.decimal128(30, 0)),
    "large decimal": lambda value: pa.array([Decimal(value)], pa.decimal256(60, 10)),
}


class TestLargeNumbers:
    @pytest.mark.parametrize("value", LARGE)
    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_a_float_feature_takes_the_nearest_float_in_every_format(
        self, value: int, spelling: str
    ) -> None:
        assert read(NUMBER, SPELLINGS[spelling](value)).tolist() == [float(value)]
        schema = FeatureSchema("y", "regression", (NUMBER,))
        for content_type, body in (
            ("application/json", json.dumps({"score": value})),
            ("application/json", json.dumps([{"score": value}] * 300)),
            ("text/csv", f"score\n{value}\n"),
            ("text/csv", "score\n" + f"{value}\n" * 300),
        ):
            given = codec_of(content_type).parse(RowReader(schema), body).given
            assert set(given.columns["score"]) == {float(value)}

    @pytest.mark.parametrize("text", ["0.1", "123456789012345678.901234567890", "1E-30", "2.675"])
    def test_a_decimal_is_the_float_that_its_text_is(self, text: str) -> None:
        decimals = pa.array([Decimal(text), None], pa.decimal256(70, 40))
        values = read(NUMBER, decimals)
        assert values[0] == float(text)
        assert np.isnan(values[1])

    @pytest.mark.parametrize(
        "column",
        [
            pa.array([5, 2**63], pa.uint64()),
            pa.array([5, Decimal(2**63)], pa.decimal128(30, 0)),
            pa.array([Decimal(-(2**63)), Decimal("0.5")], pa.decimal128(30, 1)),
            pa.array([5.0, 0.5]),
            pa.array([5.0, float("inf")]),
            pa.array([5.0, 2.0**53]),
        ],
    )
    def test_a_whole_number_that_would_change_is_refused_by_its_row(self, column: Any) -> None:
        with pytest.raises(InputError, match=r'"age", row 2: .* is not a 64-bit whole number'):
            read(WHOLE, column)

    def test_an_infinite_float_is_refused_by_its_row(self) -> None:
        with pytest.raises(InputError, match='"score", row 2: "inf" is not a finite 64-bit float'):
            read(NUMBER, pa.array([1.0, float("inf")]))
