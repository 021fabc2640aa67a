"""Register the predictor type `meantype`."""

from __future__ import annotations

from pathlib import Path

from autogluon_contracts import answers
from autogluon_contracts.defaults import AUTO_ENGINE, ServingEngine
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.predictor_types import PredictorType
from autogluon_jobs.schema.feature_schema import FeatureSchema


class MeanType:
    """Mean predictors; see `PredictorType`."""

    answers_by_row = True

    def run_job(self, config: TrainingJobConfig, paths: JobPaths) -> None:
        """Learn the means, judge them, and pack them."""
        from autogluon_jobs.meantype.training import run_job

        run_job(config, paths)

    def answer_columns(self, schema: FeatureSchema, output: str = "both") -> tuple[str, ...]:
        """Return the names of an answer's columns."""
        return answers.answer_columns(
            label=schema.label, classes=None, quantile_levels=None, output=output
        )

    def load(
        self,
        artifact: Path,
        schema: FeatureSchema,
        cores: int,
        *,
        small_requests: bool = True,
        engine: ServingEngine = AUTO_ENGINE,
    ) -> Engine:
        """Load the means; there is no other engine."""
        from autogluon_jobs.meantype.engine import MeanEngine
        from autogluon_jobs.meantype.means import Means

        return MeanEngine(Means.load(artifact), schema)

    def explanations(self, artifact: Path, schema: FeatureSchema) -> None:
        """Return None: a mean has nothing to explain."""

    def side_tables(self, schema: FeatureSchema) -> None:
        """Return None: rows have all that the predictor takes."""


PREDICTOR_TYPE: PredictorType = MeanType()
