"""Try one state without a state machine: its output, its error, and how it got there."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.api import StateMachineType
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError, ProgramRunning
from moto.stepfunctions.parser.mocking.mock_config import (
    MockedResponseReturn,
    MockedResponseThrow,
    MockTestCase,
    StateMockedResponses,
)

from embedded_aws.stepfunctions.definitions.reading import load_program
from embedded_aws.stepfunctions.execution.execution import ExecutionDetails, ExecutionOrder
from embedded_aws.stepfunctions.execution.history import History
from embedded_aws.stepfunctions.library.moto_replacements import error_matches, variables_of

_LONGEST_SECONDS = 300  # AWS gives a tested state five minutes
_END = "the end"
# component of a state -> what the inspection data call its value
_INSPECTED = {
    "input_path": "afterInputPath",
    "result_selector": "afterResultSelector",
    "result_path": "afterResultPath",
}


@dataclass(frozen=True)
class Trial:
    """A state to try. `mock` is its result, or its error and cause; None calls the service."""

    name: str
    state: dict[str, Any]
    language: str
    order: ExecutionOrder
    variables: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    mock: Any = None
    mock_error: tuple[str, str] | None = None
    is_mocked: bool = False
    retries: int = 0  # of the retrier that matches, so far


def try_state(trial: Trial) -> dict[str, Any]:
    """Return TestState's answer, with all inspection data."""
    program = load_program(json.dumps(_alone(trial)))
    environment = _environment(trial)
    inspected: dict[str, Any] = {"input": trial.order.input_text}
    failures: list[dict[str, str]] = []
    component = program.states.states[trial.name]
    _inspect(component, inspected, failures, trial.language)
    environment.next_state_name = trial.name
    thread = threading.Thread(
        target=EvalComponent.eval, args=(program, environment), name="tried state", daemon=True
    )
    thread.start()
    thread.join(_LONGEST_SECONDS)
    if thread.is_alive():
        environment.set_timed_out()
        failures.append({"error": "States.Timeout", "cause": "The state took over five minutes."})
    inspected["variables"] = json.dumps(variables_of(environment))
    return _answer(trial, environment, failures, inspected)


def _answer(
    trial: Trial, environment: Any, failures: list[dict[str, str]], inspected: dict[str, Any]
) -> dict[str, Any]:
    state = environment.program_state()
    failure = None
    if isinstance(state, ProgramError | ProgramRunning):
        details = getattr(state, "error", None) or {}
        failure = {key: details.get(key) or "" for key in ("error", "cause")}
    error = failures[-1] if failures else failure
    if error is not None:
        retry = _retrier(trial, error["error"])
        if retry is not None:
            inspected["errorDetails"] = retry
            return {"status": "RETRIABLE", **error, "inspectionData": inspected}
    events = environment.event_manager.events()
    entered = [event for event in events if "stateEnteredEventDetails" in event]
    left = next((event for event in events if "stateExitedEventDetails" in event), None)
    if failure is not None or left is None:
        return {"status": "FAILED", **(error or {}), "inspectionData": inspected}
    answer = {"output": left["stateExitedEventDetails"]["output"], "inspectionData": inspected}
    following = entered[1]["stateEnteredEventDetails"]["name"] if len(entered) > 1 else None
    if following is not None:
        answer["nextState"] = trial.name if following == _END else following
    if failures:
        catchers = trial.state.get("Catch", [])
        index = next(i for i, c in enumerate(catchers)
                     if error_matches(failures[-1]["error"], c["ErrorEquals"]))  # fmt: skip
        inspected["errorDetails"] = {"catchIndex": index}
        return {"status": "CAUGHT_ERROR", **failures[-1], **answer}
    return {"status": "SUCCEEDED", **answer}


def _alone(trial: Trial) -> dict[str, Any]:
    """Return a machine of the state without its retriers, and an end for each transition."""
    state = {key: value for key, value in trial.state.items() if key != "Retry"}
    if state["Type"] in ("Map", "Parallel"):  # mocked: only what follows the result is left
        kept = {"Type", "Next", "End", "Catch", "Output", "Assign", "ResultPath", "ResultSelector",
                "InputPath", "OutputPath", "QueryLanguage"}  # fmt: skip
        state = {key: value for key, value in state.items() if key in kept}
        arguments = "Arguments" if trial.language == "JSONata" else "Parameters"
        state |= {
            "Type": "Task",
            "Resource": "arn:aws:states:::events:putEvents",
            arguments: {"Entries": []},
        }
    state = json.loads(json.dumps(state))
    rules = [state, *state.get("Choices", []), *state.get("Catch", [])]
    targets = set()
    for rule in rules:
        for key in ("Next", "Default"):
            if key in rule:
                rule[key] = _END if rule[key] == trial.name else rule[key]
                targets.add(rule[key])
    return {
        "QueryLanguage": trial.language,
        "StartAt": trial.name,
        "States": {trial.name: state, **{name: {"Type": "Succeed"} for name in targets}},
    }


def _environment(trial: Trial) -> Any:
    order = trial.order
    context = {
        "Execution": {
            "Id": order.arn,
            "Input": json.loads(order.input_text),
            "Name": order.name,
            "RoleArn": getattr(order.session, "role_arn", None),
            "StartTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        },
        "StateMachine": {"Id": order.machine_arn, "Name": order.machine_name},
    }
    for key, value in trial.context.items():
        context[key] = {**context.get(key, {}), **value} if isinstance(value, dict) else value
    environment = Environment(
        aws_execution_details=ExecutionDetails(order),
        execution_type=StateMachineType.STANDARD,
        context=context,
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
        mock_test_case=_mocked(trial),
    )
    environment.states.reset(input_value=json.loads(order.input_text))
    environment.event_manager = History(None, lambda: None)
    for name, value in trial.variables.items():
        environment.variable_store.set(variable_identifier=name, variable_value=value)
    return environment


def _mocked(trial: Trial) -> Any:
    if not trial.is_mocked:
        return None
    response: Any
    if trial.mock_error is not None:
        error, cause = trial.mock_error
        response = MockedResponseThrow(range_start=0, range_end=0, error=error, cause=cause)
    else:
        response = MockedResponseReturn(range_start=0, range_end=0, payload=trial.mock)
    responses = StateMockedResponses(
        state_name=trial.name, mocked_response_name="mock", mocked_responses=[response]
    )
    return MockTestCase(
        state_machine_name="tried", test_case_name="tried", state_mocked_responses_list=[responses]
    )


def _inspect(
    component: Any, inspected: dict[str, Any], failures: list[dict[str, str]], language: str
) -> None:
    """Let the parts of a state note what they evaluate to, and its catchers what they handle."""
    arguments = "afterArguments" if language == "JSONata" else "afterParameters"
    for part, name in {**_INSPECTED, "parargs": arguments, "parameters": arguments}.items():
        inner = getattr(component, part, None)
        if inner is not None:
            inner._eval_body = _noting(inner._eval_body, name, inspected)
    if hasattr(component, "_eval_execution"):
        component._eval_execution = _noting(component._eval_execution, "result", inspected)
    if hasattr(component, "_handle_catch"):
        original = component._handle_catch

        def handle(env: Any, failure_event: Any) -> None:
            details = component._construct_error_output_value(failure_event)
            failures.append({"error": details["Error"], "cause": details["Cause"]})
            original(env=env, failure_event=failure_event)

        component._handle_catch = handle


def _noting(
    original: Callable[..., None], name: str, inspected: dict[str, Any]
) -> Callable[..., None]:
    def evaluate(env: Any) -> None:
        original(env)
        inspected[name] = json.dumps(env.stack[-1], separators=(",", ":"), ensure_ascii=False)

    return evaluate


def _retrier(trial: Trial, error: str) -> dict[str, Any] | None:
    """Return the errorDetails of the retrier that would try again; None where none would."""
    for index, retrier in enumerate(trial.state.get("Retry", [])):
        if error_matches(error, retrier["ErrorEquals"]):
            if trial.retries >= retrier.get("MaxAttempts", 3):
                return None
            seconds = retrier.get("IntervalSeconds", 1) * (
                retrier.get("BackoffRate", 2.0) ** trial.retries
            )
            seconds = min(seconds, retrier.get("MaxDelaySeconds", seconds))
            return {"retryIndex": index, "retryBackoffIntervalSeconds": int(seconds)}
    return None
