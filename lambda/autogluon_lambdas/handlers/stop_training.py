"""Stop the training job of a run that failed, timed out or was stopped."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.training.stop import stop_training


def handler(event: dict[str, Any], _context: object) -> None:
    """Clean up after a `Step Functions Execution Status Change` of EventBridge."""
    stop_training(event, wiring.training_jobs())
