"""Define what a tuning job searches, and how: the part `tuning` of a predictor's spec.

Words and bounds are those of SageMaker's CreateHyperParameterTuningJob.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

from autogluon_contracts.document import key

RangeType = Literal["continuous", "integer", "categorical"]
Scaling = Literal["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"]
Strategy = Literal["Bayesian", "Random", "Grid"]
ObjectiveType = Literal["Maximize", "Minimize"]

LONGEST_SEARCH_SECONDS = 13 * 24 * 3600
"""The state machine that waits for a search ends after 14 days."""
LARGEST_SEED = 2**31 - 1
"""RandomSeed is an Integer of the API, which has 32 bits."""


@dataclass(frozen=True, kw_only=True)
class TuningRange:
    """The values that one argument may take."""

    type: RangeType = key("numbers between two bounds, whole ones only, or a list of values")
    min: int | float | None = key("the least value; of numbers", default=None)
    max: int | float | None = key("the greatest value; of numbers", default=None)
    scaling: Scaling = key("how numbers are searched", default="Auto")
    values: tuple[Any, ...] = key("the values of `categorical`", default=())

    def corners(self) -> tuple[Any, ...]:
        """Return the values by which the whole range is judged: its ends, or each category."""
        return self.values if self.type == "categorical" else (self.min, self.max)


@dataclass(frozen=True, kw_only=True)
class TuningObjective:
    """A number in the log of each trial, in place of the validation score."""

    regex: str = key("finds the number, its only group; the last match counts", non_empty=True)
    type: ObjectiveType = key("whether a higher or a lower number is better")


@dataclass(frozen=True, kw_only=True)
class TuningSpec:
    """How tuning jobs of a predictor search."""

    ranges: Mapping[str, TuningRange] = key(
        "path of an argument, such as `fit_args.hyperparameters.GBM.learning_rate` -> its values"
    )
    strategy: Strategy = key("how values are chosen", default="Bayesian")
    max_jobs: int | None = key(
        "trials in all; null: each combination (`Grid`)", default=None, minimum=1
    )
    max_parallel_jobs: int = key("trials at the same time", default=1, minimum=1)
    max_runtime_seconds: int | None = key(
        "when the whole search ends",
        default=None,
        minimum=120,
        maximum=LONGEST_SEARCH_SECONDS,
    )
    objective: TuningObjective | None = key(
        "null: the validation score in the eval_metric", default=None
    )
    target_value: float | None = key(
        "an objective that is good enough: the search ends", default=None
    )
    max_jobs_not_improving: int | None = key(
        "the search ends after so many trials that improve the objective by less than 1 %",
        default=None,
        minimum=3,
    )
    random_seed: int | None = key(
        "makes the choice of values repeatable", default=None, minimum=0, maximum=LARGEST_SEED
    )

    @property
    def objective_type(self) -> ObjectiveType:
        """Maximize, unless an objective of one's own says otherwise."""
        return "Maximize" if self.objective is None else self.objective.type

    @property
    def most_jobs(self) -> int:
        """Return the most trials: of a `Grid` without `max_jobs`, each combination."""
        if self.max_jobs is not None:
            return self.max_jobs
        return prod(len(item.values) for item in self.ranges.values())
