"""Refuse combinations of `training.spot` and `training.checkpoints` that cannot work."""

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_constructs.settings.training import Training
from autogluon_contracts.defaults import FIVE_DAYS_SECONDS
from autogluon_contracts.predictor_types import known_types, predictor_type


def spot_problems(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield `<path below the predictor>: <problem>`; `fields` are those that are valid alone."""
    training: Training | None = fields.get("training")
    if training is None:
        return
    yield from _kept_models(training, fields)
    if training.spot is not None:
        yield from _times(training)
        yield from _trials(training, fields)


def _kept_models(training: Training, fields: Mapping[str, Any]) -> Iterator[str]:
    kind = fields.get("type")
    if not training.keeps_checkpoints or kind not in known_types():
        return
    problem = predictor_type(str(kind)).checkpoint_problem(fields.get("fit_args", {}))
    if problem is not None:
        key = "checkpoints" if training.spot is None else "spot"
        yield f"training.{key}: given with {problem}"


def _times(training: Training) -> Iterator[str]:
    spot, path = training.spot, "training.spot.max_wait_seconds"
    assert spot is not None  # the caller looked
    if spot.max_wait_seconds < training.max_runtime_seconds:
        yield (
            f"{path}: got {spot.max_wait_seconds}, which includes the time that the job runs; "
            f"allowed: at least training.max_runtime_seconds, {training.max_runtime_seconds}"
        )
    types = 1 + len(training.fallback_instance_types)
    on_demand = training.max_runtime_seconds if spot.then_on_demand else 0
    longest = types * spot.max_wait_seconds + on_demand
    if longest > FIVE_DAYS_SECONDS:
        yield (
            f"{path}: got {spot.max_wait_seconds}, with which a run may wait and train for "
            f"{longest} seconds on {types} instance types in turn; allowed: "
            f"{FIVE_DAYS_SECONDS} in all"
        )


def _trials(training: Training, fields: Mapping[str, Any]) -> Iterator[str]:
    if fields.get("tuning") is not None and training.fallback_instance_types:
        yield (
            "training.spot: given with tuning and training.fallback_instance_types, and no "
            "document says that SageMaker looks for spot instances of several types for trials; "
            "leave one of the three out"
        )
