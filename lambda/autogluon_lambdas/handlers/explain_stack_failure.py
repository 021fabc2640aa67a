"""Explain why the update of an endpoint's stack failed."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.promotion.stack_failure import StackFailure


def handler(event: dict[str, Any], _context: object) -> str:
    """Return a sentence about `{"stack_name", "status", "client_request_token"}`."""
    return StackFailure(wiring.stacks()).explain(event)
