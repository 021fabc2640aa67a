"""Register multimodal predictors."""

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.tabular.metrics import canonical
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.multimodal.argument_problems import argument_problems
from autogluon_lambdas.logic.multimodal.training_data import check_training_data
from autogluon_lambdas.logic.predictor_types import PredictorType
from autogluon_lambdas.logic.tabular.predictor_type import PREDICTOR_TYPE as TABULAR
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


class _MultiModal:
    """`MultiModalPredictor` of AutoGluon."""

    usual_metrics = TABULAR.usual_metrics
    folders = ("weights",)
    has_bulk_engine = False
    answers_by_row = True

    def argument_problems(
        self, plan: TrainingPlan, asked_init_args: Mapping[str, Any]
    ) -> Sequence[str]:
        """Return a sentence for each argument of a run that cannot work."""
        return argument_problems(plan, asked_init_args)

    def check_training_data(
        self,
        store: ObjectStore,
        files: Mapping[str, DataFiles],
        columns: Mapping[str, tuple[str, ...]],
        plan: TrainingPlan,
    ) -> None:
        """Raise InvalidDataError when a job cannot be trained on the data."""
        check_training_data(store, files, columns, plan)

    def check_batch_files(
        self,
        store: ObjectStore,
        files: DataFiles,
        schema: FeatureSchemaHeader,
        headerless: tuple[str, ...] | None,
    ) -> None:
        """Accept any files: each row has an answer of its own."""

    def canonical_metric(self, name: str) -> str:
        """Return AutoGluon's own name of a metric."""
        return canonical(name)

    def answer_columns(self, schema: FeatureSchemaHeader, output: str) -> tuple[str, ...]:
        """Return the label, and a probability for each class."""
        return schema.answer_columns(output)

    def settles_callers(self, init_args: Mapping[str, Any]) -> bool:
        """Return whether the settings name the label."""
        return "label" in init_args

    def broken_for_callers(
        self,
        live: FeatureSchemaHeader,  # noqa: ARG002 - the same for all types
        new: FeatureSchemaHeader,  # noqa: ARG002
    ) -> Sequence[str]:
        """Return nothing: features and the columns of answers are all that callers see."""
        return ()


PREDICTOR_TYPE: PredictorType = _MultiModal()
