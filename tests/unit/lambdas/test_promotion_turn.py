"""One promotion of a predictor at a time."""

from datetime import datetime

import pytest

from autogluon_contracts.names import promotion_lock
from autogluon_lambdas.logic.promotion.turn import take_turn
from autogluon_lambdas.models.errors import PredictorBusyError
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.ports import Lock, RunningExecution
from tests.fakes.lambda_environment import planner_event
from tests.fakes.lambda_ports import FakeExecutions, FakeLocks

OWN = Execution.from_event(planner_event({}))
MACHINE = OWN.arn.rpartition(":")[0]
MONDAY = f"{MACHINE}:monday"
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


def _take(locks: FakeLocks, executions: FakeExecutions | None = None) -> None:
    take_turn(
        locks,
        executions or FakeExecutions(),
        lock=promotion_lock("artifact-bucket", "income"),
        execution=OWN,
        predictor="income",
    )


def _by_monday(status: str | None, *running: RunningExecution) -> FakeExecutions:
    executions = FakeExecutions(*running)
    executions.statuses = {} if status is None else {MONDAY: status}
    return executions


def _running(name: str, started: str, predictor: object = "income") -> RunningExecution:
    moment = datetime.fromisoformat(started)
    return RunningExecution(f"{MACHINE}:{name}", name, moment, {"predictor": predictor})


def _held(seconds: float = 60) -> FakeLocks:
    return FakeLocks(Lock(MONDAY, seconds, "tag"))


def _holder(locks: FakeLocks) -> str | None:
    return None if locks.held is None else locks.held.holder


def test_the_first_promotion_of_a_predictor_takes_the_lock() -> None:
    locks = FakeLocks()

    _take(locks)

    assert _holder(locks) == OWN.arn


def test_an_execution_that_has_the_lock_keeps_it_whatever_else_runs() -> None:
    earlier = _running("monday", "2020-01-01T00:00:00+00:00")

    _take(FakeLocks(Lock(OWN.arn, 60, "tag")), _by_monday("RUNNING", earlier))


def test_a_promotion_that_the_list_does_not_show_yet_is_waited_for() -> None:
    with pytest.raises(PredictorBusyError) as caught:
        _take(_held(), _by_monday("RUNNING"))

    assert str(caught.value) == (
        'The promotion "monday" of predictor "income" is still running. Promote again when it '
        "has ended."
    )


@pytest.mark.parametrize("status", ENDED)
def test_a_lock_ends_with_its_execution_however_that_ends(status: str) -> None:
    locks = _held()

    _take(locks, _by_monday(status))

    assert _holder(locks) == OWN.arn


def test_a_lock_of_an_execution_that_is_not_known_is_stale_after_some_minutes() -> None:
    with pytest.raises(PredictorBusyError, match='"monday"'):
        _take(_held(299), _by_monday(None))

    locks = _held(301)
    _take(locks, _by_monday(None))
    assert _holder(locks) == OWN.arn


def test_of_two_that_see_the_same_stale_lock_one_takes_it() -> None:
    locks = FakeLocks(Lock(MONDAY, 60, "tag"), is_lost=True)

    with pytest.raises(PredictorBusyError, match="has just begun"):
        _take(locks, _by_monday("SUCCEEDED"))


def test_an_earlier_promotion_of_the_predictor_goes_first() -> None:
    locks = _held()
    earlier = _running("tuesday", "2020-01-01T00:00:00+00:00")

    with pytest.raises(PredictorBusyError, match='"tuesday" of predictor "income" is still'):
        _take(locks, _by_monday("FAILED", earlier))

    assert _holder(locks) == MONDAY


@pytest.mark.parametrize(
    "other",
    [
        _running("later", "2099-01-01T00:00:00+00:00"),
        _running("another", "2020-01-01T00:00:00+00:00", predictor="housing"),
        _running("nonsense", "2020-01-01T00:00:00+00:00", predictor=["income"]),
    ],
)
def test_later_promotions_and_other_predictors_are_not_waited_for(other: RunningExecution) -> None:
    locks = _held()

    _take(locks, _by_monday("SUCCEEDED", other))

    assert _holder(locks) == OWN.arn


def test_of_two_that_start_together_exactly_one_goes_first() -> None:
    moment = datetime.fromisoformat(OWN.started)
    itself = RunningExecution(OWN.arn, OWN.name, moment, {"predictor": "income"})
    _take(_held(), _by_monday("SUCCEEDED", itself))

    first = RunningExecution(OWN.arn[:-1], "b", moment, {"predictor": "income"})
    with pytest.raises(PredictorBusyError, match='"b"'):
        _take(_held(), _by_monday("SUCCEEDED", itself, first))
