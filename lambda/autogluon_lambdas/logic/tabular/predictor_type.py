"""Register tabular predictors."""

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.tabular.metrics import canonical
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.predictor_types import PredictorType
from autogluon_lambdas.logic.programs.autogluon_program import AUTOGLUON
from autogluon_lambdas.logic.tabular.argument_problems import argument_problems
from autogluon_lambdas.logic.tabular.training_data import check_training_data
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


class _Tabular:
    """`TabularPredictor` of AutoGluon."""

    program = AUTOGLUON
    # What TabularPredictor.evaluate reports for each problem type.
    usual_metrics = (
        "accuracy", "balanced_accuracy", "mcc", "roc_auc", "f1", "precision", "recall", "log_loss",
        "root_mean_squared_error", "mean_squared_error", "mean_absolute_error", "r2", "pearsonr",
        "median_absolute_error",
    )  # fmt: skip
    folders = ()
    side_tables = ()
    has_bulk_engine = True
    has_contributions = True
    answers_by_row = True
    answers_pieces = True

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
        """Return nothing: what is compared for all types is enough."""
        return ()

    def check_training_data(
        self,
        store: ObjectStore,
        files: Mapping[str, DataFiles],
        columns: Mapping[str, tuple[str, ...]],
        plan: TrainingPlan,
    ) -> Sequence[str]:
        """Return sentences on the data; raises InvalidDataError when no job can learn from them."""
        return check_training_data(store, files, columns, plan.init_args, plan.spec.data)

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
        """Return the label, or a column for each quantile, and a probability for each class."""
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


PREDICTOR_TYPE: PredictorType = _Tabular()
