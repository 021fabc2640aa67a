"""Register predictors of SageMaker's built-in XGBoost."""

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.xgboost.arguments import (
    check_fit_args,
    check_init_args,
    check_together,
    measured,
)
from autogluon_contracts.predictor_types.xgboost.metrics import canonical
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.data.required_columns import require_column, require_train_columns
from autogluon_lambdas.logic.predictor_types import PredictorType
from autogluon_lambdas.logic.run_arguments import job_problems, label_identity_problems
from autogluon_lambdas.logic.xgboost.program import XGBOOST
from autogluon_lambdas.logic.xgboost.report import ANSWERS
from autogluon_lambdas.logic.xgboost.training_rows import features_of
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore

# The server guesses the separator: that of a lone number may be its point (`encoder.py`).
_FEWEST_FEATURES = 2


class _XGBoost:
    """What planners know of predictors of the algorithm."""

    program = XGBOOST
    usual_metrics = ()
    folders = ()
    side_tables = ()
    has_bulk_engine = False
    has_contributions = False
    answers_by_row = True
    # Files may have a header, and the algorithm's answers have one column.
    answers_pieces = False

    def argument_problems(
        self, plan: TrainingPlan, asked_init_args: Mapping[str, Any]
    ) -> Sequence[str]:
        """Return a sentence for each argument of a run that cannot work."""
        facts, given = plan.init_args, plan.fit_args
        wrong = [*check_init_args(facts), *check_fit_args(given)]
        return [
            *(f"input.{text}" for text in wrong or check_together(facts, given)),
            *label_identity_problems(plan.spec, asked_init_args, ["problem_type"]),
            *([] if wrong else self._gate_problems(plan)),
            *(f"input.{text}" for text in job_problems(plan, "xgboost")),
        ]

    def _gate_problems(self, plan: TrainingPlan) -> list[str]:
        gate, names = plan.spec.quality_gate, measured(plan.init_args, plan.fit_args)
        if gate is None or gate.metric is None or canonical(gate.metric) in names:
            return []
        return [
            f'input.fit_args.eval_metric: the quality gate of predictor "{plan.spec.name}" decides '
            f'by "{gate.metric}", which such a run does not measure; it measures: {listed(names)}'
        ]

    def further_problems(
        self,
        plan: TrainingPlan,  # noqa: ARG002 - what is compared for all types is all
        parent: Parent,  # noqa: ARG002 - likewise
    ) -> Sequence[str]:
        """Return nothing: no run trains such models further."""
        return ()

    def check_training_data(
        self,
        store: ObjectStore,  # noqa: ARG002 - all cells are looked at when they are prepared
        files: Mapping[str, DataFiles],
        columns: Mapping[str, tuple[str, ...]],
        plan: TrainingPlan,
    ) -> Sequence[str]:
        """Raise InvalidDataError for tables that the algorithm cannot take."""
        label = str(plan.init_args["label"])
        for key, entry in files.items():
            require_column(entry, columns[key], label, "label")
            if entry.format == "parquet":
                raise InvalidDataError(
                    f"{entry.key}: {entry.prefix.uri} is Parquet, which the planner cannot write "
                    "as the algorithm reads it.",
                    advice="Write CSV or JSON Lines.",
                )
        if "test_data" in files:
            raise InvalidDataError(
                f"{files['test_data'].key}: the algorithm measures on the tuning data alone.",
                advice="Give it as tuning_data.",
            )
        if "early_stopping_rounds" in plan.fit_args and "tuning_data" not in files:
            raise InvalidDataError(
                "input.tuning_data: missing with early_stopping_rounds, which look at it.",
                advice="Give tuning data, or leave early_stopping_rounds out.",
            )
        if len(features_of(columns["train_data"], label)) < _FEWEST_FEATURES:
            raise InvalidDataError(
                f"{files['train_data'].key}: {files['train_data'].prefix.uri} has fewer than "
                f"{_FEWEST_FEATURES} features; the algorithm's server could take the point of a "
                "lone number for a separator.",
                advice="Add a column.",
            )
        require_train_columns(files, columns)
        return ()

    def check_batch_files(
        self,
        store: ObjectStore,  # noqa: ARG002 - the columns are known
        files: DataFiles,
        schema: FeatureSchemaHeader,  # noqa: ARG002 - likewise
        headerless: tuple[str, ...] | None,  # noqa: ARG002 - they are in the model's order
    ) -> None:
        """Raise InvalidDataError for Parquet, which the planner cannot write as CSV."""
        if files.format == "parquet":
            raise InvalidDataError(
                f"{files.key}: {files.prefix.uri} is Parquet, which the planner cannot write as "
                "the algorithm reads it.",
                advice="Write CSV or JSON Lines.",
            )

    def canonical_metric(self, name: str) -> str:
        """Return the name with the data that it is measured on."""
        return canonical(name)

    def answer_columns(self, schema: FeatureSchemaHeader, output: str) -> tuple[str, ...]:
        """Return the answer's column: the label, or another number about it."""
        columns = tuple((schema.details or {}).get(ANSWERS, (schema.label,)))
        is_label = columns == (schema.label,)
        wrong = {"labels": not is_label, "probabilities": is_label}
        return () if wrong.get(output, False) else columns

    def settles_callers(self, init_args: Mapping[str, Any]) -> bool:
        """Return whether the settings name the label."""
        return "label" in init_args

    def broken_for_callers(
        self,
        live: FeatureSchemaHeader,  # noqa: ARG002 - the same for all types
        new: FeatureSchemaHeader,  # noqa: ARG002
    ) -> Sequence[str]:
        """Return nothing: features, their order and the answers' columns are compared for all."""
        return ()


PREDICTOR_TYPE: PredictorType = _XGBoost()
