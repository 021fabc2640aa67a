"""Plan training: check the input and the data, build the CreateTrainingJob request."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.training.plan import TrainingPlanner


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return `{"request", "run"}`.

    Raises InvalidInputError, InvalidDataError, BudgetExceededError.
    """
    planner = TrainingPlanner(
        wiring.environment(),
        wiring.predictors(),
        wiring.store(),
        wiring.registry(),
        wiring.training_jobs(),
    )
    return planner.plan(event)
