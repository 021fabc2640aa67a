"""Requests made to cost much or to confuse: each gets one short sentence, soon."""

from __future__ import annotations

import base64
import importlib
import importlib.util
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask import Flask

from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.bulk.readers import _columns
from autogluon_jobs.formats import parquet_table
from autogluon_jobs.formats.size_limits import REAL_TIME, SizeLimits, require_answer_fits
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.csv_layout import detect_layout
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.parse_parquet import parse_parquet
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.serving import handler
from autogluon_jobs.serving.codecs import codec_of, parse_piece, writer_of
from autogluon_jobs.serving.request_options import AnswerOptions, options_of
from autogluon_jobs.serving.served_model import ServedModel
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import record

# What is compared with everything else takes a minute and more here; what is bounded, no second.
pytestmark = pytest.mark.timeout(20)

SCHEMA = FeatureSchema(
    label="y",
    problem_type="regression",
    features=(
        Feature("age", "int", "int64", nullable=False),
        Feature("score", "float", "float64", nullable=True),
        Feature("note", "text", "object", nullable=True),
        Feature("grade", "category", "category", nullable=True, categories=("A1", "1")),
    ),
)
GOOD = {"age": 7, "score": 1.5, "note": "fine", "grade": "A1"}
LONGEST_SENTENCE = 1500


def refusal(kind: str, body: str | bytes, schema: FeatureSchema = SCHEMA) -> str:
    """The sentence that refuses the body."""
    with pytest.raises(InputError) as caught:
        codec_of(kind).parse(RowReader(schema), body)
    sentence = str(caught.value)
    assert len(sentence) < LONGEST_SENTENCE
    sentence.encode("utf-8")
    return sentence


def parquet(columns: dict[str, Any], metadata: dict[bytes, bytes] | None = None) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata), sink, compression="zstd")
    return sink.getvalue()


def constants(count: int) -> bytes:
    return parquet({name: pa.repeat(pa.scalar(value), count) for name, value in GOOD.items()})


def envelope(data: bytes) -> str:
    return json.dumps({"version": 1, "data": base64.b64encode(data).decode()})


class TestOtherDocuments:
    @pytest.mark.parametrize(
        ("kind", "body", "sentence"),
        [
            ("application/jsonlines", json.dumps(GOOD, indent=1), "a JSON object over several"),
            ("application/jsonlines", json.dumps({"data": [GOOD]}, indent=1), 'rows in "data"'),
            ("application/jsonlines", json.dumps({"data": [GOOD]}), 'its rows in "data"'),
            ("application/jsonlines", json.dumps([[7]], indent=1), "a JSON array of arrays"),
            ("application/jsonlines", json.dumps(GOOD).encode("utf-16"), "not valid UTF-8"),
            ("application/json", json.dumps({"data": [GOOD]}), 'its rows in "data"'),
            ("application/json", json.dumps({"data": [[7, 1.5, "a", "1"]]}), 'its rows in "data"'),
            ("application/json", json.dumps([GOOD])[:-1] + ",]", "a comma before ]"),
            ("application/json", json.dumps([GOOD])[:-1], "it is cut off"),
            ("application/json", str([GOOD]), "single quotes, as Python prints them"),
        ],
    )
    def test_json_that_is_not_rows_is_said_to_be_what_it_is(
        self, kind: str, body: str | bytes, sentence: str
    ) -> None:
        assert sentence in refusal(kind, body)

    @pytest.mark.parametrize("indent", [None, 1])
    def test_json_may_be_written_over_several_lines(self, indent: int | None) -> None:
        for document in (GOOD, [GOOD], {"instances": [GOOD]}):
            body = json.dumps(document, indent=indent)
            assert len(codec_of("application/json").parse(RowReader(SCHEMA), body)) == 1

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            (json.dumps(GOOD, indent=1), "a JSON object over several lines"),
            (json.dumps({"data": [GOOD]}), 'Row 1 holds its rows in "data"'),
            (json.dumps(GOOD) + "\n" + json.dumps({"data": [GOOD]}), "Row 2 holds its rows in"),
        ],
    )
    def test_a_batch_says_the_same(self, body: str, sentence: str) -> None:
        batch = TransformBatch(
            columns=None, has_header=False, id_column=None, output="both", output_format="csv"
        )
        with pytest.raises(InputError, match=sentence):
            parse_piece(SCHEMA, batch, "application/jsonlines", body)


class TestSizes:
    def test_a_million_constant_rows_in_a_small_parquet_body_are_refused_before_they_are_read(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = constants(1_000_000)
        assert len(body) < 100_000
        monkeypatch.setattr(pq.ParquetFile, "read", None)
        monkeypatch.setattr(pq.ParquetFile, "iter_batches", None)
        for kind, sent in (
            ("application/x-parquet", body),
            ("application/x-autogluon", envelope(body)),
        ):
            sentence = refusal(kind, sent)
            assert f"holds 1,000,000 rows, and one request may hold {REAL_TIME.rows:,}" in sentence
            assert "BatchPredict" in sentence

    def test_a_batch_takes_more_rows_than_an_endpoint(self) -> None:
        batch = TransformBatch(
            columns=None, has_header=False, id_column=None, output="both", output_format="csv"
        )
        request = parse_piece(SCHEMA, batch, "application/x-parquet", constants(1_000_000))
        assert len(request) == 1_000_000

    def test_many_constant_columns_are_refused_by_the_bytes_that_they_take_decoded(self) -> None:
        columns = {f"c{at}": pa.repeat(pa.scalar(1.0), 500_000) for at in range(80)}
        sentence = refusal("application/x-parquet", parquet(columns))
        assert "at least 320,0" in sentence
        assert f"{REAL_TIME.decoded_bytes:,}" in sentence

    def test_one_long_text_in_every_row_is_refused_while_it_is_decoded(self) -> None:
        text = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0), 2_000), ["x" * 1_000_000])
        table = {**{name: [value] * 2_000 for name, value in GOOD.items()}, "note": text}
        assert "bytes uncompressed" in refusal("application/x-parquet", parquet(table))

    def test_reading_in_parts_gives_the_table_that_reading_at_once_gives(self) -> None:
        notes = [None if at % 7 == 0 else f"note {at}" for at in range(1000)]
        body = parquet({"note": notes, "age": list(range(1000))}, {b"k": b"v"})
        at_once = parquet_table.read_parquet(body)
        small = SizeLimits(rows=1000, decoded_bytes=100_000, advice="-")
        assert parquet_table.read_parquet(body, limits=small).equals(at_once)

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("text/csv", "age\n" + "1\n" * (REAL_TIME.rows + 1)),
            ("application/json", "[" + "[1]," * REAL_TIME.rows + "[1]]"),
            ("application/jsonl", "[1]\n" * (REAL_TIME.rows + 1)),
        ],
    )
    def test_more_rows_than_an_endpoint_takes_are_refused_in_every_format(
        self, kind: str, body: str
    ) -> None:
        schema = FeatureSchema("y", "regression", SCHEMA.features[:1])
        with pytest.raises(InputError, match=f"one request may hold {REAL_TIME.rows:,}"):
            codec_of(kind).parse(RowReader(schema), body)

    def test_rows_whose_answer_could_not_be_returned_are_refused_before_they_are_predicted(
        self, shop: ServedModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("autogluon_jobs.formats.size_limits.RESPONSE_BYTES", 1000)
        monkeypatch.setattr(type(shop.engine), "predict", None)
        body = json.dumps([record(row) for row in shop_data.rows(100, seed=5)])
        for attributes in ("", "on_error=row"):
            with pytest.raises(InputError, match=r"An answer of 100 rows .* returns up to 1,000"):
                shop.answer(body, "application/json", "application/json", attributes)

    def test_the_fewest_bytes_of_an_answer_depend_on_its_format(self) -> None:
        names = ("class", "a_proba")
        require_answer_fits(1_500_000, writer_of("text/csv").least_bytes(names))
        require_answer_fits(10**9, writer_of("application/x-parquet").least_bytes(names))
        for accept, count in (("text/csv", 1_600_000), ("", 400_000), ("*/*", 400_000)):
            with pytest.raises(InputError, match="Send fewer rows"):
                require_answer_fits(count, writer_of(accept).least_bytes(names))


class TestManyColumns:
    names = tuple(f"column {at}" for at in range(20_000))

    def test_a_header_of_the_features_and_twenty_thousand_others_names_five(self) -> None:
        head = ",".join((*SCHEMA.names, *self.names))
        sentence = refusal("text/csv", f"{head}\n1,2\n")
        assert 'the unknown column "column 0", ' in sentence
        assert sentence.count('"column') == 5
        assert "and 19995 more" in sentence

    def test_two_hundred_thousand_unknown_columns_are_counted_not_compared(self) -> None:
        sentence = refusal("text/csv", ",".join(f"scor{at}" for at in range(200_000)))
        assert "has 200000 cells" in sentence

    def test_a_header_that_lacks_many_of_many_features_names_five(self) -> None:
        wide = FeatureSchema(
            "y", "regression", tuple(Feature(name, "int", "int64", False) for name in self.names)
        )
        head = ["column 0", *(f"colum_{at}" for at in range(1, 20_000))]
        sentence = refusal("text/csv", ",".join(head), wide)
        assert "and 19994 more" in sentence
        assert 'lacks "column 1", ' in sentence

    def test_a_row_of_words_is_compared_with_few_features(self) -> None:
        wide = FeatureSchema(
            "y", "regression", tuple(Feature(f"feature {at}", "int", "int64", False)
                                     for at in range(1_000)))  # fmt: skip
        assert not detect_layout(wide, ["word"] * 1_000).has_header

    def test_json_keys_that_are_unknown_or_missing_are_named_and_counted(self) -> None:
        unknown = refusal("application/json", json.dumps(GOOD | dict.fromkeys(self.names, 1)))
        assert unknown.startswith('Row 1 has the unknown key "column 0" and 19999 more. ')
        wide = FeatureSchema(
            "y", "regression", tuple(Feature(name, "int", "int64", False) for name in self.names)
        )
        missing = refusal("application/json", '{"column 0": 1}', wide)
        assert '"column 5" and 19994 more. Give a value: "column 1" was never' in missing

    @pytest.mark.parametrize("name", ["x" * 1_000_000, "\ud800"])
    def test_names_are_cut_and_always_text(self, name: str) -> None:
        assert "unknown key" in refusal("application/json", json.dumps(GOOD | {name: 1}))
        twice = f"{{{json.dumps(name)}: 1, {json.dumps(name)}: 2}}"
        assert "twice in one record" in refusal("application/json", twice)


NINES = "9" * 3_000_000


class TestValues:
    @pytest.mark.parametrize(
        ("name", "value", "problem"),
        [
            ("note", r'"\ud800"', r'"\\ud800" holds half a character'),
            ("note", r'"a\udfffb"', "holds half a character"),
            ("grade", r'"\ud800"', "holds half a character"),
            ("age", r'"\ud800"', "holds half a character"),
            ("age", NINES, "does not fit a 64-bit whole number"),
            ("age", f'"{NINES}"', "does not fit a 64-bit whole number"),
            ("age", f'"+{NINES}"', "does not fit a 64-bit whole number"),
            ("score", NINES, "does not fit a 64-bit float"),
            ("score", f"-{NINES}", "does not fit a 64-bit float"),
            ("note", NINES, "is a number without quotes"),
            ("grade", NINES, "is a number without quotes"),
            ("score", "1e400", "the number does not fit a 64-bit float"),
            ("age", "-1e400", "the number does not fit a 64-bit float"),
            ("note", "[" * 300 + "]" * 300, "is a list without quotes"),
        ],
    )  # fmt: skip
    def test_values_that_nothing_holds_are_refused_by_column_and_row(
        self, name: str, value: str, problem: str
    ) -> None:
        bad = json.dumps({**GOOD, name: "HERE"}).replace('"HERE"', value)
        good = json.dumps(GOOD)
        for kind, body in (
            ("application/json", f"[{good}, {bad}]"),
            ("application/jsonl", f"{good}\n{bad}\n"),
        ):
            sentence = refusal(kind, body)
            assert sentence.startswith(f'Column "{name}", row 2: ')
            assert problem.replace(r"\\", "\\") in sentence
            assert "inf" not in sentence
            assert len(sentence) < 300

    def test_a_long_number_in_csv_is_refused_by_column_and_row(self) -> None:
        sentence = refusal("text/csv", f"age,score,note,grade\n7,,x,A1\n{NINES},,x,A1\n")
        assert sentence.startswith('Column "age", row 2: "999')
        assert "set_int_max_str_digits" not in sentence

    @pytest.mark.parametrize("value", ['"\\ud800"', "1e400", "9" * 5000, "[1]"])
    def test_ids_that_no_answer_can_hold_are_refused_by_row(self, value: str) -> None:
        batch = TransformBatch(
            columns=None, has_header=False, id_column="id", output="both", output_format="jsonl"
        )
        body = json.dumps({**GOOD, "id": "HERE"}).replace('"HERE"', value)
        with pytest.raises(InputError, match=r'"id" is not a plain value in row 1'):
            parse_piece(SCHEMA, batch, "application/jsonl", body)

    def test_inference_arguments_are_quoted_in_short(self) -> None:
        for argument in ("decision_threshold", "model", "x" * 100_000):
            body = f'{{"version": 1, "data": "", "inference_kwargs": {{"{argument}": {NINES}}}}}'
            refusal("application/x-autogluon", body)


class TestPandasMetadata:
    columns = {name: [value] * 3 for name, value in GOOD.items()}

    @pytest.mark.parametrize(
        "text",
        [b"[]", b"null", b"7", b"no json", b"\xff", b"[" * 100_000, b"{}",
         b'{"index_columns": null}', b'{"index_columns": 7}', b'{"index_columns": "age"}',
         b'{"index_columns": [null, {"kind": "range"}, [1]]}',
         b'{"index_columns": ["age", "note"]}'],
    )  # fmt: skip
    def test_a_feature_is_read_whatever_pandas_metadata_says(self, text: bytes) -> None:
        body = parquet(self.columns, {b"pandas": text})
        assert parse_parquet(RowReader(SCHEMA), body).given.columns["age"].tolist() == [7, 7, 7]
        file = pq.ParquetFile(pa.BufferReader(body))
        assert _columns(file, SCHEMA.names) == SCHEMA.names

    def test_an_index_that_is_no_feature_is_left_out(self) -> None:
        body = parquet({"i": [1, 2, 3], **self.columns}, {b"pandas": b'{"index_columns": ["i"]}'})
        assert len(parse_parquet(RowReader(SCHEMA), body)) == 3

    def test_an_id_that_is_pandas_index_is_the_id(self) -> None:
        body = parquet({"i": [1, 2, 3], **self.columns}, {b"pandas": b'{"index_columns": ["i"]}'})
        batch = TransformBatch(
            columns=None, has_header=False, id_column="i", output="both", output_format="csv"
        )
        assert parse_piece(SCHEMA, batch, "application/x-parquet", body).ids == [1, 2, 3]

    def test_an_index_that_stands_twice_is_refused_or_left_out(self) -> None:
        table = pa.table([[1], [2], *([value] for value in GOOD.values())], ["i", "i", *GOOD])
        sink = io.BytesIO()
        pq.write_table(
            table.replace_schema_metadata({b"pandas": b'{"index_columns": ["i"]}'}), sink
        )
        assert len(parse_parquet(RowReader(SCHEMA), sink.getvalue())) == 1


class TestAttributes:
    @pytest.mark.parametrize(
        "attributes",
        ["{{{", '{"output": "labels"}', "a b", "trace;{{{", "on_error", "contributions;output=both",
         "\u00e9", "<script>", "x" * 2000 + "="],
    )  # fmt: skip
    def test_what_is_neither_option_nor_identifier_is_refused(self, attributes: str) -> None:
        with pytest.raises(InputError, match=r"^CustomAttributes") as caught:
            options_of(attributes)
        assert len(str(caught.value)) < 300

    @pytest.mark.parametrize(
        "attributes",
        ["", ";;", "c000b4f9-df62-4c85-a0bf-7c525f9104a4", "trace-0815 ; user:7/a.b@c+d_e",
         "2026-11-20T09:30:00Z"],
    )  # fmt: skip
    def test_identifiers_are_left_alone(self, attributes: str) -> None:
        assert options_of(attributes) == AnswerOptions()

    def test_every_option_is_read(self) -> None:
        given = options_of("output=labels;on_error=row;contributions=true")
        assert given == AnswerOptions("labels", "row", True)

    def test_the_header_reaches_the_answer(self, shop: ServedModel) -> None:
        rows = [record(row) for row in shop_data.rows(2, seed=6)]
        rows[0]["age"] = "old"
        header = {"X-Amzn-SageMaker-Custom-Attributes": "output=labels;on_error=row"}
        with Flask("server").test_request_context(headers=header):
            body, _ = handler.transform_fn(
                shop, json.dumps(rows), "application/json", "application/json"
            )
        bad, good = json.loads(body)
        assert set(bad) == set(good) == {"bought", "row_error"}
        assert bad["row_error"].startswith('Column "age", row 1: ')
        assert good["row_error"] is None


def test_the_model_server_opens_no_control_socket() -> None:
    image = Path(__file__).parents[3] / "embedded/embedded_aws/sagemaker/container/image"
    spec = importlib.util.spec_from_file_location("config", image / "gunicorn_config.py")
    assert spec is not None
    assert spec.loader is not None
    config = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(config)
    settings = importlib.import_module("gunicorn.config").Config()
    assert settings.control_socket_disable is False
    settings.set("control_socket_disable", config.control_socket_disable)
    assert settings.control_socket_disable is True


def test_a_quoted_csv_value_is_cut() -> None:
    with pytest.raises(InputError) as caught:
        parse_csv(RowReader(SCHEMA), "age,score,note,grade\n" + "x" * 100_000 + ",1,a,b\n")
    assert len(str(caught.value)) < 300
