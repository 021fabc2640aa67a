"""Plan a drift run: find the captured requests, build the job's request."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.drift.plan import DriftPlanner


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return `{"request", "ladder", "run"}` for a planner event; `{"run"}` without requests.

    Raises InvalidInputError, InvalidDataError.
    """
    planner = DriftPlanner(
        wiring.environment(), wiring.predictors(), wiring.store(), wiring.registry()
    )
    return planner.plan(event)
