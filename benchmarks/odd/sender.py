"""Sends odd requests: to the container's application, or through the bulk engine's reader."""

from __future__ import annotations

import json
import tempfile
import traceback
from pathlib import Path
from typing import Any

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_jobs.bulk.file_formats import cut, read_chunk
from autogluon_jobs.bulk.readers import check_columns
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.codecs import format_answer
from autogluon_jobs.tabular.engines.engine_choice import choose_engine
from benchmarks.container_server import image_application
from benchmarks.odd.corpus import BulkLayout, OddRequest
from benchmarks.odd.judge import Reply


class OddSender:
    """Sends requests to one unpacked artifact."""

    def __init__(self, model: Path) -> None:
        self._client = image_application(model).test_client()
        self._schema = FeatureSchema.load(model)
        self._engine = choose_engine(model, self._schema, 1, small_requests=False)
        self._folder = tempfile.TemporaryDirectory(prefix="odd-requests-")

    def send(self, request: OddRequest) -> Reply:
        """The reply; of a file, its rows' answers as an endpoint would print them."""
        if request.bulk is not None:
            return self._read_as_file(request.body, request.bulk)
        headers = {
            "Content-Type": request.content_type,
            "Accept": request.accept,
            "X-Amzn-SageMaker-Custom-Attributes": request.attributes.encode().decode("latin-1"),
        }
        response = self._client.post("/invocations", data=request.body, headers=headers)
        return Reply(response.status_code, response.data)

    def _read_as_file(self, body: bytes, layout: BulkLayout) -> Reply:
        path = Path(self._folder.name) / "file"
        path.write_bytes(body)
        try:
            answers = self._answers(path, layout)
        except InputError as error:
            return Reply(400, json.dumps({"detail": str(error)}).encode())
        except Exception:  # noqa: BLE001 - whatever it is, it is no sentence
            return Reply(500, traceback.format_exc().encode())
        return Reply(200, json.dumps(answers).encode())

    def _answers(self, path: Path, layout: BulkLayout) -> list[Any]:
        config = BulkJobConfig(
            predictor="odd", job_name="odd", model_package_arn="", format=layout.format,
            columns=layout.columns, has_header=layout.has_header, id_column=None,
            delimiter=layout.delimiter,
            include_columns=(), output="both", output_format="jsonl", files=(),
        )  # fmt: skip
        if layout.columns is not None:
            check_columns(self._schema, config, layout.columns)
        answers: list[Any] = []
        for chunk in cut(path, config, layout.chunk_bytes, workers=2):
            for batch in read_chunk(self._schema, config, chunk):
                predictions = self._engine.predict(Request(batch.features))
                text, *_ = format_answer(predictions.cells(), "application/json")
                answers += json.loads(text)
        return answers
