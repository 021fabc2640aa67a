"""Register mean predictors."""

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.meantype.arguments import METRICS
from autogluon_contracts.predictor_types.meantype.predictor_type import PREDICTOR_TYPE as ARGUMENTS
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.predictor_types import PredictorType
from autogluon_lambdas.logic.programs.autogluon_program import AUTOGLUON
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


class _Mean:
    """What planners know of mean predictors."""

    program = AUTOGLUON
    usual_metrics = METRICS
    folders = ()
    side_tables = ()
    has_bulk_engine = True
    has_contributions = False
    answers_by_row = True
    answers_pieces = True

    def argument_problems(
        self, plan: TrainingPlan, asked_init_args: Mapping[str, Any]
    ) -> Sequence[str]:
        """Return a sentence for each argument of a run that cannot work."""
        wrong = [
            *ARGUMENTS.init_args_problems(plan.init_args),
            *ARGUMENTS.fit_args_problems(plan.fit_args),
        ]
        return [f"input.{text}" for text in wrong]

    def further_problems(self, plan: TrainingPlan, parent: Parent) -> Sequence[str]:
        """Return nothing: a mean has no methods that train it further."""
        return ()

    def check_training_data(
        self,
        store: ObjectStore,
        files: Mapping[str, DataFiles],
        columns: Mapping[str, tuple[str, ...]],
        plan: TrainingPlan,
    ) -> Sequence[str]:
        """Return nothing; raises InvalidDataError without test data, or without a column."""
        if "test_data" not in files:
            raise InvalidDataError("test_data: missing; a mean predictor is judged on it.")
        init_args = plan.init_args
        for key, names in columns.items():
            missing = [init_args[name] for name in ("label", "key") if init_args[name] not in names]
            if missing:
                raise InvalidDataError(f"{key}: column {listed(missing)} not found.")
        return ()

    def check_batch_files(
        self,
        store: ObjectStore,
        files: DataFiles,
        schema: FeatureSchemaHeader,
        headerless: tuple[str, ...] | None,
    ) -> None:
        """Accept any files."""

    def canonical_metric(self, name: str) -> str:
        """Return the name itself: metrics have no other ones."""
        return name

    def answer_columns(self, schema: FeatureSchemaHeader, output: str) -> tuple[str, ...]:
        """Return the label, which has no probabilities."""
        return schema.answer_columns(output)

    def settles_callers(self, init_args: Mapping[str, Any]) -> bool:
        """Return whether the settings name the label."""
        return "label" in init_args

    def broken_for_callers(
        self, live: FeatureSchemaHeader, new: FeatureSchemaHeader
    ) -> Sequence[str]:
        """Return nothing: features and answers are all that callers see."""
        return ()


PREDICTOR_TYPE: PredictorType = _Mean()
