"""Batches write the contributions that an endpoint answers, by both engines."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from autogluon_contracts.answers import contribution_columns
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import ServedModel, load_model
from tests.unit.containers.bulk_folder import COLUMNS, ROWS, BulkFolder
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.shop_data import FEATURES, csv_of

NAMES = ("bought", "no_proba", "yes_proba", *contribution_columns(FEATURES, ("no", "yes")))


@pytest.fixture(scope="module")
def truth(shop: ServedModel) -> list[dict[str, Any]]:
    """What the endpoint answers."""
    body, *_ = shop.answer(
        csv_of(ROWS, FEATURES), "text/csv", "application/json", "contributions=true"
    )
    answers: list[dict[str, Any]] = json.loads(body)
    return answers


def batch(job: JobFolder, **changes: Any) -> ServedModel:
    """The model in a transform job."""
    document = {
        "version": 1, "columns": list(COLUMNS), "has_header": True, "id_column": "key",
        "output": "both", "output_format": "csv", "contributions": True,
    }  # fmt: skip
    return load_model(job.model, {"AUTOGLUON_BATCH": json.dumps(document | changes)})


def assert_equal(found: list[dict[str, str]], truth: list[dict[str, Any]]) -> None:
    assert [row["key"] for row in found] == [row["key"] for row in ROWS]
    for row, wanted in zip(found, truth, strict=True):
        assert row["bought"] == wanted["bought"]
        for name in NAMES[1:]:
            assert float(row[name]) == pytest.approx(wanted[name], rel=1e-12, abs=1e-12)


def test_a_transform_job_writes_what_the_endpoint_answers(shop_job, truth):
    model = batch(shop_job)
    lines = csv_of(ROWS, COLUMNS).splitlines(keepends=True)
    pieces = ["".join(lines[:31]), "".join(lines[31:])]
    text = "\n".join(str(model.answer(piece, "text/csv", "")[0]) for piece in pieces)
    found = list(csv.DictReader(io.StringIO(text), fieldnames=("key", *NAMES)))
    assert_equal(found, truth)


@pytest.mark.parametrize("on_error", ["batch", "row"])
def test_a_bulk_job_does_too(bulk, truth, on_error):
    changes = {"contributions": True, "artifact_model": "LightGBM", "on_error": on_error}
    assert bulk.run({"a": csv_of(ROWS, COLUMNS)}, **changes) == 0
    found = bulk.table("a.csv")
    assert tuple(found[0])[1:] == (*NAMES, *(["row_error"] if on_error == "row" else []))
    assert_equal(found, truth)


def test_a_row_with_an_error_has_none(bulk):
    rows = [ROWS[0] | {"age": "old"}, *ROWS[1:]]
    body = csv_of(rows, COLUMNS)
    changes = {"contributions": True, "on_error": "row", "output_format": "parquet"}
    assert bulk.run({"a": body}, **changes) == 0
    table = pq.read_table(io.BytesIO(bulk.result("a.parquet"))).to_pylist()
    assert table[0]["age_contribution"] is None
    assert '"age"' in table[0]["row_error"]
    assert isinstance(table[1]["age_contribution"], float)


def test_labels_alone_have_them(shop_job):
    model = batch(shop_job, output="labels", output_format="jsonl")
    answer = json.loads(str(model.answer(csv_of(ROWS[:1], COLUMNS), "text/csv", "")[0]))
    assert tuple(answer) == ("key", "bought", *NAMES[3:])


def test_a_model_without_them_fails_before_the_first_row(
    shop_job: JobFolder, bulk: BulkFolder
) -> None:
    sentence = 'Model "Forest" not found in this artifact'
    with pytest.raises(InputError, match=sentence):
        batch(shop_job, artifact_model="Forest")
    asked = {"contributions": True, "artifact_model": "Forest"}
    assert bulk.run({"a": csv_of(ROWS, COLUMNS)}, **asked) == 1
    assert sentence in bulk.message


def test_an_id_named_like_a_contribution_is_refused(shop_job):
    columns = ["age_contribution", *FEATURES]
    with pytest.raises(InputError, match='"age_contribution", which the answer also holds'):
        batch(shop_job, id_column="age_contribution", columns=columns)


def test_results_with_and_without_them_are_different_ones(bulk):
    assert bulk.run({"a": csv_of(ROWS, COLUMNS)}) == 0
    plain = bulk.shard("a")["batch_hash"]
    assert bulk.run({"a": csv_of(ROWS, COLUMNS)}, contributions=True) == 0
    assert bulk.shard("a")["batch_hash"] != plain
