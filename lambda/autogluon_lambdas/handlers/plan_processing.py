"""Plan a processing run: check its step and inputs, build the job's request."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.processing.plan import ProcessingPlanner


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return `{"request", "ladder", "run"}` for a planner event.

    Raises InvalidInputError, InvalidDataError.
    """
    planner = ProcessingPlanner(wiring.environment(), wiring.predictors(), wiring.store())
    return planner.plan(event)
