"""Find the predictor types: each folder beside this module that has a `predictor_type.py`.

A type's folder here holds what settings and planners judge before anything is paid for; its other
folders are found in the same way in Lambdas, containers and client.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.predictor_types.further_training import Method

_MODULE = "predictor_type"


class PredictorType(Protocol):
    """What settings can know of a predictor's type; its module has one as `PREDICTOR_TYPE`."""

    @property
    def has_validation_score(self) -> bool:
        """Whether its jobs report the validation score by which trials are compared."""

    @property
    def has_baseline(self) -> bool:
        """Whether its training jobs leave a baseline that later requests are compared with."""

    @property
    def further_methods(self) -> Mapping[str, Method]:
        """Methods that train a model further, by AutoGluon's names, the usual one first."""

    def keeping_problem(self, init_args: object, fit_args: object) -> str | None:
        """Return why artifacts of runs with these arguments cannot be kept for further training.

        None: they can. Of a type without methods it is also why no run trains its models further.
        """

    def init_args_problems(self, args: object, *, label_required: bool = True) -> Sequence[str]:
        """Return a sentence for each thing wrong with the arguments of the constructor."""

    def fit_args_problems(self, args: object) -> Sequence[str]:
        """Return a sentence for each thing wrong with the arguments of `fit`."""

    def combination_problems(self, init_args: object, fit_args: object) -> Sequence[str]:
        """Return a sentence for each problem that the arguments have together.

        Nothing is judged where either has a problem of its own.
        """

    def own_objects(self, init_args: object, fit_args: object) -> Mapping[str, OwnObject]:
        """Return the objects of a person's own code that arguments name, by their paths."""

    def code_problem(self) -> str | None:
        """Return why jobs of the type import no code of a person's; None: they do."""

    def weights_problem(
        self, fit_args: object, weights: Collection[str], *, isolated: bool
    ) -> str | None:
        """Return why a run cannot have the pretrained weights that it needs; None: it can.

        Args:
            fit_args: the arguments of `fit`.
            weights: names of the mirrored sets that a run finds.
            isolated: whether it runs without network access.
        """

    def image_problem(self, fit_args: object) -> str | None:
        """Return why AWS's image cannot train with these arguments of `fit`; None: it can."""

    def image_warning(self, fit_args: object) -> str | None:
        """Return which models of a preset AWS's image leaves out; None: it has all of them."""

    def latency_problem(self, fit_args: object) -> str | None:
        """Return why `optimize_for: latency` cannot work with these arguments; None: it can."""

    def checkpoint_problem(self, fit_args: object) -> str | None:
        """Return why jobs with these arguments cannot keep finished models; None: they can."""

    def distribution_problem(self, fit_args: object) -> str | None:
        """Return why several instances would not help with these arguments; None: they do."""

    def settings_problems(self, batch_engine: str, serving: Collection[str]) -> Sequence[str]:
        """Return a sentence for each setting that predictors of the type cannot honour.

        Args:
            batch_engine: `batch.engine`.
            serving: keys that the section `serving` gives.
        """

    def measured_metrics(self, problem_type: str | None, eval_metric: str | None) -> Sequence[str]:
        """Return the metrics that a run measures; empty where that depends on the data."""

    def canonical_metric(self, name: str) -> str:
        """Return the name under which the type's runs report a metric."""

    def best_value(self, metric: str) -> float:
        """Return what no value of a metric exceeds in AutoGluon's sign: 0 of an error.

        Infinity for metrics without such a bound, and for those that the type does not have.
        """


@cache
def known_types() -> tuple[str, ...]:
    """Return the names of all predictor types, sorted."""
    folder = Path(__file__).parent
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{_MODULE}.py")))


def predictor_type(name: str) -> PredictorType:
    """Return a type by its name.

    Raises:
        KeyError: there is no such type; `known_types` lists them.
    """
    if name not in known_types():
        raise KeyError(name)
    found: PredictorType = import_module(f"{__package__}.{name}.{_MODULE}").PREDICTOR_TYPE
    return found


@cache
def lower_is_better(metric: str) -> bool:
    """Tell whether a metric is an error of any type: AutoGluon's sign makes it negative."""
    kinds = map(predictor_type, known_types())
    return any(kind.best_value(kind.canonical_metric(metric)) == 0 for kind in kinds)
