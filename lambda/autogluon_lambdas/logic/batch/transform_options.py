"""Decide the options of a transform job: those of the input, else those of the settings."""

from collections.abc import Sequence
from dataclasses import dataclass

from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.jobs.transform_options import (
    TRANSFORM_OPTIONS,
    BatchStrategy,
    SplitType,
    in_flight_problem,
    strategy_problem,
)
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.instances import has_gpu


@dataclass(frozen=True)
class TransformOptions:
    """How a transform job sends files; `asked` are the options that the input has."""

    max_payload_mb: int
    max_concurrent_transforms: int
    timeout_seconds: int
    max_retries: int
    split_type: SplitType
    strategy: BatchStrategy
    transform_ami_version: str | None
    asked: frozenset[str]

    def key(self, name: str) -> str:
        """Return where an option comes from, for people."""
        return f"input.{name}" if name in self.asked else f"the predictor's batch.{name}"


def asked_options(asked: BatchInput) -> tuple[str, ...]:
    """Return the options of transform jobs that an input has."""
    return tuple(name for name in TRANSFORM_OPTIONS if getattr(asked, name) is not None)


def transform_options(
    asked: BatchInput, spec: PredictorSpec, instance_types: Sequence[str]
) -> TransformOptions:
    """Return the options of a batch.

    Raises InvalidInputError where those of the input do not go with each other, with those of the
    settings, or with the instance types.
    """
    given = asked_options(asked)
    values = {
        name: getattr(asked if name in given else spec.batch, name) for name in TRANSFORM_OPTIONS
    }
    if asked.transform_ami_version is None:
        values["transform_ami_version"] = spec.transform_ami_version
    options = TransformOptions(**values, asked=frozenset(given))
    pairs = {
        ("max_payload_mb", "max_concurrent_transforms"): in_flight_problem(
            options.max_payload_mb, options.max_concurrent_transforms
        ),
        ("split_type", "strategy"): strategy_problem(options.split_type, options.strategy),
    }
    for names, problem in pairs.items():
        wrong = next((name for name in names if name in given), None)
        if problem is not None and wrong is not None:
            raise InvalidInputError(f"input.{wrong}: {problem}.")
    if asked.transform_ami_version is not None:
        _require_gpus(instance_types)
    return options


def _require_gpus(instance_types: Sequence[str]) -> None:
    for name in instance_types:
        if not has_gpu(name):
            raise InvalidInputError(
                "input.transform_ami_version: the host images that AWS offers for transform jobs "
                f"are for GPU types, and {name} has none.",
                advice="Leave it out, or choose a GPU type by input.instance_type.",
            )
