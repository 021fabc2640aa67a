"""The answer to one piece of a batch: no header, the id first."""

from __future__ import annotations

from autogluon_jobs.answers.answer_formats import Answer, csv_text, jsonl_text
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.requests.request import Request
from autogluon_jobs.serving.transform_config import BatchConfig

_CONTENT_TYPES = {"csv": "text/csv", "jsonl": "application/jsonlines"}


def answer_piece(batch: BatchConfig, request: Request, predictions: Predictions | None) -> Answer:
    """One line per row of the piece; an empty body where it had none (`predictions` is None).

    The last line has no line feed: `AssembleWith=Line` adds it.
    """
    content_type = _CONTENT_TYPES[batch.output_format]
    if predictions is None:
        return "", content_type
    table = predictions.cells(batch.output)
    if batch.id_column is not None:
        table = {batch.id_column: request.ids, **table}
    lines = csv_text(table, header=False) if batch.output_format == "csv" else jsonl_text(table)
    return lines.removesuffix("\n"), content_type
