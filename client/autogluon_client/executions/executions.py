"""Start Step Functions executions and wait for them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from autogluon_client.errors import ExecutionFailedError, NameTakenError
from autogluon_contracts.shown.states import PLANNERS_NOTES, ShownState

# Short for what takes seconds, and within AWS's request quotas for what takes hours.
_FIRST_POLL_SECONDS, _LONGEST_POLL_SECONDS = 0.5, 5.0
_PLANNERS = (ShownState.PLAN_TRAINING, ShownState.PLAN_TUNING)


def execution_arn_of(state_machine_arn: str, name: str) -> str:
    """Return the ARN of the state machine's execution of that name."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name}"


def start_execution(
    session: Any, state_machine_arn: str, name: str, arguments: Mapping[str, Any]
) -> str:
    """Start an execution, or find the one that already has this name.

    A name identifies one run: starting it twice never does the work twice.

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
    show: Callable[[str], None] | None = None,
    tell: Callable[[str], None] = lambda _: None,
    poll_seconds: float = _FIRST_POLL_SECONDS,
    longest_poll_seconds: float = _LONGEST_POLL_SECONDS,
) -> dict[str, Any]:
    """Wait until an execution ends; client, command line and demo all wait in this loop.

    Args:
        show: called with the name of each state that the execution enters, and at every poll
            without a new one with the last name again; empty before the first state. Without it
            the execution's history is not read.
        tell: called, with `show`, with each sentence of the planner on the data.
        poll_seconds: time between two polls at first; it grows by a tenth at each poll.
        longest_poll_seconds: what it grows to.

    Returns:
        The execution's output.

    Raises:
        ExecutionFailedError: it failed, timed out or was stopped.
    """
    states = session.client("stepfunctions")
    state, last_event = "", 0
    while True:
        description = states.describe_execution(executionArn=execution_arn)
        if show is not None:
            events = _new_events(states, execution_arn, last_event)
            last_event = events[-1]["id"] if events else last_event
            entered = [
                event["stateEnteredEventDetails"]["name"]
                for event in events
                if "stateEnteredEventDetails" in event
            ]
            for sentence in _planners_notes(events):
                tell(sentence)
            for name in entered or [state]:
                show(name)
            state = entered[-1] if entered else state
        if description["status"] != "RUNNING":
            return output_of(description)
        time.sleep(poll_seconds)
        poll_seconds = max(poll_seconds, min(poll_seconds * 1.1, longest_poll_seconds))


def _planners_notes(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the sentences on the data in the output of a planner's state."""
    for event in events:
        exited = event.get("stateExitedEventDetails", {})
        if exited.get("name") not in _PLANNERS or "output" not in exited:
            continue
        if not exited.get("outputDetails", {}).get("truncated"):
            yield from json.loads(exited["output"]).get("run", {}).get(PLANNERS_NOTES, ())


def output_of(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return the output of an execution that has ended, from its DescribeExecution answer.

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
        f"The name {arn.rpartition(':')[2]!r} belongs to a run with another "
        f"{', '.join(differing)} ({arn}).",
        execution_arn=arn,
        differing=differing,
        advice="Choose another name, or attach to that run by its name.",
    )


def _new_events(states: Any, execution_arn: str, after: int) -> list[dict[str, Any]]:
    """Return the events that follow the one of the id `after`, the first of them first."""
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=execution_arn, reverseOrder=True
    )
    found: list[dict[str, Any]] = []
    for page in pages:
        for event in page["events"]:
            if event["id"] <= after:
                return found[::-1]
            found.append(event)
    return found[::-1]
