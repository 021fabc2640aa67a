"""Register time series predictors."""

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.timeseries.metrics import ALWAYS_MEASURED, canonical
from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.predictor_types import PredictorType
from autogluon_lambdas.logic.programs.autogluon_program import AUTOGLUON
from autogluon_lambdas.logic.timeseries.argument_problems import IDENTITY, argument_problems
from autogluon_lambdas.logic.timeseries.callers import broken_for_callers
from autogluon_lambdas.logic.timeseries.series_files import check_whole_series
from autogluon_lambdas.logic.timeseries.training_data import check_training_data
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


class _TimeSeries:
    """`TimeSeriesPredictor` of AutoGluon."""

    program = AUTOGLUON
    usual_metrics = ALWAYS_MEASURED
    folders = ()
    side_tables = ("static_features",)
    has_bulk_engine = False
    has_contributions = False
    answers_by_row = False
    answers_pieces = False

    def argument_problems(
        self, plan: TrainingPlan, asked_init_args: Mapping[str, Any]
    ) -> Sequence[str]:
        """Return a sentence for each argument of a run that cannot work."""
        return argument_problems(plan, asked_init_args)

    def further_problems(
        self,
        plan: TrainingPlan,  # noqa: ARG002 - what is compared for all types is all
        parent: Parent,  # noqa: ARG002 - likewise
    ) -> Sequence[str]:
        """Return nothing: no run trains such models further."""
        return ()

    def check_training_data(
        self,
        store: ObjectStore,
        files: Mapping[str, DataFiles],
        columns: Mapping[str, tuple[str, ...]],
        plan: TrainingPlan,
    ) -> Sequence[str]:
        """Return nothing; raises InvalidDataError when a job cannot be trained on the data."""
        check_training_data(store, files, columns, plan.init_args, plan.spec.data)
        return ()

    def check_batch_files(
        self,
        store: ObjectStore,
        files: DataFiles,
        schema: FeatureSchemaHeader,
        headerless: tuple[str, ...] | None,
    ) -> None:
        """Raise InvalidDataError when a series is in two files."""
        check_whole_series(store, files, schema, headerless)

    def canonical_metric(self, name: str) -> str:
        """Return AutoGluon's own name of a metric."""
        return canonical(name)

    def answer_columns(self, schema: FeatureSchemaHeader, output: str) -> tuple[str, ...]:
        """Return id, time, mean, and a column for each quantile."""
        return SeriesFacts.of(schema.details).answer_columns(schema.quantile_levels or (), output)

    def settles_callers(self, init_args: Mapping[str, Any]) -> bool:
        """Return whether the settings say anything about what is forecast: runs cannot differ."""
        return any(name in init_args for name in IDENTITY)

    def broken_for_callers(
        self, live: FeatureSchemaHeader, new: FeatureSchemaHeader
    ) -> Sequence[str]:
        """Return a clause about another target, horizon, frequency or other roles of columns."""
        return list(broken_for_callers(live, new))


PREDICTOR_TYPE: PredictorType = _TimeSeries()
