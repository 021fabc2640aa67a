"""Register the predictor type `tabular`."""

from __future__ import annotations

from pathlib import Path

from autogluon_contracts.defaults import AUTO_ENGINE, ServingEngine
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.jobs.engines import Engine, Explanations
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.predictor_types import PredictorType
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.prediction.answer_columns import answer_columns


class TabularType:
    """Tabular predictors; see `PredictorType`."""

    answers_by_row = True

    def run_job(self, config: TrainingJobConfig, paths: JobPaths) -> None:
        """Train, evaluate and pack a predictor, and write its report."""
        from autogluon_jobs.tabular.training.job import run_job  # AutoGluon takes seconds to import

        run_job(config, paths)

    def answer_columns(self, schema: FeatureSchema, output: str = "both") -> tuple[str, ...]:
        """Return the names of an answer's columns."""
        return answer_columns(schema, output)

    def load(
        self,
        artifact: Path,
        schema: FeatureSchema,
        cores: int,
        *,
        small_requests: bool = True,
        engine: ServingEngine = AUTO_ENGINE,
    ) -> Engine:
        """Load the fastest engine whose answers are AutoGluon's."""
        from autogluon_jobs.tabular.engines.engine_choice import choose_engine

        return choose_engine(
            artifact,
            schema,
            cores,
            small_requests=small_requests,
            direct=engine == AUTO_ENGINE,
        )

    def explanations(self, artifact: Path, schema: FeatureSchema) -> Explanations:
        """Return what computes feature contributions; it loads AutoGluon when first asked."""
        from autogluon_jobs.tabular.explanations.contributions import Contributions

        return Contributions(artifact, schema)

    def side_tables(self, schema: FeatureSchema) -> None:
        """Return None: rows have all that the predictor takes."""


PREDICTOR_TYPE: PredictorType = TabularType()
