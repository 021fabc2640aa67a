"""Register the predictor type `timeseries`."""

from __future__ import annotations

from pathlib import Path

from autogluon_contracts.defaults import AUTO_ENGINE, ServingEngine
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.predictor_types import PredictorType
from autogluon_jobs.messages.documents import checked
from autogluon_jobs.requests.side_tables import SideTables
from autogluon_jobs.schema.feature_schema import FeatureSchema


class TimeSeriesType:
    """Time series predictors; see `PredictorType`."""

    answers_by_row = False

    def run_job(self, config: TrainingJobConfig, paths: JobPaths) -> None:
        """Train, evaluate and pack a predictor."""
        # AutoGluon takes seconds to import.
        from autogluon_jobs.timeseries.training.job import run_job

        run_job(config, paths)

    def answer_columns(self, schema: FeatureSchema, output: str = "both") -> tuple[str, ...]:
        """Return the names of a forecast's columns."""
        facts = checked(lambda: SeriesFacts.of(schema.details))
        return facts.answer_columns(schema.quantile_levels or (), output)

    def load(
        self,
        artifact: Path,
        schema: FeatureSchema,
        cores: int,
        *,
        small_requests: bool = True,  # noqa: ARG002 - there is one engine
        engine: ServingEngine = AUTO_ENGINE,  # noqa: ARG002 - there is one engine
    ) -> Engine:
        """Load AutoGluon's predictor."""
        from autogluon_jobs.timeseries.prediction.forecast_engine import ForecastEngine

        return ForecastEngine.load(artifact, schema, cores)

    def explanations(self, artifact: Path, schema: FeatureSchema) -> None:
        """Return None: a forecast is not divided among features."""

    def side_tables(self, schema: FeatureSchema) -> SideTables:
        """Return what joins known covariates and static features."""
        # Arrow takes a while to import.
        from autogluon_jobs.timeseries.prediction.side_tables import SeriesTables

        return SeriesTables.of(schema)


PREDICTOR_TYPE: PredictorType = TimeSeriesType()
