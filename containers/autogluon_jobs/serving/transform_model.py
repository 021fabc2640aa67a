"""Answer the pieces that Batch Transform posts, one after the other."""

from __future__ import annotations

import threading

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.content_types import media_type
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_contracts.jobs.piece_notes import note_line
from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.jobs.batch_engine import batch_columns, batch_engine
from autogluon_jobs.jobs.engines import Engine, Explanations
from autogluon_jobs.jobs.predictor_types import predictor_type_of
from autogluon_jobs.jobs.row_progress import print_rows
from autogluon_jobs.requests.bad_rows import predict_good, sort_rows, with_errors
from autogluon_jobs.requests.batch_rows import this_row
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.codecs import Answer, format_piece, open_piece, parse_piece


class TransformModel:
    """A model in a transform job."""

    def __init__(
        self,
        schema: FeatureSchema,
        engine: Engine,
        batch: TransformBatch,
        explanations: Explanations | None = None,
    ) -> None:
        self.schema = schema
        self.engine = batch_engine(engine, batch, explanations)
        self._batch = batch
        self._one_piece = threading.Lock()
        self._reader = RowReader(schema, predictor_type_of(schema.type).side_tables(schema))
        self._names = batch_columns(schema, batch, explanations)

    def answer(
        self,
        body: str | bytes,
        content_type: str,
        accept: str,  # noqa: ARG002 - the batch says what it writes
        attributes: str = "",  # noqa: ARG002 - Batch Transform sends none
    ) -> Answer:
        """Answer one piece: a line per answered row without a header, the id first.

        Raises:
            InputError: a row that cannot be read exactly, or, with `on_error` `row`, rows that
                cannot be told apart.
        """
        if self._batch.on_error == "row":
            return self._answer_each(body, media_type(content_type))
        request = parse_piece(self.schema, self._batch, media_type(content_type), body)
        with self._one_piece:  # a piece keeps all cores busy; the next is parsed meanwhile
            predictions = self.engine.predict(request) if len(request) else None
            print_rows(len(request))
        answer = answer_piece(self._batch, request, predictions)
        return _noted(answer, request)

    def _answer_each(self, body: str | bytes, content_type: str) -> Answer:
        """Answer the rows that can be predicted, and say of the others what is wrong with them."""
        opened = open_piece(self._reader, self._batch, content_type, body)
        rows = sort_rows(self.schema.label, opened.source, lambda _: None, this_row)

        def predict(request: Request) -> Columns:
            return self.engine.predict(request).cells(self._batch.output)

        with self._one_piece:
            rows, answered = predict_good(rows, predict)
            print_rows(rows.count)
        if not rows.count:
            return format_piece(None, self._batch.output_format)
        table = {**opened.carried, **with_errors(rows, self._names, answered)}
        return _noted(format_piece(table, self._batch.output_format), rows.request)


def _noted(answer: Answer, request: Request | None) -> Answer:
    """Return the answer with a line about unknown categories behind it, where there are some."""
    unknown = UnknownCategories() if request is None else request.given.unknown_categories()
    if not unknown.cells:
        return answer
    return answer._replace(body=f"{answer.body!s}\n{note_line(unknown)}")


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
