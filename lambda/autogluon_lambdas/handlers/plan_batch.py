"""Plan a batch: choose the model, inspect the data, build the requests."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.plan_batch import BatchPlanner


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the requests, or where the list of jobs is, and the batch for a planner event.

    `{"model_request", "request", "batch"}` for Batch Transform, for the bulk engine `{"request",
    "batch"}` with one job and `{"fan_out", "batch"}` with several.

    Raises InvalidInputError, InvalidDataError.
    """
    planner = BatchPlanner(
        wiring.environment(),
        wiring.predictors(),
        wiring.store(),
        wiring.registry(),
        wiring.endpoints(),
    )
    return planner.plan(event)
