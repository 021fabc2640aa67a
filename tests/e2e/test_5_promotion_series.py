"""Many promotions in a row under load, and promotions that are stopped in any of their states."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from autogluon_cli.embedded.control import ask
from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError
from autogluon_constructs.workflows.promote_definition import promote_definition
from autogluon_contracts.embedded_instance import EmbeddedInstance
from autogluon_contracts.names import endpoint_stack
from autogluon_contracts.shown.states import ShownState
from tests.e2e.caller import Caller
from tests.e2e.registered_versions import ROW, broken_version
from tests.e2e.support import (
    ENVIRONMENT,
    Account,
    Trained,
    Workflows,
    entered_states,
    invoke,
    live_model,
    package_of,
)
from tests.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("income_is_served_as_before")]

CALLERS, RATE = 20, 50  # of requests a second
BROKEN = (3, 7)
SLOW_SECONDS = 6
# A state, and the call that is slowed down so that a promotion is stopped in it or right after:
# one that goes well, and one that is undone. Where calls of the same kind come before, the call is
# only slowed down once the promotion has entered the state `after` which it comes.
STOPPED_IN: dict[str, dict[str, Any]] = {
    ShownState.PREPARE_PROMOTION: {"at": "lambda:Invoke"},
    "PutLiveModel": {"at": "ssm:PutParameter"},
    "ReadStack": {"at": "cloudformation:DescribeStacks"},
    ShownState.UPDATE_STACK: {"at": "cloudformation:UpdateStack"},
    ShownState.WAIT_FOR_STACK: {},
    ShownState.DESCRIBE_STACK: {
        "at": "cloudformation:DescribeStacks",
        "after": ShownState.WAIT_FOR_STACK,
    },
    ShownState.VERIFY_PROMOTION: {"at": "lambda:Invoke", "skip": 1},
    "RecordLiveModel": {"at": "sagemaker:UpdateModelPackage"},
}
UNDONE_IN: dict[str, dict[str, Any]] = {
    "ExplainStackFailure": {"at": "cloudformation:DescribeStackEvents"},
    "RecordFailedModel": {"at": "sagemaker:UpdateModelPackage"},
    "ReadLiveModel": {"at": "ssm:GetParameter", "after": "RecordFailedModel"},
    ShownState.RESTORE_LIVE_MODEL: {"at": "ssm:PutParameter", "skip": 1},
    ShownState.DESCRIBE_STACK_TO_RESTORE: {
        "at": "cloudformation:DescribeStacks",
        "after": ShownState.RESTORE_LIVE_MODEL,
    },
}
_PAUSE = "an endpoint that scales and gets another instance type: test_5_type_change"
_PUT_BACK = "a type or variant that goes back where one scales: infrastructure/test_promote_runs"
_RESTORE = "a stack that saw no failure: infrastructure/test_promote_runs"
ELSEWHERE = {
    "VerifyUnchanged": "it changes nothing",
    ShownState.READ_STACK_TO_PAUSE: _PAUSE,
    ShownState.PAUSE_SCALING: _PAUSE,
    ShownState.WAIT_FOR_PAUSE: _PAUSE,
    ShownState.DESCRIBE_PAUSED_STACK: _PAUSE,
    ShownState.READ_STACK_TO_PUT_BACK: _PUT_BACK,
    ShownState.PAUSE_TO_PUT_BACK: _PUT_BACK,
    ShownState.WAIT_TO_PUT_BACK: _PUT_BACK,
    ShownState.WAIT_TO_RESTORE_STACK: _RESTORE,
    ShownState.RESTORE_STACK: _RESTORE,
    ShownState.WAIT_FOR_RESTORED_STACK: _RESTORE,
    ShownState.DESCRIBE_RESTORED_STACK: _RESTORE,
}


@pytest.fixture(scope="module")
def versions(
    workflows: Workflows, income: Trained, example_uris: dict[str, dict[str, str]]
) -> list[str]:
    """Eight versions of models that differ, the one in service first."""
    uris = example_uris["income"]
    arns = [income.output["model_package_arn"]]
    for number in range(7):
        gbm = {"num_boost_round": 100, "learning_rate": 0.05 + number / 100}
        output = workflows.run(
            "train",
            {
                "predictor": "income",
                "train_data": uris["train"],
                "test_data": uris["test"],
                "fit_args": {"hyperparameters": {"GBM": gbm}},
                "promote": False,
            },
        )
        assert output["decision"] == "Approved"
        arns.append(output["model_package_arn"])
    return arns


@pytest.fixture
def faults(account: Account) -> Iterator[EmbeddedInstance]:
    found = EmbeddedInstance.of_folder(account.instance)
    assert found is not None
    yield found
    ask(found, "faults/clear", {})


def test_ten_promotions_under_load_lose_no_request_and_mix_no_answers(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    versions: list[str],
) -> None:
    endpoint = deployment.endpoint_name("income")
    alone = {_bits(invoke(account, endpoint, ROW)): versions[0]}
    live, others = versions[0], iter(versions[1:] + versions[:1])
    runtime = account.client("sagemaker-runtime")
    with ExitStack() as stack:
        begun = time.monotonic()
        callers = [
            stack.enter_context(Caller(runtime, endpoint, ROW, CALLERS / RATE))
            for _ in range(CALLERS)
        ]
        for number in range(10):
            if number in BROKEN:
                broken = broken_version(account, deployment, income, f"broken-{number}")
                known = len(_logged(account, endpoint, "this serving code is broken"))
                with pytest.raises(ExecutionFailedError, match="was rolled back by SageMaker"):
                    workflows.run("promote", {"predictor": "income", "model": broken})
                # `agcdk on` prints these last lines.
                assert len(_logged(account, endpoint, "this serving code is broken")) > known
            else:
                live = next(others)
                workflows.run("promote", {"predictor": "income", "model": live})
            _assert_all_agree(account, deployment, live)
            alone.setdefault(_bits(invoke(account, endpoint, ROW)), live)
        seconds = time.monotonic() - begun
    assert sum(len(caller.answers) for caller in callers) >= 0.95 * RATE * seconds
    assert [error for caller in callers for error in caller.errors] == []
    answers = {_bits(json.loads(answer)) for caller in callers for answer in caller.answers}
    assert len(alone) == len(versions)
    assert answers == set(alone)


@pytest.mark.parametrize("state", STOPPED_IN)
def test_a_promotion_after_one_that_was_stopped_finishes_or_undoes_it(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    versions: list[str],
    faults: EmbeddedInstance,
    state: str,
) -> None:
    before = income.output["model_package_arn"]
    with Caller(
        account.client("sagemaker-runtime"), deployment.endpoint_name("income"), ROW
    ) as caller:
        for target in versions[1:3]:
            _stop_in(account, workflows, faults, state, target)
            after = target if target == versions[1] else before
            output = workflows.run("promote", {"predictor": "income", "model": after})
            assert output["live_model"] == after
            _assert_all_agree(account, deployment, after)
    assert caller.errors == []


@pytest.mark.parametrize("state", UNDONE_IN)
def test_a_promotion_after_one_that_was_stopped_while_it_was_undone_is_as_any(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    versions: list[str],
    faults: EmbeddedInstance,
    state: str,
) -> None:
    before = income.output["model_package_arn"]
    broken = broken_version(account, deployment, income, f"undone-{state}")
    with Caller(
        account.client("sagemaker-runtime"), deployment.endpoint_name("income"), ROW
    ) as caller:
        for after in (versions[1], before):
            _stop_in(account, workflows, faults, state, broken)
            output = workflows.run("promote", {"predictor": "income", "model": after})
            assert output["live_model"] == after
            _assert_all_agree(account, deployment, after)
    assert caller.errors == []


def test_every_state_that_does_something_is_stopped_in_or_has_a_reason() -> None:
    states = promote_definition()["States"]
    doing = {name for name, state in states.items() if state["Type"] in ("Task", "Wait")}
    lists = [set(STOPPED_IN), set(UNDONE_IN), set(ELSEWHERE)]
    assert set.union(*lists) == doing
    assert sum(map(len, lists)) == len(doing)


def _stop_in(
    account: Account, workflows: Workflows, faults: EmbeddedInstance, state: str, target: str
) -> None:
    """Stop a promotion once it has entered a state."""
    states, slowed = account.client("stepfunctions"), {**STOPPED_IN, **UNDONE_IN}
    before = slowed[state].get("after")
    first = state if before is None else before
    _slow_down(faults, slowed[first])
    execution = workflows.start("promote", {"predictor": "income", "model": target})
    until(lambda: first in entered_states(account, execution), 300, f"the promotion enters {first}")
    if first != state:
        _slow_down(faults, slowed[state])
        until(lambda: state in entered_states(account, execution), 300, f"then it enters {state}")
    states.stop_execution(executionArn=execution)
    assert states.describe_execution(executionArn=execution)["status"] == "ABORTED"
    # A call that was on its way arrives all the same.
    time.sleep(SLOW_SECONDS)
    ask(faults, "faults/clear", {})


def _slow_down(faults: EmbeddedInstance, call: dict[str, Any]) -> None:
    given = {name: value for name, value in call.items() if name != "after"}
    if given:
        planned = {**given, "fault": "slow", "seconds": SLOW_SECONDS, "times": 1}
        ask(faults, "faults/add", {"version": 1, "faults": [planned]})


def _assert_all_agree(account: Account, deployment: Deployment, live: str) -> None:
    """The parameter, CloudFormation and SageMaker have the same version."""
    assert live_model(account, deployment, "income") == live
    sagemaker = account.client("sagemaker")
    endpoint = sagemaker.describe_endpoint(EndpointName=deployment.endpoint_name("income"))
    assert endpoint["EndpointStatus"] == "InService"
    assert package_of(sagemaker, endpoint) == live
    (stack,) = account.client("cloudformation").describe_stacks(
        StackName=endpoint_stack(ENVIRONMENT, "income")
    )["Stacks"]
    assert stack["StackStatus"] in ("UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
    resolved = {found["ParameterKey"]: found.get("ResolvedValue") for found in stack["Parameters"]}
    assert live in resolved.values()


def _logged(account: Account, endpoint: str, words: str) -> list[Any]:
    """Return the lines of the endpoint's containers with these words."""
    found: list[Any] = account.client("logs").filter_log_events(
        logGroupName=f"/aws/sagemaker/Endpoints/{endpoint}", filterPattern=f'"{words}"'
    )["events"]
    return found


def _bits(answer: list[dict[str, Any]]) -> str:
    return json.dumps(answer, sort_keys=True)
