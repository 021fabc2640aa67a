"""Load an artifact into what answers: requests at an endpoint, or the pieces of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from autogluon_contracts.code.own_code import import_from_artifact
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.jobs.artifact_record import verify_artifact
from autogluon_jobs.jobs.batch_engine import batch_columns
from autogluon_jobs.jobs.bounded_memory import bound_memory
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.jobs.predictor_types import predictor_type_of
from autogluon_jobs.messages.documents import checked
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.codecs import Answer
from autogluon_jobs.serving.real_time import RealTimeModel
from autogluon_jobs.serving.server_config import ServingConfig
from autogluon_jobs.serving.transform_model import TransformModel
from autogluon_jobs.serving.transform_pieces import check_batch
from autogluon_jobs.serving.worker_cores import cores_of_worker


class ServedModel(Protocol):
    """A loaded model as the server holds it."""

    @property
    def schema(self) -> FeatureSchema:
        """Return what the predictor takes."""

    @property
    def engine(self) -> Engine:
        """Return what predicts."""

    def answer(
        self, body: str | bytes, content_type: str, accept: str, attributes: str = ""
    ) -> Answer:
        """Answer one request.

        Args:
            body: the rows.
            content_type: the body's Content-Type header.
            accept: the Accept header.
            attributes: the request's `CustomAttributes`.

        Raises:
            InputError: the request cannot be answered.
            UnavailableError: the server has no room or time for it now.
        """


def load_model(folder: Path, environ: Mapping[str, str]) -> ServedModel:
    """Load an unpacked artifact for what the environment asks for: an endpoint, or a batch.

    Nothing is unpickled before the artifact equals the hash that its model version records. This
    code is part of the artifact and runs before that: it, and the `__pycache__` that Python prefers
    to it, are only verified where they leave the comparison alone.

    Raises:
        InputError: a changed artifact, no schema, an unknown predictor type, or a batch that
            does not fit the model.
    """
    bound_memory()
    verify_artifact(folder, environ.get(ARTIFACT_VARIABLE), code_imported=True)
    import_from_artifact(folder)
    schema = FeatureSchema.load(folder)
    predictor_type = predictor_type_of(schema.type)
    batch = checked(lambda: TransformBatch.from_environment(environ))
    config = ServingConfig.from_environment(environ)
    if batch is not None:
        explanations = predictor_type.explanations(folder, schema)
        answered = batch_columns(schema, batch, explanations)
        check_batch(schema, batch, answered, by_row=predictor_type.answers_by_row)
        engine = predictor_type.load(folder, schema, cores_of_worker(1), small_requests=False)
        return TransformModel(schema, engine, batch, explanations)
    engine = predictor_type.load(
        folder, schema, cores_of_worker(config.workers), engine=config.engine
    )
    explanations = predictor_type.explanations(folder, schema)
    return RealTimeModel(schema, engine, config, explanations)
