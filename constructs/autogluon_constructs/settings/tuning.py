"""Define the settings of tuning jobs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from autogluon_constructs.settings.fields import Number, as_tuple, contract_field, refuse
from autogluon_constructs.settings.section import Section
from autogluon_contracts.documents.tuning_rules import range_problems, value_problems
from autogluon_contracts.documents.tuning_spec import (
    ObjectiveType,
    RangeType,
    Scaling,
    Strategy,
    TuningObjective,
    TuningRange,
    TuningSpec,
)
from autogluon_contracts.predictor_types import PredictorType

_NO_EARLY_STOPPING = (
    "a trial reports its objective once, at its end, so that no earlier value says that it is "
    "worse than others; leave it out"
)
_LONGEST_REGEX = 500  # MetricRegex of SageMaker


def _known_strategy(name: Any) -> Any:
    if name == "Hyperband":
        raise refuse(f"{_NO_EARLY_STOPPING}; allowed: 'Bayesian', 'Random' or 'Grid'")
    return name


def _one_group(pattern: str) -> str:
    if len(pattern) > _LONGEST_REGEX or "\n" in pattern:
        raise refuse(f"{len(pattern)} characters; allowed: at most {_LONGEST_REGEX}, on one line")
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise refuse(f"not a regular expression ({error})") from error
    if groups != 1:
        raise refuse(f"{groups} groups; allowed: one, which is the number")
    return pattern


class Range(Section):
    """The values that one argument may take."""

    type: RangeType
    """`continuous` and `integer` have `min` and `max`, `categorical` has `values`."""
    min: Number | None = None
    """The least value."""
    max: Number | None = None
    """The greatest value."""
    scaling: Scaling = "Auto"
    """How numbers are searched: `Logarithmic` where orders of magnitude matter."""
    values: Annotated[tuple[Any, ...], BeforeValidator(as_tuple)] = ()
    """The categories, of any type that YAML has."""


class Objective(Section):
    """A number in the log of each trial, in place of the validation score."""

    regex: Annotated[str, AfterValidator(_one_group)]
    """A regular expression with one group, the number; the last match in the log counts."""
    type: ObjectiveType
    """Whether a higher or a lower number is better."""


class Tuning(Section):
    """How `agcdk tune` searches for better arguments of `fit`.

    Each trial is a training job of its own, with the settings of `training`.
    """

    unsupported_keys: ClassVar = {
        "early_stopping": _NO_EARLY_STOPPING,
        "metric": "trials are compared in init_args.eval_metric; set that, or give an objective "
        "with a regex",
    }

    ranges: Mapping[str, Range]
    """What is tuned: the path of an argument, such as `fit_args.hyperparameters.GBM.num_leaves`."""
    strategy: Annotated[Strategy, BeforeValidator(_known_strategy)] = "Bayesian"
    """How values are chosen: by a model of the results, at random, or each combination."""
    max_jobs: int | None = contract_field(TuningSpec, "max_jobs")
    max_parallel_jobs: int = contract_field(TuningSpec, "max_parallel_jobs")
    max_runtime_seconds: int | None = contract_field(TuningSpec, "max_runtime_seconds")
    objective: Objective | None = None
    """What trials are compared by; without it, the validation score in the eval_metric."""
    target_value: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """An objective that is good enough: the search ends."""
    max_jobs_not_improving: int | None = contract_field(TuningSpec, "max_jobs_not_improving")
    random_seed: int | None = contract_field(TuningSpec, "random_seed")

    def spec(self) -> TuningSpec:
        """Return what the Lambdas read of it."""
        values = {item.name: getattr(self, item.name) for item in fields(TuningSpec)}
        objective = self.objective
        return TuningSpec(
            **values
            | {
                "ranges": {
                    path: TuningRange(**item.model_dump()) for path, item in self.ranges.items()
                },
                "objective": None if objective is None else TuningObjective(**dict(objective)),
            }
        )

    def problems(self, fit_args: Mapping[str, Any], kind: PredictorType) -> Iterator[str]:
        """Yield a sentence for each thing that cannot work with the predictor's arguments."""
        if self.objective is None and not kind.has_validation_score:
            yield (
                "objective: missing; jobs of this type report no validation score to compare "
                "trials by, so give a regex and a type"
            )
        spec = self.spec()
        found = list(range_problems(spec, fit_args))
        yield from found
        if not found:
            yield from value_problems(spec.ranges, fit_args, kind.fit_args_problems)
