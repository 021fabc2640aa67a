"""A model as the server holds it: its schema, its engine and, in a batch, the batch's layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autogluon_jobs.answer_formats import Answer, format_answer
from autogluon_jobs.autogluon_engine import AutoGluonEngine
from autogluon_jobs.batch_answers import answer_piece
from autogluon_jobs.batch_config import BatchConfig, batch_from_environment
from autogluon_jobs.feature_schema import FeatureSchema
from autogluon_jobs.parse_batch import check_batch, parse_piece
from autogluon_jobs.predictions import Engine
from autogluon_jobs.wire_formats import media_type, parser_of


@dataclass(frozen=True)
class ServedModel:
    """Everything that answering a request needs."""

    schema: FeatureSchema
    engine: Engine
    batch: BatchConfig | None = None

    @classmethod
    def load(cls, folder: Path, environ: Mapping[str, str]) -> ServedModel:
        """Load an unpacked artifact.

        Raises:
            InputError: no schema, or a batch that does not fit the model.
        """
        schema = FeatureSchema.load(folder)
        batch = batch_from_environment(environ)
        if batch is not None:
            check_batch(schema, batch)
        return cls(schema, AutoGluonEngine.load(folder, schema), batch)

    def answer(self, body: str | bytes, content_type: str, accept: str) -> Answer:
        """Answer one request, or one piece of a batch.

        Raises:
            InputError: a request that cannot be answered, in one sentence.
        """
        kind = media_type(content_type)
        if self.batch is None:
            request = parser_of(kind)(self.schema, body)
            return format_answer(self.engine.predict(request).columns(), media_type(accept))
        request = parse_piece(self.schema, self.batch, kind, body)
        predictions = self.engine.predict(request) if len(request) else None
        return answer_piece(self.batch, request, predictions)
