"""Report a failed, timed-out or stopped execution to the failure topic."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.failure_message import report_failure


def handler(event: dict[str, Any], _context: object) -> None:
    """Publish one message for a `Step Functions Execution Status Change` of EventBridge."""
    report_failure(event, environment=wiring.environment().name, topic=wiring.topic())
