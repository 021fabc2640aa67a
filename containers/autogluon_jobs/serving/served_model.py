"""A model as the server holds it: its schema, its engine and, in a batch, the batch's layout."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autogluon_jobs.answers.answer_formats import Answer
from autogluon_jobs.batch_answers import answer_piece
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.jobs.row_progress import print_rows
from autogluon_jobs.requests.content_types import media_type
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.real_time import RealTime
from autogluon_jobs.serving.server_config import ServingConfig
from autogluon_jobs.serving.transform_config import BatchConfig, batch_from_environment
from autogluon_jobs.serving.transform_pieces import check_batch, parse_piece
from autogluon_jobs.tabular.engines.engine_choice import choose_engine
from autogluon_jobs.tabular.explanations.contributions import Contributions
from autogluon_jobs.tabular.prediction.threads import cores_of_worker


@dataclass(frozen=True)
class ServedModel:
    """Everything that answering a request needs."""

    schema: FeatureSchema
    engine: Engine
    batch: BatchConfig | None = None
    config: ServingConfig = field(default_factory=ServingConfig)
    contributions: Contributions | None = None
    _one_piece: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @cached_property
    def real_time(self) -> RealTime:
        """What answers an endpoint's requests."""
        return RealTime(self.schema, self.engine, self.config, self.contributions)

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
        config = ServingConfig.from_environment(environ)
        explain = Contributions(folder, schema)
        cores = cores_of_worker(config.workers if batch is None else 1)
        engine = choose_engine(folder, schema, cores, small_requests=batch is None)
        model = cls(schema, engine, batch, config, explain)
        _ = model.real_time  # one for all threads, so made before there are several
        return model

    def answer(
        self, body: str | bytes, content_type: str, accept: str, attributes: str = ""
    ) -> Answer:
        """Answer one request, or one piece of a batch.

        Raises:
            InputError: a request that cannot be answered, in one sentence.
            UnavailableError: an endpoint's request that there is no room or time for.
        """
        kind = media_type(content_type)
        if self.batch is None:
            return self.real_time.answer(body, kind, media_type(accept), attributes)
        request = parse_piece(self.schema, self.batch, kind, body)
        with self._one_piece:  # a piece keeps all cores busy; the next is parsed meanwhile
            predictions = self.engine.predict(request) if len(request) else None
            print_rows(len(request))
        return answer_piece(self.batch, request, predictions)
