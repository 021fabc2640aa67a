"""Register script predictors."""

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.script.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.tabular.metrics import canonical
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.data.required_columns import require_column
from autogluon_lambdas.logic.predictor_types import PredictorType
from autogluon_lambdas.logic.run_arguments import job_problems, label_identity_problems
from autogluon_lambdas.logic.script.algorithm_channels import require_algorithms_channels
from autogluon_lambdas.logic.script.algorithm_problems import algorithm_problems
from autogluon_lambdas.logic.script.program import SCRIPT
from autogluon_lambdas.logic.script.report import ANSWERS
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


class _Script:
    """A person's own training script or image."""

    program = SCRIPT
    usual_metrics = ()
    folders = ()
    side_tables = ()
    has_bulk_engine = False
    has_contributions = False
    answers_by_row = True
    # Only the first piece of a file would have its header.
    answers_pieces = False

    def argument_problems(
        self, plan: TrainingPlan, asked_init_args: Mapping[str, Any]
    ) -> Sequence[str]:
        """Return a sentence for each argument of a run that cannot work."""
        return [
            *(f"input.{text}" for text in check_init_args(plan.init_args)),
            *(f"input.{text}" for text in check_fit_args(plan.fit_args)),
            *label_identity_problems(plan.spec, asked_init_args, ["problem_type"]),
            *(f"input.{text}" for text in job_problems(plan, "script")),
            *(() if plan.algorithm is None else algorithm_problems(plan, plan.algorithm)),
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
        store: ObjectStore,  # noqa: ARG002 - what cells hold is the script's matter
        files: Mapping[str, DataFiles],
        columns: Mapping[str, tuple[str, ...]],
        plan: TrainingPlan,
    ) -> Sequence[str]:
        """Raise InvalidDataError where a table lacks the label, or the algorithm refuses it."""
        for key, entry in files.items():
            require_column(entry, columns[key], str(plan.init_args["label"]), "label")
        if plan.algorithm is not None:
            require_algorithms_channels(plan.algorithm, files)
        return ()

    def check_batch_files(
        self,
        store: ObjectStore,  # noqa: ARG002 - the columns are known
        files: DataFiles,
        schema: FeatureSchemaHeader,
        headerless: tuple[str, ...] | None,
    ) -> None:
        """Raise InvalidDataError for CSV without a header, which only this project reads."""
        if headerless is not None and files.format == "csv":
            raise InvalidDataError(
                f"{files.key}: {files.prefix.uri} has no header, and the script gets the file as "
                "it is.",
                advice=f"Begin it with a line of the columns, {schema.feature_names[0]} first.",
            )

    def canonical_metric(self, name: str) -> str:
        """Return AutoGluon's own name of a metric, or the name itself."""
        return canonical(name)

    def answer_columns(self, schema: FeatureSchemaHeader, output: str) -> tuple[str, ...]:
        """Return the columns that the settings name; of several, none can be left out."""
        columns = tuple((schema.details or {}).get(ANSWERS, (schema.label,)))
        all_asked = output == "both" or (output == "labels" and len(columns) == 1)
        return columns if all_asked else ()

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


PREDICTOR_TYPE: PredictorType = _Script()
