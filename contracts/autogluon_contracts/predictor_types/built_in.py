"""Define what all of SageMaker's built-in algorithms have in common, and what each must say.

An algorithm trains and serves in AWS's image, without any code of this project. A further one is
a type's folder with a `BuiltInAlgorithm`, and an entry in the catalogue of images.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.defaults import LATENCY
from autogluon_contracts.predictor_types.further_training import Method

TRAIN, VALIDATION, TEST = "train", "validation", "test"
"""The algorithms' channels, and the first part of their metrics' names."""


class BuiltInAlgorithm(ABC):
    """A predictor type that one of SageMaker's algorithms trains; a `PredictorType`.

    Attributes:
        name: the type's.
        channels: the algorithm's channels by the keys of a run's input; a run has no others.
        required_data: keys of a run's input without which a run would measure nothing.
        takes_missing: whether a cell may be empty.
        fewest_features: fewer are refused.
        answer_format: that of answers, each of which is one line.
        honoured_serving: keys of the section `serving` that its server honours.
        server_variables: environment variables of its server, whatever the settings say.
        ignored_by_trials: hyperparameters that the jobs of a search ignore; refused there.
    """

    name: ClassVar[str]
    channels: ClassVar[Mapping[str, str]]
    required_data: ClassVar[Sequence[str]] = ()
    takes_missing: ClassVar[bool]
    fewest_features: ClassVar[int] = 1
    answer_format: ClassVar[Literal["csv", "jsonl"]]
    honoured_serving: ClassVar[Collection[str]] = ()
    server_variables: ClassVar[Mapping[str, str]] = {}
    ignored_by_trials: ClassVar[Collection[str]] = ()

    has_validation_score = True  # the eval_metric on the tuning data
    has_baseline = False
    further_methods: Mapping[str, Method] = {}

    @property
    def _given(self) -> str:
        return f"type '{self.name}', which SageMaker's algorithm trains"

    @abstractmethod
    def init_args_problems(self, args: object, *, label_required: bool = True) -> Sequence[str]:
        """Return a sentence for each thing wrong with the facts about the problem."""

    @abstractmethod
    def fit_args_problems(self, args: object) -> Sequence[str]:
        """Return a sentence for each hyperparameter that the algorithm would refuse by itself."""

    @abstractmethod
    def problems_together(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> Sequence[str]:
        """Return a sentence for each hyperparameter that does not fit what is learnt.

        Both are valid by themselves.
        """

    @abstractmethod
    def checkpoint_problem(self, fit_args: object) -> str | None:
        """Return why an interrupted job could not go on; None: it can."""

    @abstractmethod
    def metrics(self, problem_type: str) -> Sequence[str]:
        """Return the metrics of a problem type, without the data; empty for an unknown one."""

    @abstractmethod
    def measured_metrics(self, problem_type: str | None, eval_metric: str | None) -> Sequence[str]:
        """Return what a run can be told to measure."""

    @abstractmethod
    def measured(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> Sequence[str]:
        """Return the metrics that a run's log has, by their full names, its own first."""

    @abstractmethod
    def best_value(self, metric: str) -> float:
        """Return 0 for an error, 1 for a score, and infinity for anything else."""

    @abstractmethod
    def eval_metric(self, init_args: Mapping[str, object]) -> str:
        """Return the metric that a predictor is compared by, the usual one unless it is given."""

    @abstractmethod
    def classes(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> int | None:
        """Return how many classes the label has, which are 0, 1, ...; None: it is any number."""

    @abstractmethod
    def answer_columns(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> Sequence[str]:
        """Return the names of what a model answers to a row."""

    @abstractmethod
    def hyperparameters(
        self,
        init_args: Mapping[str, object],
        fit_args: Mapping[str, object],
        *,
        feature_count: int,
    ) -> dict[str, str]:
        """Return the job's hyperparameters, with those that follow from what is learnt."""

    @abstractmethod
    def tuned_name(self, path: str) -> str:
        """Return the algorithm's name of a hyperparameter that a range names by its path."""

    @abstractmethod
    def tuning_problems(
        self, types: Mapping[str, str], strategy: str, *, has_objective: bool
    ) -> Iterator[str]:
        """Yield a sentence for each thing of a search that the algorithm's trials cannot have.

        Args:
            types: the type of each range, by its path.
            strategy: how values are chosen.
            has_objective: whether trials are to be compared by a number of a person's own.
        """

    def search_argument_problems(self, fit_args: Mapping[str, object]) -> Sequence[str]:
        """Return a sentence for each hyperparameter that the jobs of a search ignore."""
        return [
            f"fit_args.{name}: given with a search, whose jobs ignore it; leave it out, or give it "
            "in the input of runs of the Train state machine"
            for name in self.ignored_by_trials
            if name in fit_args
        ]

    def is_minimized(self, metric: str) -> bool:
        """Return whether lower is better; AutoGluon's sign turns such a metric around."""
        return self.best_value(metric) == 0

    def canonical_metric(self, name: str) -> str:
        """Return the name with the data that it is measured on; the validation data's if none."""
        return name if ":" in name else f"{VALIDATION}:{name}"

    def combination_problems(self, init_args: object, fit_args: object) -> Sequence[str]:
        """Return a sentence for each hyperparameter that does not go with the problem type."""
        facts = init_args if isinstance(init_args, Mapping) else {}
        given = fit_args if isinstance(fit_args, Mapping) else {}
        if self.init_args_problems(facts, label_required=False) or self.fit_args_problems(given):
            return ()
        return list(self.problems_together(facts, given))

    def keeping_problem(
        self,
        init_args: object,  # noqa: ARG002 - with none of them
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> str | None:
        """Say that the algorithm starts each model anew."""
        return f"{self._given} anew in each run"

    def own_objects(
        self,
        init_args: object,  # noqa: ARG002 - they name none
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> Mapping[str, OwnObject]:
        """Return nothing: arguments name no objects of a person's own."""
        return {}

    def code_problem(self) -> str:
        """Say what jobs of the type do instead of importing a person's code."""
        return f"{self._given}; leave it out"

    def weights_problem(
        self,
        fit_args: object,  # noqa: ARG002 - with none of them
        weights: Collection[str],
        *,
        isolated: bool,  # noqa: ARG002 - likewise
    ) -> str | None:
        """Say that AutoGluon's weights are not for the algorithm."""
        return f"weights: got them with {self._given}; leave it out" if weights else None

    def image_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with all of them
        """Return None: AWS's image has what every model needs."""
        return None

    def image_warning(self, fit_args: object) -> str | None:  # noqa: ARG002 - likewise
        """Return None, likewise."""
        return None

    def latency_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with none of them
        """Say that there is one model."""
        return (
            f"serving.optimize_for: got '{LATENCY}', which is for tabular predictors; leave it out"
        )

    def distribution_problem(self, fit_args: object) -> str:  # noqa: ARG002 - with any of them
        """Say that one instance trains."""
        return f"{self._given} on one instance; leave it out"

    def settings_problems(self, batch_engine: str, serving: Collection[str]) -> Sequence[str]:
        """Return a sentence for each setting that the algorithm's own server cannot honour."""
        allowed = ", ".join(self.honoured_serving) or "no section serving"
        found = [
            f"serving.{name}: given with type '{self.name}', which the algorithm's own server does "
            f"not take; allowed: {allowed}"
            for name in sorted(set(serving) - set(self.honoured_serving))
        ]
        if batch_engine == "bulk":
            found.append(
                "batch.engine: got 'bulk', which runs AutoGluon's container code; allowed: 'auto' "
                "or 'transform'"
            )
        return found
