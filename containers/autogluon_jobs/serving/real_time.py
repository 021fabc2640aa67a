"""Requests at an endpoint: admitted or refused, parsed, predicted together, answered one by one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autogluon_jobs.answers.answer_formats import Answer, format_answer, require_writable
from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.formats.size_limits import require_answer_fits
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.messages.errors import InputError, RowError
from autogluon_jobs.requests.bad_rows import (
    ERROR_COLUMN,
    SortedRows,
    sort_rows,
    with_errors,
    without_refused,
)
from autogluon_jobs.requests.content_types import parser_of
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.batcher import Batcher, Ticket
from autogluon_jobs.serving.joint_prediction import predict_together
from autogluon_jobs.serving.request_options import AnswerOptions, options_of
from autogluon_jobs.serving.server_config import ServingConfig
from autogluon_jobs.tabular.explanations.contributions import Contributions
from autogluon_jobs.tabular.prediction.answer_columns import answer_columns


class RealTime:
    """Answers of one worker process; safe to call from several threads."""

    def __init__(
        self,
        schema: FeatureSchema,
        engine: Engine,
        config: ServingConfig,
        contributions: Contributions | None = None,
    ) -> None:
        self._schema = schema
        self._contributions = contributions
        self._config = config
        self._batcher: Batcher[Request, Predictions] = Batcher(
            lambda requests: predict_together(engine, requests), config.limits
        )

    def answer(self, body: str | bytes, kind: str, accept: str, attributes: str) -> Answer:
        """Answer one request.

        Args:
            body: the request's rows.
            kind: the body's media type.
            accept: the media type asked for.
            attributes: the request's `CustomAttributes`.

        Raises:
            InputError: a request that cannot be answered, in one sentence.
            UnavailableError: too many requests wait, or this one waited too long.
        """
        deadline = time.monotonic() + self._config.timeout_seconds
        options = options_of(attributes)
        self._check(options, accept)
        with self._batcher.admit() as ticket:
            rows = self._read(body, kind, accept, options)
            rows, table = self._good_rows(rows, options, deadline, ticket)
        if options.on_error == "row":
            return format_answer(with_errors(rows, self._names(options), table), accept)
        return format_answer(table or {}, accept)

    def _good_rows(
        self, rows: SortedRows, options: AnswerOptions, deadline: float, ticket: Ticket
    ) -> tuple[SortedRows, Columns | None]:
        """The rows without those that the model refuses, and the answers to what is left."""
        while rows.request is not None:
            request = _with_arguments(rows.request, options.inference)
            try:
                return rows, self._answers(request, options, deadline, ticket)
            except RowError as error:
                if options.on_error != "row":
                    raise
                rows = without_refused(rows, error)
        return rows, None

    def _answers(
        self, request: Request, options: AnswerOptions, deadline: float, ticket: Ticket
    ) -> Columns:
        predictions = self._batcher.predict(request, len(request), deadline, ticket)
        table = predictions.cells(options.output)
        return {**table, **self._explained().columns(request)} if options.contributions else table

    def _explained(self) -> Contributions:
        if self._contributions is None:
            raise InputError("There are no contributions: the artifact's folder is not known.")
        return self._contributions

    def _names(self, options: AnswerOptions) -> list[str]:
        parts = self._explained().names if options.contributions else []
        return [*answer_columns(self._schema, options.output), *parts]

    def _answered(self, options: AnswerOptions) -> list[str]:
        """The answer's columns, as far as they are known before it; quantiles and all."""
        errors = [ERROR_COLUMN] if options.on_error == "row" else []
        return [*answer_columns(self._schema, options.output), *errors]

    def _check(self, options: AnswerOptions, accept: str) -> None:
        """Refuse what no rows could change, before they are read."""
        require_writable(accept)
        if options.output == "probabilities" and self._schema.classes is None:
            raise InputError(
                f"CustomAttributes: output=probabilities is for classification; this is "
                f"{self._schema.problem_type}."
            )

    def _read(
        self, body: str | bytes, kind: str, accept: str, options: AnswerOptions
    ) -> SortedRows:
        def check(count: int) -> None:
            require_answer_fits(count, self._answered(options), accept)

        if options.on_error == "row":
            return sort_rows(self._schema, kind, body, check)
        request = parser_of(kind)(self._schema, body)
        check(len(request))
        return SortedRows(len(request), request, {})


def _with_arguments(request: Request, arguments: Mapping[str, Any]) -> Request:
    if not arguments:
        return request
    return replace(request, options={**request.options, **arguments})
