"""A promotion that was ended between its two updates is followed by one that scales again."""

import json
from typing import Any

import pytest

from autogluon_lambdas.logic.promotion.resume_scaling import ScalingResumer
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.ports import StackState
from tests.fakes.lambda_environment import VARIABLES
from tests.fakes.lambda_ports import FakeExecutions, FakePredictors, FakeStacks
from tests.fakes.sandbox import GROUP_ARN, MACHINES, spec

STACK = "autogluon-sandbox-income-endpoint"
LIVE = f"{GROUP_ARN}/1"
PAUSED = StackState("UPDATE_COMPLETE", {}, {"Scaling": "off"})
INCOME = json.dumps({"predictor": "income", "model": 2, "instance_type": "ml.m5.xlarge"})


class After:
    """The function, and an account in which promotions end."""

    def __init__(
        self, stack: StackState | None = PAUSED, *, live: str = LIVE, autoscaled: bool = True
    ) -> None:
        endpoint = {**spec()["endpoint"], "autoscaled": autoscaled}
        self.executions = FakeExecutions()
        self._resumer = ScalingResumer(
            Environment({**VARIABLES, "PROMOTE_STATE_MACHINE_ARN": MACHINES["promote"]}),
            FakePredictors(spec(endpoint=endpoint), live=live),
            FakeStacks(**({} if stack is None else {STACK: stack})),
            self.executions,
        )

    def end(self, name: str = "mine", status: str = "ABORTED", **detail: Any) -> str | None:
        arn = f"{MACHINES['promote'].replace(':stateMachine:', ':execution:')}:{name}"
        event = {"executionArn": arn, "name": name, "status": status, "stopDate": 1, "error": None}
        return self._resumer.resume({"detail": {**event, "input": INCOME, **detail}})


@pytest.mark.parametrize(
    "ended",
    [
        {"status": "ABORTED"},
        {"status": "TIMED_OUT"},
        {"status": "FAILED", "error": "States.Runtime"},
    ],
)
def test_what_is_live_is_promoted_once_more(ended: dict[str, str]) -> None:
    after = After()

    name = after.end(**ended)

    assert name is not None
    assert name.startswith("scaling-income-")
    assert after.executions.started == {name: {"predictor": "income", "model": LIVE}}
    assert after.executions.machines == {name: MACHINES["promote"]}


def test_an_event_that_comes_twice_starts_one_promotion_and_a_later_end_another() -> None:
    after = After()

    assert after.end() is not None
    assert after.end() is None
    assert after.end(stopDate=2) is not None


def test_an_update_under_way_is_left_to_the_promotions_turn() -> None:
    assert After(StackState("UPDATE_IN_PROGRESS", {}, {"Scaling": "off"})).end() is not None


@pytest.mark.parametrize(
    "stack",
    [
        None,
        StackState("UPDATE_COMPLETE", {}, {"Scaling": "on"}),
        StackState("UPDATE_COMPLETE", {}, {}),
        StackState("DELETE_IN_PROGRESS", {}, {"Scaling": "off"}),
    ],
)
def test_what_scales_or_goes_is_left(stack: StackState | None) -> None:
    assert After(stack).end() is None


def test_without_a_live_model_or_scaling_nothing_is_promoted() -> None:
    assert After(live="none").end() is None
    assert After(autoscaled=False).end() is None


def test_a_promotion_that_failed_has_seen_to_scaling_itself() -> None:
    assert After().end(status="FAILED", error="PromotionError") is None


@pytest.mark.parametrize("text", [None, "{}", '{"predictor": "../x"}'])
def test_an_input_that_names_no_predictor_changed_nothing(text: str | None) -> None:
    assert After().end(input=text) is None


def test_it_is_not_tried_for_ever() -> None:
    after = After()
    name = after.end()
    assert name is not None

    assert after.end(name) is None
