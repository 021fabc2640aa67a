"""Numbers in CSV results of the bulk engine read back as those that the server prints."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from autogluon_jobs.answers.answer_formats import csv_text
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.bulk.answers import AnswerBatch, answer_all, answer_batch, answer_each
from autogluon_jobs.bulk.result_files import csv_bytes
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema

SCHEMA = FeatureSchema("y", "regression", (Feature("x", "float", "float64", nullable=True),))
VALUES = [12.1, 1 / 3, 7.0, 1e-12, 16777217.0]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_prediction_reads_back_as_the_same_float(kind: type) -> None:
    # AutoGluon's regression, quantiles and several classes are floats of 32 bits.
    predicted = np.array(VALUES, kind)
    server = csv_text({"y": predicted}, header=False)
    bulk = csv_bytes(answer_batch({}, Predictions({"y": predicted}, {}).cells())).decode()
    assert [float(line) for line in bulk.splitlines()] == predicted.tolist()
    assert [float(line) for line in server.splitlines()] == predicted.tolist()


def test_a_missing_number_is_an_empty_cell() -> None:
    column = pa.chunked_array([pa.array([0.5, None], pa.float32())])
    batch = AnswerBatch({"id": column}, pa.table({"y": [1.5, 2.5]}))
    assert csv_bytes(batch).decode() == "0.5,1.5\n,2.5\n"


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_chunks_with_and_without_bad_rows_have_one_type_for_each_column(kind: type) -> None:
    whole = answer_all({}, {"y": np.array(VALUES, kind)}).table()
    cells = {"y": [*np.array(VALUES, kind).tolist(), None], "row_error": [None] * 5 + ["late"]}
    partly = answer_each(SCHEMA, {}, cells).table()

    assert whole.schema == partly.schema
    assert whole.column("y").to_pylist() == np.array(VALUES, kind).tolist()
