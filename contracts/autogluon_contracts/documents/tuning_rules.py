"""Judge what a tuning job is asked to search, before anything is paid for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autogluon_contracts.documents.tuning_spec import Strategy, TuningRange, TuningSpec

# SageMaker's developer guide, "Resource Limits for Automatic Model Tuning".
MOST_RANGES = 30
MOST_CATEGORIES = 30  # of one range
# Random's default quota is 750 too, and AWS raises it up to this.
MOST_TRIALS: Mapping[Strategy, int] = {"Bayesian": 750, "Random": 10_000, "Grid": 750}
LONGEST_VALUE = 256
"""Characters of a category as JSON, and of a path: SageMaker's ParameterValue and ParameterKey."""
_SHOWN = 40


def value_problems(
    ranges: Mapping[str, TuningRange],
    fit_args: Mapping[str, Any],
    judge: Callable[[dict[str, Any]], Sequence[str]],
) -> Iterator[str]:
    """Yield what is wrong with an argument at the ends of its range or with a category.

    Args:
        judge: returns a sentence for each problem of `fit_args`.
    """
    known = set(judge(dict(fit_args)))
    for path, item in ranges.items():
        for value in item.corners():
            found = judge(with_values({"fit_args": fit_args}, {path: value})["fit_args"])
            if wrong := [problem for problem in found if problem not in known]:
                yield f"ranges.{path}: {wrong[0]}"
                break


def combinations(ranges: Mapping[str, TuningRange]) -> int:
    """Return how many combinations categorical ranges have."""
    found = 1
    for item in ranges.values():
        found *= len(item.values)
    return found


def parent_of(path: str, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the object that holds the argument at `path`; None where there is none.

    Args:
        path: such as `fit_args.hyperparameters.GBM.learning_rate`.
        arguments: `fit_args` by that name.
    """
    found: Any = arguments
    for name in path.split(".")[:-1]:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, dict) else None


def with_values(arguments: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments with other values at some paths, whose parents exist.

    Raises:
        KeyError: the parent of a path does not exist.
    """
    changed = _copied(arguments)
    for path, value in values.items():
        parent = parent_of(path, changed)
        if parent is None:
            raise KeyError(path)
        parent[path.rpartition(".")[2]] = value
    return dict(changed)


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copied(entry) for name, entry in value.items()}
    return value


def range_problems(tuning: TuningSpec, fit_args: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each problem of the ranges: by themselves, and with the arguments."""
    if not tuning.ranges:
        yield "ranges: empty; give at least one argument to tune"
    if len(tuning.ranges) > MOST_RANGES:
        yield f"ranges: {len(tuning.ranges)} arguments; allowed: at most {MOST_RANGES}"
    for path, item in tuning.ranges.items():
        yield from _own_problems(path, item)
        yield from _place_problems(path, fit_args)
        yield from _overlaps(path, tuning.ranges)
    yield from _strategy_problems(tuning)


def _own_problems(path: str, item: TuningRange) -> Iterator[str]:
    where = f"ranges.{path}"
    if item.type == "categorical":
        if item.min is not None or item.max is not None or item.scaling != "Auto":
            yield f"{where}: min, max and scaling are of numbers; give values alone"
        if len(item.values) < 2 or len(set(map(repr, item.values))) != len(item.values):
            yield f"{where}.values: got {list(item.values)}; allowed: two or more different values"
        if len(item.values) > MOST_CATEGORIES:
            yield f"{where}.values: {len(item.values)} values; allowed: at most {MOST_CATEGORIES}"
        for value in item.values:
            if len(text := json.dumps(value)) > LONGEST_VALUE:
                yield (
                    f"{where}.values: got {text[:_SHOWN]}... with {len(text)} characters as JSON; "
                    f"allowed: at most {LONGEST_VALUE}"
                )
        return
    if item.values:
        yield f"{where}.values: only type categorical has values; give min and max"
    if item.min is None or item.max is None or not item.min < item.max:
        yield f"{where}: got min {item.min} and max {item.max}; allowed: min < max, both given"
        return
    if item.type == "integer" and not (isinstance(item.min, int) and isinstance(item.max, int)):
        yield f"{where}: got min {item.min} and max {item.max}; allowed: whole numbers"
    if item.scaling == "Logarithmic" and item.min <= 0:
        yield f"{where}: Logarithmic scaling with min {item.min}; allowed: a min above 0"
    if item.scaling == "ReverseLogarithmic" and not (
        item.type == "continuous" and 0 <= item.min < item.max < 1
    ):
        yield f"{where}: ReverseLogarithmic scaling is for continuous values from 0 to below 1"


def _overlaps(path: str, ranges: Mapping[str, TuningRange]) -> Iterator[str]:
    for whole in ranges:
        if path.startswith(f"{whole}."):
            yield f"ranges.{path}: {whole} has a range too, which replaces all of it; tune one"


def _place_problems(path: str, fit_args: Mapping[str, Any]) -> Iterator[str]:
    names = path.split(".")
    if names[0] != "fit_args" or len(names) < 2 or not all(names):
        yield (
            f"ranges.{path}: allowed: the path of an argument of fit, such as "
            "fit_args.hyperparameters.GBM.learning_rate; init_args say what is learnt and "
            "measured, so that trials could not be compared"
        )
    elif len(path) > LONGEST_VALUE:
        yield f"ranges.{path}: {len(path)} characters; allowed: at most {LONGEST_VALUE}"
    elif parent_of(path, {"fit_args": dict(fit_args)}) is None:
        parent = ".".join(names[:-1])
        yield f"ranges.{path}: {parent} must be an object in the settings; write {parent}: {{}}"


def _strategy_problems(tuning: TuningSpec) -> Iterator[str]:
    if tuning.strategy == "Grid":
        others = [path for path, item in tuning.ranges.items() if item.type != "categorical"]
        if others:
            yield f"ranges.{others[0]}: strategy Grid takes type categorical only"
            return
        if tuning.max_jobs not in (None, combinations(tuning.ranges)):
            yield (
                f"max_jobs: got {tuning.max_jobs} with strategy Grid, which tries each of the "
                f"{combinations(tuning.ranges)} combinations; leave it out"
            )
    elif tuning.max_jobs is None:
        yield f"max_jobs: missing; strategy {tuning.strategy} needs the number of trials"
    most = combinations(tuning.ranges) if tuning.strategy == "Grid" else tuning.max_jobs
    if most is not None and most > MOST_TRIALS[tuning.strategy]:
        yield (
            f"max_jobs: {most} trials with strategy {tuning.strategy}; "
            f"allowed: at most {MOST_TRIALS[tuning.strategy]}"
        )
    if most is not None and tuning.max_parallel_jobs > most:
        got = tuning.max_parallel_jobs
        yield f"max_parallel_jobs: got {got}; allowed: at most max_jobs, {most}"
