"""A predictor type whose answers do not follow the rows: what needs rows is refused by name."""

from __future__ import annotations

import io
import json
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.bulk import main
from autogluon_jobs.formats import size_limits
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FILE_NAME, Feature, FeatureSchema
from autogluon_jobs.serving.real_time import RealTimeModel
from autogluon_jobs.serving.server_config import ServingConfig
from autogluon_jobs.serving.transform_pieces import check_batch
from autogluon_jobs.tabular.predictor_type import TabularType

SCHEMA = FeatureSchema("y", "regression", (Feature("x", "float", "float64", nullable=True),))


class SumEngine:
    """Answers every request with one row: the sum of its rows."""

    name = "sum"
    joinable = False

    def predict(self, request: Request) -> Predictions:
        return Predictions({"y": np.array([request.table(()).columns["x"].sum()])}, {})


@pytest.fixture(autouse=True)
def _not_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TabularType, "answers_by_row", False)


def test_an_answer_may_have_fewer_rows_than_its_request() -> None:
    answer, *_ = RealTimeModel(SCHEMA, SumEngine()).answer("x\n1\n2\n", "text/csv", "text/csv")

    assert answer == "y\n3.0\n"


def test_requests_at_the_same_time_get_their_own_answers_whatever_joining_says() -> None:
    config = ServingConfig(joining="always", max_wait_ms=50)
    model = RealTimeModel(SCHEMA, SumEngine(), config)
    together = Barrier(4)

    def answer(number: int) -> str | bytes:
        together.wait()
        return model.answer(f"x\n{number}\n{number}\n", "text/csv", "text/csv")[0]

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(answer, range(4)))

    assert answers == [f"y\n{2 * number}.0\n" for number in range(4)]
    assert model.batch_limits.max_rows == 1


def test_the_size_that_counts_is_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size_limits, "RESPONSE_BYTES", 20)
    rows = "x\n" + "1\n" * 15

    assert RealTimeModel(SCHEMA, SumEngine()).answer(rows, "text/csv", "text/csv")
    monkeypatch.setattr(size_limits, "RESPONSE_BYTES", 1)
    with pytest.raises(InputError, match="An answer of 1 rows"):
        RealTimeModel(SCHEMA, SumEngine()).answer(rows, "text/csv", "text/csv")


def test_rows_cannot_fail_alone() -> None:
    with pytest.raises(InputError, match=r"on_error=row is for .* Leave it out"):
        RealTimeModel(SCHEMA, SumEngine()).answer("x\n1\n", "text/csv", "", "on_error=row")


def test_a_batchs_answers_carry_no_id() -> None:
    document: dict[str, Any] = {"version": 1, "columns": ["x", "key"], "has_header": True,
        "id_column": "key", "output": "both", "output_format": "csv"}  # fmt: skip
    batch = TransformBatch.from_environment({"AUTOGLUON_BATCH": json.dumps(document)})
    assert batch is not None

    with pytest.raises(InputError, match='cannot carry the id column "key"'):
        check_batch(SCHEMA, batch, ["y"], by_row=False)


def test_rows_of_a_batch_cannot_fail_alone() -> None:
    batch = TransformBatch(
        columns=("x",), has_header=True, output="both", output_format="csv", on_error="row"
    )
    with pytest.raises(InputError, match="a row cannot have an error of its own"):
        check_batch(SCHEMA, batch, ["y"], by_row=False)


def test_the_bulk_engine_refuses_the_type(tmp_path: Path) -> None:
    processing = tmp_path / "processing"
    for name in ("config", "data", "model"):
        (processing / name).mkdir(parents=True)
    SCHEMA.save(tmp_path)
    with tarfile.open(processing / "model" / "model.tar.gz", "w:gz") as archive:
        data = (tmp_path / FILE_NAME).read_bytes()
        member = tarfile.TarInfo(FILE_NAME)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    document = {"version": 1, "predictor": "p", "job_name": "j", "model_package_arn": "arn",
        "format": "csv", "columns": ["x"], "has_header": True, "id_column": None,
        "include_columns": [], "output": "both", "output_format": "csv", "files": []}  # fmt: skip
    (processing / "config" / "bulk.json").write_text(json.dumps(document))

    assert main.main([], {"SAGEMAKER_BASE_DIR": str(tmp_path)}) == 1
    message = (tmp_path / "output" / "message").read_text(encoding="utf-8")
    assert message.endswith('Start BatchPredict with "engine": "transform".')
