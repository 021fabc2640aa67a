"""Refuse combinations of warm pools and of the longest wait that cannot work."""

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.settings.training import Training


def waiting_problems(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield `<path below the predictor>: <problem>`; `fields` are those that are valid alone."""
    training: Training | None = fields.get("training")
    if training is None:
        return
    if training.keep_alive_seconds is not None and training.spot is not None:
        # SageMaker guide, "Train Using SageMaker Managed Warm Pools", considerations.
        yield (
            "training.keep_alive_seconds: given with training.spot, of which SageMaker keeps no "
            "instances; leave one of the two out"
        )
    if training.max_pending_seconds is None:
        return
    slow = [name for name in training.all_instance_types if not instance_types()[name].gpus]
    if slow:
        # SageMaker API reference, StoppingCondition: no effect on CPU types.
        yield (
            f"training.max_pending_seconds: given with '{slow[0]}', for which SageMaker ignores "
            "it; allowed: with GPU types alone"
        )
