"""Step Functions frees the name of an execution 90 days after its end."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from embedded_aws.server import EmbeddedAws
from tests.waiting import until


def test_a_name_is_free_after_90_days_and_the_execution_is_forgotten(
    aws: EmbeddedAws,
    client: Callable[[str], Any],
    make_role: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    states = client("stepfunctions")
    definition = {"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}
    machine = states.create_state_machine(
        name=f"m-{uuid.uuid4().hex[:8]}",
        definition=json.dumps(definition),
        roleArn=make_role("states.amazonaws.com"),
    )["stateMachineArn"]

    def start() -> str:
        arn: str = states.start_execution(stateMachineArn=machine, name="monday")["executionArn"]
        return arn

    def status(arn: str) -> Any:
        return states.describe_execution(executionArn=arn)["status"]

    first = start()
    until(lambda: status(first) == "SUCCEEDED", 30, "the execution has ended")
    now = aws.runtime.clock.now()
    monkeypatch.setattr(aws.runtime.clock, "now", lambda: now + timedelta(days=89))
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        start()

    monkeypatch.setattr(aws.runtime.clock, "now", lambda: now + timedelta(days=91))
    with pytest.raises(states.exceptions.ExecutionDoesNotExist):
        status(first)
    assert states.list_executions(stateMachineArn=machine)["executions"] == []
    assert start() == first
    described = states.describe_execution(executionArn=first)
    # As the history, the objects and the log lines of the execution have it.
    assert abs(described["startDate"] - now) < timedelta(days=1)
