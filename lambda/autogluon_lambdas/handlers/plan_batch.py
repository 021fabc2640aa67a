"""BatchPredict: choose the model, inspect the data, build the requests."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.plan_batch import BatchPlanner


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Planner event -> `{"model_request", "request", "batch"}`.

    Raises InvalidInputError, InvalidDataError.
    """
    planner = BatchPlanner(
        wiring.environment(), wiring.predictors(), wiring.store(), wiring.registry()
    )
    return planner.plan(event)
