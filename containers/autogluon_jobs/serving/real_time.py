"""Answer an endpoint's requests: admit, parse, predict together, answer one by one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.answers import ROW_ERROR
from autogluon_contracts.content_types import media_type
from autogluon_contracts.defaults import AUTO_JOINING
from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.formats.size_limits import require_answer_fits
from autogluon_jobs.jobs.engines import Engine, Explanations
from autogluon_jobs.jobs.predictor_types import predictor_type_of
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.bad_rows import SortedRows, predict_good, sort_rows, with_errors
from autogluon_jobs.requests.request import Request, require_rows
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.batcher import Batcher, Ticket
from autogluon_jobs.serving.codecs import Answer, Writer, codec_of, format_answer, writer_of
from autogluon_jobs.serving.joint_prediction import predict_together
from autogluon_jobs.serving.request_options import AnswerOptions, options_of
from autogluon_jobs.serving.server_config import ServingConfig


class RealTimeModel:
    """A model at an endpoint, in one worker process; safe to call from several threads.

    Attributes:
        schema: what the predictor takes.
        engine: what predicts.
        batch_limits: how far requests are joined.
    """

    def __init__(
        self,
        schema: FeatureSchema,
        engine: Engine,
        config: ServingConfig | None = None,
        explanations: Explanations | None = None,
    ) -> None:
        self.schema = schema
        self.engine = engine
        self._type = predictor_type_of(schema.type)
        self._reader = RowReader(schema, self._type.side_tables(schema))
        self._explanations = explanations
        self._config = config = config or ServingConfig()
        accepted = self._type.answers_by_row and config.joining != AUTO_JOINING
        self.batch_limits = config.limits(joinable=engine.joinable or accepted)
        self._batcher: Batcher[Request, Predictions] = Batcher(
            lambda requests: predict_together(engine, requests), self.batch_limits
        )

    def answer(
        self, body: str | bytes, content_type: str, accept: str, attributes: str = ""
    ) -> Answer:
        """Answer one request.

        Args:
            body: the request's rows.
            content_type: the body's Content-Type header.
            accept: the Accept header.
            attributes: the request's `CustomAttributes`.

        Raises:
            InputError: a request that cannot be answered, in one sentence.
            UnavailableError: too many requests wait, or this one waited too long.
        """
        deadline = time.monotonic() + self._config.timeout_seconds
        options = options_of(attributes)
        accept = media_type(accept)
        writer = writer_of(accept)
        self._check(options)
        with self._batcher.admit() as ticket:
            rows = self._read(body, media_type(content_type), writer, options)

            def answers(request: Request) -> Columns:
                return self._answers(request, options, deadline, ticket)

            by_row = options.on_error == "row"
            if by_row:
                rows, found = predict_good(rows, answers)
            else:
                found = None if rows.request is None else answers(rows.request)
        read = rows.request
        unknown = UnknownCategories() if read is None else read.given.unknown_categories()
        if by_row:
            return format_answer(with_errors(rows, self._names(options), found), accept, unknown)
        table = found or {}
        if not self._type.answers_by_row:
            count = len(next(iter(table.values()), ()))
            require_answer_fits(count, writer.least_bytes(list(table)))
        return format_answer(table, accept, unknown)

    def _answers(
        self, request: Request, options: AnswerOptions, deadline: float, ticket: Ticket
    ) -> Columns:
        request = _with_arguments(request, options.inference)
        predictions = self._batcher.predict(request, len(request), deadline, ticket)
        table = predictions.cells(options.output)
        return {**table, **self._explained().columns(request)} if options.contributions else table

    def _explained(self) -> Explanations:
        if self._explanations is None:
            raise InputError(
                "Predictors of this type have no contributions.",
                advice="Leave out contributions=true.",
            )
        return self._explanations

    def _names(self, options: AnswerOptions) -> list[str]:
        parts = self._explained().names if options.contributions else []
        return [*self._type.answer_columns(self.schema, options.output), *parts]

    def _answered(self, options: AnswerOptions) -> list[str]:
        """Return the answer's columns as far as they are known before it."""
        errors = [ROW_ERROR] if options.on_error == "row" else []
        return [*self._type.answer_columns(self.schema, options.output), *errors]

    def _check(self, options: AnswerOptions) -> None:
        """Refuse what no rows could change, before they are read."""
        if options.on_error == "row" and not self._type.answers_by_row:
            raise InputError(
                f"CustomAttributes: on_error=row is for predictors that answer each row by "
                f"itself, which {self.schema.type} predictors do not.",
                advice="Leave it out, and correct the row that the error names.",
            )
        if options.output == "probabilities" and self.schema.classes is None:
            raise InputError(
                f"CustomAttributes: output=probabilities is for classification; this predictor's "
                f"problem type is {self.schema.problem_type}.",
                advice="Ask for labels.",
            )

    def _read(
        self, body: str | bytes, kind: str, writer: Writer, options: AnswerOptions
    ) -> SortedRows:
        def check(count: int) -> None:
            require_rows(count)
            require_answer_fits(count, writer.least_bytes(self._answered(options)))

        codec = codec_of(kind)
        if options.on_error == "row":
            return sort_rows(self.schema.label, codec.rows(self._reader, body), check)
        request = codec.parse(self._reader, body)
        if self._type.answers_by_row:
            check(len(request))
        return SortedRows(len(request), request, {})


def _with_arguments(request: Request, arguments: Mapping[str, Any]) -> Request:
    if not arguments:
        return request
    return replace(request, options={**request.options, **arguments})
