"""Answer the pieces that Batch Transform posts, one after the other."""

from __future__ import annotations

import threading

from autogluon_contracts.content_types import media_type
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.jobs.row_progress import print_rows
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.codecs import Answer, format_piece, parse_piece


class TransformModel:
    """A model in a transform job."""

    def __init__(self, schema: FeatureSchema, engine: Engine, batch: TransformBatch) -> None:
        self.schema = schema
        self.engine = engine
        self._batch = batch
        self._one_piece = threading.Lock()

    def answer(
        self,
        body: str | bytes,
        content_type: str,
        accept: str,  # noqa: ARG002 - the batch says what it writes
        attributes: str = "",  # noqa: ARG002 - Batch Transform sends none
    ) -> Answer:
        """Answer one piece: a line per answered row without a header, the id first.

        Raises:
            InputError: a row that cannot be read exactly.
        """
        request = parse_piece(self.schema, self._batch, media_type(content_type), body)
        with self._one_piece:  # a piece keeps all cores busy; the next is parsed meanwhile
            predictions = self.engine.predict(request) if len(request) else None
            print_rows(len(request))
        return answer_piece(self._batch, request, predictions)


def answer_piece(
    batch: TransformBatch, request: Request, predictions: Predictions | None
) -> Answer:
    """Return one line per answered row; an empty body where the piece has no rows."""
    if predictions is None:
        return format_piece(None, batch.output_format)
    table = predictions.cells(batch.output)
    if batch.id_column is not None:
        table = {batch.id_column: request.ids, **table}
    return format_piece(table, batch.output_format)
