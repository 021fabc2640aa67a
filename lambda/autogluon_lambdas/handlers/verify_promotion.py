"""Verify a promotion: check that the endpoint runs the promoted version."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.promotion.verify import PromotionVerifier


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the outcome of `{"promotion"}`; raises PromotionError."""
    return PromotionVerifier(wiring.predictors(), wiring.endpoints()).verify(event)
