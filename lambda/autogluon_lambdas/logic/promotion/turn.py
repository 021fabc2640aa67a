"""Run one promotion of a predictor at a time: later ones wait for earlier ones.

Two that overlap would each put their model into the same parameter, and each undo the other. A
lock keeps them apart. It belongs to an execution and ends with it, however that ends, so that
nothing has to release it. Step Functions' list of executions only gives those that wait their
order: it is eventually consistent (API reference, ListExecutions), and may miss the latest ones.
"""

from datetime import datetime

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.models.errors import PredictorBusyError
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.ports import Executions, Lock, Locks

_RUNNING = "RUNNING"
# An execution that Step Functions does not know after that long is one of a state machine that was
# deleted; before, the answer may be old (DescribeExecution is eventually consistent, too).
_UNKNOWN_SECONDS = 300


def take_turn(
    locks: Locks,
    executions: Executions,
    *,
    lock: S3Location,
    execution: Execution,
    predictor: str,
) -> None:
    """Return when no other execution promotes a model of the predictor until this one has ended.

    Raises PredictorBusyError, which the state machine answers by asking again.
    """
    held = locks.take(lock, execution.arn)
    if held is None or held.holder == execution.arn:
        return
    if not _has_ended(held, executions):
        raise _busy(held.holder.rpartition(":")[2], predictor)
    # Only those that do not hold the lock look at the order, so that two never wait for each other.
    _require_first(executions, execution, predictor)
    if not locks.take_over(lock, execution.arn, held):
        raise PredictorBusyError(
            f'Another promotion of predictor "{predictor}" has just begun.',
            advice="Promote again when it has ended.",
        )


def _has_ended(held: Lock, executions: Executions) -> bool:
    status = executions.status(held.holder)
    if status is None:
        return held.held_seconds > _UNKNOWN_SECONDS
    return status != _RUNNING


def _require_first(executions: Executions, execution: Execution, predictor: str) -> None:
    running = executions.running(execution.state_machine_arn)
    started = next((found.started for found in running if found.arn == execution.arn), None)
    mine = (started or datetime.fromisoformat(execution.started), execution.arn)
    for other in running:
        same = isinstance(other.input, dict) and other.input.get("predictor") == predictor
        if same and (other.started, other.arn) < mine:
            raise _busy(other.name, predictor)


def _busy(name: str, predictor: str) -> PredictorBusyError:
    return PredictorBusyError(
        f'The promotion "{name}" of predictor "{predictor}" is still running.',
        advice="Promote again when it has ended.",
    )
