"""Wire formats: the same rows give the same answers in each, and each answer reads back exactly."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_contracts.content_types import (
    ANSWER_TYPES,
    EXTENSIONS,
    OF_FORMAT,
    REQUEST_TYPES,
)
from autogluon_jobs.bulk.file_formats import FILE_FORMATS
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.codecs import CODECS
from autogluon_jobs.serving.served_model import ServedModel
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import FEATURES, csv_of, record

ROWS = shop_data.rows(20, seed=21)
PARQUET = "application/x-parquet"
AUTOGLUON = "application/x-autogluon"


def frame(rows: list[dict[str, Any]] = ROWS) -> pd.DataFrame:
    """The rows with the types that a careful client's DataFrame has."""
    table = pd.DataFrame([record(row) for row in rows])
    return table.assign(
        joined=pd.to_datetime(table["joined"]), score=table["score"].astype("float64")
    )


def parquet_of(table: pd.DataFrame) -> bytes:
    return bytes(table.to_parquet())


def envelope(table: pd.DataFrame, **more: Any) -> str:
    data = base64.b64encode(parquet_of(table)).decode()
    return json.dumps({"version": 1, "data": data, "inference_kwargs": {}} | more)


@pytest.fixture(scope="module")
def truth(shop: ServedModel) -> pd.DataFrame:
    body, *_ = shop.answer(csv_of(ROWS), "text/csv", "application/json")
    return pd.DataFrame(json.loads(body))


def answer(model: ServedModel, body: str | bytes, content_type: str) -> pd.DataFrame:
    text, *_ = model.answer(body, content_type, "application/json")
    return pd.DataFrame(json.loads(text))


class TestRequests:
    @pytest.mark.parametrize("content_type", [PARQUET, "application/vnd.apache.parquet"])
    def test_parquet_equals_csv(self, shop, truth, content_type):
        pd.testing.assert_frame_equal(answer(shop, parquet_of(frame()), content_type), truth)

    def test_parquet_in_another_column_order_with_label_and_stored_index(self, shop, truth):
        table = frame().assign(bought="no").set_index(pd.Index(range(100, 120), name=None))
        table = table[[*reversed(table.columns)]].sample(frac=1, random_state=0).sort_index()
        pd.testing.assert_frame_equal(answer(shop, parquet_of(table), PARQUET), truth)

    @pytest.mark.parametrize(
        "types",
        [
            {"age": "int8"}, {"age": "float64"}, {"age": "Int64"}, {"zip": "category"},
            {"score": "float32"}, {"age": "string"}, {"grade": "string"}, {"member": "string"},
            {"joined": "string"}, {"joined": "datetime64[s]"},
        ],
    )  # fmt: skip
    def test_parquet_in_other_exact_types(self, shop, truth, types):
        table = frame()
        if types == {"score": "float32"}:
            table["score"] = table["score"].astype("float32").astype("float64")
            truth = answer(shop, parquet_of(table), PARQUET)
        table = table.astype(types)
        pd.testing.assert_frame_equal(answer(shop, parquet_of(table), PARQUET), truth)

    def test_parquet_with_moments_of_another_zone(self, shop, truth):
        moments = frame()["joined"].dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo")
        table = frame().assign(joined=moments)
        pd.testing.assert_frame_equal(answer(shop, parquet_of(table), PARQUET), truth)

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("age", [40.5]), ("age", [True]), ("age", [None]), ("age", ["x"]),
            ("member", [1]), ("member", [None]), ("zip", [1.5]), ("zip", [501]), ("note", [3]),
            ("joined", [1_600_000_000]), ("score", [float("inf")]), ("sex", ["other"]),
        ],
    )  # fmt: skip
    def test_parquet_type_that_is_not_exact_names_column_and_row(self, shop, name, values):
        table = frame(ROWS[:1]).assign(**{name: values})
        with pytest.raises(InputError, match=f'"{name}", row 1'):
            shop.answer(parquet_of(table), PARQUET, "")

    def test_parquet_with_missing_and_extra_column(self, shop):
        table = frame().rename(columns={"age": "Age"})
        with pytest.raises(InputError, match=r'unknown column "Age" \(did you mean "age"'):
            shop.answer(parquet_of(table), PARQUET, "")

    def test_bytes_that_are_no_parquet(self, shop):
        with pytest.raises(InputError, match="Not a valid Parquet file"):
            shop.answer(b"PAR1 nonsense", PARQUET, "")

    @pytest.mark.parametrize("mark", ["\ufeff", b"\xef\xbb\xbf"])
    def test_a_byte_order_mark_before_json_is_no_part_of_it(self, shop, truth, mark):
        text = json.dumps([record(row) for row in ROWS])
        for content_type, body in (("application/json", text), (AUTOGLUON, envelope(frame()))):
            marked = mark + (body.encode() if isinstance(mark, bytes) else body)
            pd.testing.assert_frame_equal(answer(shop, marked, content_type), truth)

    def test_parquet_without_rows(self, shop):
        with pytest.raises(InputError, match="no rows"):
            shop.answer(parquet_of(frame().head(0)), PARQUET, "")

    def test_autogluon_envelope_equals_csv(self, shop, truth):
        pd.testing.assert_frame_equal(answer(shop, envelope(frame()), AUTOGLUON), truth)

    def test_autogluon_envelope_with_a_decision_threshold(self, shop):
        text = envelope(frame(), inference_kwargs={"decision_threshold": 0.0})
        assert set(answer(shop, text, AUTOGLUON)["bought"]) == {"yes"}

    def test_autogluon_envelope_with_a_model(self, shop, truth):
        text = envelope(frame(), inference_kwargs={"model": "LightGBM"})
        pd.testing.assert_frame_equal(answer(shop, text, AUTOGLUON), truth)

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"version": 2}, "version"),
            ({"data": "!!"}, "base64"),
            ({"data": None}, "base64"),
            ({"train_data": "x"}, "train_data"),
            ({"static_features": "x"}, 'cannot have "static_features"'),
            ({"inference_kwargs": {"as_pandas": False}}, "as_pandas"),
            ({"inference_kwargs": {"decision_threshold": 2}}, "between 0 and 1"),
            ({"inference_kwargs": {"model": "Nobody"}}, 'Model "Nobody" not found'),
            ({"inference_kwargs": {"model": 1}}, "name of a model"),
            ({"inference_kwargs": [1]}, "must be an object"),
        ],
    )
    def test_autogluon_envelope_that_cannot_be_honoured(self, shop, change, problem):
        with pytest.raises(InputError, match=problem):
            shop.answer(envelope(frame(), **change), AUTOGLUON, "")


class TestAnswers:
    def test_json_lines(self, shop, truth):
        text, kind, _ = shop.answer(csv_of(ROWS), "text/csv", "application/jsonlines")
        assert kind == "application/jsonlines"
        assert [json.loads(line) for line in str(text).splitlines()] == truth.to_dict("records")

    def test_parquet(self, shop, truth):
        data, kind, _ = shop.answer(csv_of(ROWS), "text/csv", "application/x-parquet")
        assert kind == PARQUET
        table = pq.read_table(pa.BufferReader(data)).to_pandas()
        pd.testing.assert_frame_equal(table, truth)

    def test_csv_with_header(self, shop, truth):
        text, *_ = shop.answer(csv_of(ROWS), "text/csv", "text/csv; charset=utf-8")
        table = pd.read_csv(io.StringIO(str(text)), float_precision="round_trip")
        pd.testing.assert_frame_equal(table, truth, check_exact=True)

    @pytest.mark.parametrize("accept", ["*/*", "", "application/*", "Application/JSON; a=b"])
    @pytest.mark.parametrize("content_type", ["text/csv", PARQUET, AUTOGLUON])
    def test_any_accept_answers_json_whatever_the_request(self, shop, accept, content_type):
        bodies = {
            "text/csv": csv_of(ROWS, FEATURES),
            PARQUET: parquet_of(frame()),
            AUTOGLUON: envelope(frame()),
        }
        assert shop.answer(bodies[content_type], content_type, accept)[1] == "application/json"


def test_the_registries_have_the_formats_that_the_contracts_announce() -> None:
    assert [each for codec in CODECS for each in codec.content_types] == _in_order(REQUEST_TYPES)
    answers = [each for codec in CODECS if codec.writer for each in codec.content_types]
    assert answers == _in_order(ANSWER_TYPES)
    pieces = {codec.name: codec.content_types[0] for codec in CODECS if codec.piece}
    assert pieces == dict(OF_FORMAT)
    assert set(FILE_FORMATS) == set(EXTENSIONS) == set(OF_FORMAT)


def _in_order(types: tuple[str, ...]) -> list[str]:
    """Return the announced types in the order of the codecs, each of them once."""
    order = [each for codec in CODECS for each in codec.content_types]
    return sorted(types, key=lambda each: order.index(each))
