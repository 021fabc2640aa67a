"""Choose the instance types of a job: what an execution asks for, else the spec's."""

from collections.abc import Sequence

from autogluon_contracts.documents.predictor_spec import BatchSpec
from autogluon_contracts.documents.training_spec import TrainingSpec
from autogluon_contracts.wording import listed
from autogluon_lambdas.models.errors import InvalidInputError


def chosen_instance_type(
    asked: str | None, default: str, allowed: Sequence[str], predictor: str
) -> str:
    """Return the instance type to use; raises InvalidInputError when it is not allowed."""
    if asked is None:
        return default
    if asked not in allowed:
        raise InvalidInputError(
            f'input.instance_type: got "{asked}".',
            advice=f'Allowed for predictor "{predictor}": {listed(allowed)}.',
        )
    return asked


def fallbacks(asked: str | None, spec: TrainingSpec | BatchSpec) -> tuple[str, ...]:
    """Return what follows the first type: nothing where an execution asks for one type."""
    return spec.fallback_instance_types if asked is None else ()
