"""Switch an endpoint's scaling on again where a promotion was stopped or timed out."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.promotion.resume_scaling import ScalingResumer


def handler(event: dict[str, Any], _context: object) -> str | None:
    """Return the promotion started for a `Step Functions Execution Status Change`, if any."""
    resumer = ScalingResumer(
        wiring.environment(), wiring.predictors(), wiring.stacks(), wiring.executions()
    )
    return resumer.resume(event)
