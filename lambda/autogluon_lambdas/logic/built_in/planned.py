"""Plan runs and batches of a built-in algorithm, whichever it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.built_in import BuiltInAlgorithm
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.built_in.program import AlgorithmProgram
from autogluon_lambdas.logic.built_in.report import ANSWERS
from autogluon_lambdas.logic.built_in.training_rows import features_of
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.data.required_columns import require_column, require_train_columns
from autogluon_lambdas.logic.programs.program import Program
from autogluon_lambdas.logic.run_arguments import job_problems, label_identity_problems
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


@dataclass(frozen=True)
class PlannedAlgorithm:
    """What planners know of predictors of the algorithm; a `PredictorType`."""

    algorithm: BuiltInAlgorithm

    usual_metrics: ClassVar[Sequence[str]] = ()
    folders: ClassVar[Collection[str]] = ()
    side_tables: ClassVar[Collection[str]] = ()
    has_bulk_engine: ClassVar[bool] = False
    has_contributions: ClassVar[bool] = False
    answers_by_row: ClassVar[bool] = True
    # Files may have a header, and columns are carried over by AutoGluon's container code alone.
    answers_pieces: ClassVar[bool] = False

    @property
    def program(self) -> Program:
        """Return what runs in the containers of its predictors."""
        return AlgorithmProgram(self.algorithm)

    def argument_problems(
        self, plan: TrainingPlan, asked_init_args: Mapping[str, Any]
    ) -> Sequence[str]:
        """Return a sentence for each argument of a run that cannot work."""
        rules, facts, given = self.algorithm, plan.init_args, plan.fit_args
        wrong = [*rules.init_args_problems(facts), *rules.fit_args_problems(given)]
        return [
            *(f"input.{text}" for text in wrong or rules.problems_together(facts, given)),
            *label_identity_problems(plan.spec, asked_init_args, ["problem_type"]),
            *([] if wrong else self._gate_problems(plan)),
            *(f"input.{text}" for text in job_problems(plan, rules.name)),
        ]

    def _gate_problems(self, plan: TrainingPlan) -> list[str]:
        names = self.algorithm.measured(plan.init_args, plan.fit_args)
        gate = plan.spec.quality_gate
        if gate is None or gate.metric is None or self.canonical_metric(gate.metric) in names:
            return []
        return [
            f'input.fit_args.eval_metric: the quality gate of predictor "{plan.spec.name}" decides '
            f'by "{gate.metric}", which such a run does not measure; it measures: '
            f"{listed(names, limit=20)}"
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
        self._require_channels(files, plan)
        fewest = self.algorithm.fewest_features
        if len(features_of(columns["train_data"], label)) < fewest:
            lone = "; the algorithm's server could take the point of a lone number for a separator"
            raise InvalidDataError(
                f"{files['train_data'].key}: {files['train_data'].prefix.uri} has fewer than "
                f"{fewest} features{lone if fewest > 1 else ''}.",
                advice="Add a column.",
            )
        require_train_columns(files, columns)
        return ()

    def _require_channels(self, files: Mapping[str, DataFiles], plan: TrainingPlan) -> None:
        """Raise InvalidDataError for data without a channel, and for a lack of data."""
        for key, entry in files.items():
            if key not in self.algorithm.channels:
                raise InvalidDataError(
                    f"{entry.key}: the algorithm measures on the tuning data alone.",
                    advice="Give it as tuning_data.",
                )
        for key in self.algorithm.required_data:
            if key not in files:
                raise InvalidDataError(
                    f"input.{key}: missing; without it the algorithm measures nothing that a "
                    "version could be judged by.",
                    advice=f"Give {key}, of rows that are not among the training data.",
                )
        if "early_stopping_rounds" in plan.fit_args and "tuning_data" not in files:
            raise InvalidDataError(
                "input.tuning_data: missing with early_stopping_rounds, which look at it.",
                advice="Give tuning data, or leave early_stopping_rounds out.",
            )
        gate = plan.spec.quality_gate
        if gate is not None and gate.metric is not None:
            measured_on = self.canonical_metric(gate.metric).partition(":")[0]
            keys = {channel: key for key, channel in self.algorithm.channels.items()}
            if keys.get(measured_on) == "test_data" and "test_data" not in files:
                raise InvalidDataError(
                    f'input.test_data: missing; the quality gate decides by "{gate.metric}".',
                    advice="Give test data.",
                )

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
        return self.algorithm.canonical_metric(name)

    def answer_columns(self, schema: FeatureSchemaHeader, output: str) -> tuple[str, ...]:
        """Return the answer's columns, all of which every answer has.

        The number that a model of a regression answers is the label, whatever it is called.
        """
        columns = tuple((schema.details or {}).get(ANSWERS, (schema.label,)))
        is_label = schema.problem_type == "regression" or columns == (schema.label,)
        wrong = {"labels": not is_label, "probabilities": is_label or len(columns) > 1}
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
