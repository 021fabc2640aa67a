"""Stop what a failed, timed-out or stopped batch has started, and delete its model."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.batch.clean_up import clean_up_batch


def handler(event: dict[str, Any], _context: object) -> None:
    """Clean up after a `Step Functions Execution Status Change` of EventBridge."""
    clean_up_batch(event, wiring.batches())
