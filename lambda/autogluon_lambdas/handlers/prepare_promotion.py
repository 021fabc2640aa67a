"""Prepare a promotion: choose an approved version, check that the endpoint's stack is free."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.promotion.prepare import PromotionPreparer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return `{"promotion"}` for a planner event; raises InvalidInputError, PromotionError."""
    preparer = PromotionPreparer(
        wiring.environment(),
        wiring.predictors(),
        wiring.registry(),
        wiring.stacks(),
        wiring.executions(),
        wiring.store(),
        wiring.locks(),
    )
    return preparer.prepare(event)
