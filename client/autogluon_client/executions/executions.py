"""Start Step Functions executions and wait for them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from autogluon_client.errors import ExecutionFailedError, NameTakenError

# Called with the name of every state the execution enters.
StateListener = Callable[[str], None]


def execution_arn_of(state_machine_arn: str, name: str) -> str:
    """ARN of the state machine's execution of that name."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name}"


def start_execution(
    session: Any, state_machine_arn: str, name: str, arguments: Mapping[str, Any]
) -> str:
    """Start an execution, or find the one that already has this name.

    A name stands for one run: starting it twice never does the work twice.

    Returns:
        The execution's ARN.

    Raises:
        NameTakenError: the execution of this name was started with other arguments.
    """
    states = session.client("stepfunctions")
    try:
        answer = states.start_execution(
            stateMachineArn=state_machine_arn, name=name, input=json.dumps(dict(arguments))
        )
    except states.exceptions.ExecutionAlreadyExists:
        arn = execution_arn_of(state_machine_arn, name)
        _require_same_input(states, arn, arguments)
        return arn
    execution_arn: str = answer["executionArn"]
    return execution_arn


def wait_for_execution(
    session: Any,
    execution_arn: str,
    *,
    on_state: StateListener | None = None,
    while_waiting: Callable[[], None] | None = None,
    poll_seconds: float = 1.0,
    longest_poll_seconds: float | None = None,
) -> dict[str, Any]:
    """Wait until an execution ends.

    Args:
        on_state: told of each state as it is entered.
        while_waiting: called at every poll.
        poll_seconds: time between two polls.
        longest_poll_seconds: what that time grows to, a tenth at each poll; None keeps it.

    Returns:
        The execution's output.

    Raises:
        ExecutionFailedError: it failed, timed out or was stopped.
    """
    states = session.client("stepfunctions")
    events_seen = 0
    while True:
        description = states.describe_execution(executionArn=execution_arn)
        if on_state is not None:
            events_seen = _report_new_states(states, execution_arn, events_seen, on_state)
        if while_waiting is not None:
            while_waiting()
        if description["status"] != "RUNNING":
            return output_of(description)
        time.sleep(poll_seconds)
        poll_seconds = max(poll_seconds, min(poll_seconds * 1.1, longest_poll_seconds or 0))


def output_of(description: Mapping[str, Any]) -> dict[str, Any]:
    """The output of an execution that has ended, from its DescribeExecution answer.

    Raises:
        ExecutionFailedError: it failed, timed out or was stopped.
    """
    if description["status"] != "SUCCEEDED":
        raise ExecutionFailedError(
            execution_arn=description["executionArn"],
            status=description["status"],
            error=description.get("error", ""),
            cause=description.get("cause", ""),
        )
    output: dict[str, Any] = json.loads(description["output"])
    return output


def _require_same_input(states: Any, arn: str, arguments: Mapping[str, Any]) -> None:
    first = json.loads(states.describe_execution(executionArn=arn)["input"])
    if first == dict(arguments):
        return
    differing = sorted(key for key in {*first, *arguments} if first.get(key) != arguments.get(key))
    raise NameTakenError(
        f"The name {arn.rpartition(':')[2]!r} belongs to an execution with another "
        f"{', '.join(differing)}; choose another name, or attach to that one by its name ({arn})."
    )


def _report_new_states(
    states: Any, execution_arn: str, events_seen: int, on_state: StateListener
) -> int:
    pages = states.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    events = [event for page in pages for event in page["events"]]
    for event in events[events_seen:]:
        if "stateEnteredEventDetails" in event:
            on_state(event["stateEnteredEventDetails"]["name"])
    return len(events)
