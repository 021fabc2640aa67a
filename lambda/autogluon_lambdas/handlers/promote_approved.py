"""Promote the model versions that people approve."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.promotion.approvals import Approvals


def handler(event: dict[str, Any], _context: object) -> list[str]:
    """Return the names of the promotions started for an event of the registry or a schedule."""
    approvals = Approvals(
        wiring.environment(), wiring.predictors(), wiring.registry(), wiring.executions()
    )
    return approvals.follow(event)
