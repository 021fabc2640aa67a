"""Start the batch of an object that was created."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.batch.new_objects import start_batch


def handler(event: dict[str, Any], _context: object) -> str | None:
    """Return the name of the run that was started; None where the log says why there is none."""
    print(f"Told of {event}")  # the alarm on what could not be started leads to this line
    started = start_batch(
        event,
        environment=wiring.environment(),
        predictors=wiring.predictors(),
        executions=wiring.executions(),
    )
    print(started.sentence)
    return started.run
