"""Run one promotion of a predictor at a time: later ones wait for earlier ones.

Two that overlap would each put their model into the same parameter, and each undo the other.
"""

from datetime import datetime

from autogluon_lambdas.models.errors import PredictorBusyError
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.ports import Executions


def require_turn(executions: Executions, execution: Execution, predictor: str) -> None:
    """Return if no earlier execution promotes a model of the predictor.

    Only earlier ones are waited for, so that two never wait for each other.

    Raises PredictorBusyError, which the state machine answers by asking again.
    """
    running = executions.running(execution.state_machine_arn)
    started = next((found.started for found in running if found.arn == execution.arn), None)
    mine = (started or datetime.fromisoformat(execution.started), execution.arn)
    for other in running:
        same = isinstance(other.input, dict) and other.input.get("predictor") == predictor
        if same and (other.started, other.arn) < mine:
            raise PredictorBusyError(
                f'The promotion "{other.name}" of predictor "{predictor}" is still running.',
                advice="Promote again when it has ended.",
            )
