"""Find the predictor types: each folder beside this module that has a `predictor_type.py`."""

from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.programs.program import Program
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore

_MODULE = "predictor_type"


class PredictorType(Protocol):
    """What depends on a predictor's type; its module has one as `PREDICTOR_TYPE`."""

    @property
    def program(self) -> Program:
        """What runs in the containers of its predictors."""

    @property
    def usual_metrics(self) -> Sequence[str]:
        """Metrics that training jobs print besides those of the settings."""

    @property
    def folders(self) -> Collection[str]:
        """Keys of a training run's input that name a folder which jobs of the type read."""

    @property
    def side_tables(self) -> Collection[str]:
        """Keys of a training run's input that name a table beside the rows."""

    @property
    def has_bulk_engine(self) -> bool:
        """Whether the container's bulk engine predicts models of this type."""

    @property
    def has_contributions(self) -> bool:
        """Whether models of this type say what part each feature has in a prediction."""

    @property
    def answers_by_row(self) -> bool:
        """Whether each row of a file has one answer, in the file's order.

        Where it has not, rows depend on each other: a file is never cut, and no column of it is
        carried over.
        """

    @property
    def answers_pieces(self) -> bool:
        """Whether a model answers a piece of a file as it answers the file.

        Where it does not, no file is cut, and no column of it is carried over.
        """

    def argument_problems(
        self, plan: TrainingPlan, asked_init_args: Mapping[str, Any]
    ) -> Sequence[str]:
        """Return a sentence for each argument of a run that cannot work.

        `asked_init_args` are those of the execution's input, without the settings'.
        """

    def further_problems(self, plan: TrainingPlan, parent: Parent) -> Sequence[str]:
        """Return a sentence for each thing of this type that cannot work with a run's parent.

        Arguments, columns, label and versions are compared for all types.
        """

    def check_training_data(
        self,
        store: ObjectStore,
        files: Mapping[str, DataFiles],
        columns: Mapping[str, tuple[str, ...]],
        plan: TrainingPlan,
    ) -> Sequence[str]:
        """Return sentences on data that deserve a look.

        Raises InvalidDataError when a job cannot be trained on them.

        `files` and `columns` have the input's keys: `train_data`, and those given of the others.
        """

    def check_batch_files(
        self,
        store: ObjectStore,
        files: DataFiles,
        schema: FeatureSchemaHeader,
        headerless: tuple[str, ...] | None,
    ) -> None:
        """Raise InvalidDataError when the files of a batch cannot be predicted one by one.

        `headerless` names the columns of CSV files without a header; None: the files name theirs.
        """

    def canonical_metric(self, name: str) -> str:
        """Return the name that `metrics.json` has for a metric of the settings."""

    def answer_columns(self, schema: FeatureSchemaHeader, output: str) -> tuple[str, ...]:
        """Return the columns of an answer; `output` is `both`, `labels` or `probabilities`.

        Empty: a model has none of what is asked for; it has columns for `both`.
        """

    def settles_callers(self, init_args: Mapping[str, Any]) -> bool:
        """Return whether the settings, and not each run, say what requests and answers mean."""

    def broken_for_callers(
        self, live: FeatureSchemaHeader, new: FeatureSchemaHeader
    ) -> Sequence[str]:
        """Return a clause about each thing of this type that callers of `live` rely on.

        Features and the columns of answers are compared for all types.
        """


def predictor_type(spec: PredictorSpec) -> PredictorType:
    """Return the type of a predictor; raises InvalidInputError when there is no such type."""
    require_known_type(spec)
    # Imported when asked for: a type's tables cost the cold start of those that need them only.
    found: PredictorType = import_module(f"{__package__}.{spec.type}.{_MODULE}").PREDICTOR_TYPE
    return found


def require_known_type(spec: PredictorSpec) -> None:
    """Raise InvalidInputError listing the known types when the predictor's is not among them."""
    known = sorted(path.parent.name for path in Path(__file__).parent.glob(f"*/{_MODULE}.py"))
    if spec.type not in known:
        raise InvalidInputError(
            f'input.predictor: predictor "{spec.name}" has the unknown type "{spec.type}".',
            advice=f"Known types: {listed(known)}.",
        )
