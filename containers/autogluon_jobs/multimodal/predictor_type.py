"""Register the predictor type `multimodal`."""

from __future__ import annotations

from pathlib import Path

from autogluon_contracts import answers
from autogluon_contracts.defaults import AUTO_ENGINE, ServingEngine
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.predictor_types import PredictorType
from autogluon_jobs.multimodal.quiet_library import prepare_library
from autogluon_jobs.schema.feature_schema import FeatureSchema


class MultiModalType:
    """Multimodal predictors; see `PredictorType`."""

    answers_by_row = True

    def run_job(self, config: TrainingJobConfig, paths: JobPaths) -> None:
        """Train, evaluate and pack a predictor, and write its report."""
        prepare_library(offline="weights" in paths.channels or config.parent is not None)
        from autogluon_jobs.multimodal.training.job import run_job  # Torch takes seconds to import

        run_job(config, paths)

    def answer_columns(self, schema: FeatureSchema, output: str = "both") -> tuple[str, ...]:
        """Return the names of an answer's columns."""
        return answers.answer_columns(
            label=schema.label, classes=schema.classes, quantile_levels=None, output=output
        )

    def load(
        self,
        artifact: Path,
        schema: FeatureSchema,
        cores: int,
        *,
        small_requests: bool = True,  # noqa: ARG002 - there is one engine
        engine: ServingEngine = AUTO_ENGINE,  # noqa: ARG002
    ) -> Engine:
        """Load the predictor; the artifact holds all that it needs."""
        prepare_library(offline=True)
        from autogluon_jobs.multimodal.prediction.engine import MultiModalEngine

        return MultiModalEngine.load(artifact, schema, cores)

    def explanations(self, artifact: Path, schema: FeatureSchema) -> None:
        """Return None: contributions are for tabular predictors."""


PREDICTOR_TYPE: PredictorType = MultiModalType()
