"""Start the run of a schedule that has come due."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic import start_scheduled


def handler(event: dict[str, Any], _context: object) -> str | None:
    """Return the name of the run that was started; None where it had been started before."""
    return start_scheduled.start_scheduled(
        event,
        data_bucket=wiring.environment().data_bucket,
        executions=wiring.executions(),
        predictors=wiring.predictors(),
        registry=wiring.registry(),
    )
