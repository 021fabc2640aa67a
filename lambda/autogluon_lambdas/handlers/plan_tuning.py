"""Plan tuning: check input, ranges and data, build the CreateHyperParameterTuningJob request."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.tuning.plan import TuningPlanner


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return `{"request", "run"}`.

    Raises InvalidInputError, InvalidDataError, BudgetExceededError.
    """
    planner = TuningPlanner(
        wiring.environment(), wiring.predictors(), wiring.store(), wiring.training_jobs()
    )
    return planner.plan(event)
