"""Ids are texts: a client that holds them as whole numbers names the same series."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.serving.codecs import codec_of

ID = Feature("id", "text", "object", nullable=False, whole_numbers=True)
SCHEMA = FeatureSchema("y", "timeseries", (ID, Feature("y", "float", "float64", nullable=True)))


def ids(body: str | bytes, content_type: str) -> list[str]:
    request: Request = codec_of(content_type).parse(RowReader(SCHEMA), body)
    return list(request.table(SCHEMA.features).columns["id"])


def parquet(values: pa.Array) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": values, "y": [1.0] * len(values)}), sink)
    return sink.getvalue()


def test_every_format_gives_the_same_ids() -> None:
    assert ids("id,y\n7,1\n007,1\n", "text/csv") == ["7", "007"]
    assert ids('[{"id": 7, "y": 1}, {"id": "007", "y": 1}]', "application/json") == ["7", "007"]
    assert ids(parquet(pa.array([7, 8])), "application/x-parquet") == ["7", "8"]
    assert ids(parquet(pa.array(["7", "x"])), "application/x-parquet") == ["7", "x"]


def test_other_numbers_are_refused_by_value() -> None:
    with pytest.raises(InputError, match=r'Column "id", row 1: "7.5"'):
        ids('[{"id": 7.5, "y": 1}]', "application/json")
    with pytest.raises(InputError, match=r'Column "id", row 1: "7.0" is of type double'):
        ids(parquet(pa.array([7.0])), "application/x-parquet")


def test_the_schemas_file_keeps_it() -> None:
    assert Feature.from_json(ID.to_json()) == ID
