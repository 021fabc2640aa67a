"""The operation TestState: run one state, against services or with a mock of its result."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.runtime import Runtime
from embedded_aws.stepfunctions.definitions.machine import find_problems
from embedded_aws.stepfunctions.definitions.reading import find_state
from embedded_aws.stepfunctions.execution.execution import ExecutionOrder
from embedded_aws.stepfunctions.execution.role_session import RoleSession
from embedded_aws.stepfunctions.execution.tried_state import Trial, try_state
from embedded_aws.stepfunctions.library.integration_fields import find_result_problems

_NAME = "TestState"
_UNSUPPORTED = ("errorCausedByState", "mapIterationFailureCount", "mapItemReaderData")


class TriedStatesApi:
    """Tries states."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def answer(self, call: ApiCall) -> dict[str, Any]:
        """Answer TestState."""
        params = call.params
        _refuse_unsupported(params)
        name, state, language = _state_of(params)
        mocked = params.get("mock") or {}
        result = _json(mocked["result"], "mock.result") if "result" in mocked else None
        error = mocked.get("errorOutput")
        if "result" in mocked and error is not None:
            raise _invalid("A test mock should have only one of the following fields: [result, "
                           "errorOutput].")  # fmt: skip
        if state["Type"] in ("Map", "Parallel") and not mocked:
            raise _invalid(f"The embedded AWS tries a {state['Type']} state only with a mock.")
        if mocked and state["Type"] not in ("Task", "Map", "Parallel"):
            raise _invalid(f"A mock is not supported for a {state['Type']} state.")
        _check_mock(state, mocked, result)
        needs_role = state["Type"] == "Task" and not mocked
        if needs_role and "roleArn" not in params:
            raise _invalid("roleArn is required to test a Task state without a mock.")
        trial = Trial(
            name=name,
            state=state,
            language=language,
            order=self._order(call, needs_role=needs_role),
            variables=_json(params.get("variables") or "{}", "variables"),
            context=_json(params.get("context") or "{}", "context"),
            mock=result,
            mock_error=None if error is None else (error.get("error"), error.get("cause")),
            is_mocked=bool(mocked),
            retries=(params.get("stateConfiguration") or {}).get("retrierRetryCount", 0),
        )
        answer = try_state(trial)
        if params.get("inspectionLevel", "INFO") == "INFO":
            del answer["inspectionData"]
        return answer

    def _order(self, call: ApiCall, *, needs_role: bool) -> ExecutionOrder:
        arn = f"arn:aws:states:{call.region}:{call.account_id}:{{}}:{_NAME}"
        machine = arn.format("stateMachine")
        session: Any = _NoRole()
        if needs_role:
            role = call.params["roleArn"]
            session = RoleSession(self._runtime, role, _NAME, call.region, machine)
        given = call.params.get("input") or "{}"
        _json(given, "input")
        return ExecutionOrder(
            name=_NAME,
            arn=f"{arn.format('execution')}:{_NAME}",
            machine_name=_NAME,
            machine_arn=machine,
            definition="{}",
            session=session,
            run_map=_no_map,
            account_id=call.account_id,
            region=call.region,
            input_text=given,
        )


@dataclass(frozen=True)
class _NoRole:
    """The session of a state that calls nothing."""

    role_arn: str = ""


def _no_map(_env: Any, _name: str) -> Any:
    raise RuntimeError("a tried state has no Map Run")


def _state_of(params: dict[str, Any]) -> tuple[str, dict[str, Any], str]:
    """Return the name, the state and its query language; raises ApiError InvalidDefinition."""
    text = params["definition"]
    name = params.get("stateName")
    if name is not None:
        _check(text)
        try:
            state = find_state(text, name)
        except StopIteration:
            raise _invalid(f"State '{name}' not found in definition.") from None
        whole = json.loads(text).get("QueryLanguage", "JSONPath")
        return name, state, state.get("QueryLanguage", whole)
    try:
        state = json.loads(text)
    except ValueError as error:
        raise _refused(f"INVALID_JSON_DESCRIPTION: {error}") from error
    if not isinstance(state, dict):
        raise _refused("SCHEMA_VALIDATION_FAILED: Expected value of type Object")
    _check(_around(state))
    return _NAME, state, state.get("QueryLanguage", "JSONPath")


def _around(state: dict[str, Any]) -> str:
    """Return a machine of the state, in which its transitions end."""
    rules = [state]
    for field in ("Choices", "Catch"):
        found = state.get(field)
        rules += (
            [rule for rule in found if isinstance(rule, dict)] if isinstance(found, list) else []
        )
    targets = {rule.get(key) for rule in rules for key in ("Next", "Default")}
    ends = {name: {"Type": "Succeed"} for name in targets if isinstance(name, str)}
    machine: dict[str, Any] = {"StartAt": _NAME, "States": {**ends, _NAME: state}}
    return json.dumps(machine)


def _check(definition: str) -> None:
    problems = find_problems(definition)
    if problems:
        raise _refused(", ".join(str(problem) for problem in problems))


def _refuse_unsupported(params: dict[str, Any]) -> None:
    if params.get("inspectionLevel") == "TRACE" or params.get("revealSecrets"):
        raise _invalid(
            "The embedded AWS does not support the inspection level TRACE, which shows HTTP tasks."
        )
    for field in _UNSUPPORTED:
        if field in (params.get("stateConfiguration") or {}):
            raise _invalid(f"The embedded AWS does not support stateConfiguration.{field}.")


def _check_mock(state: dict[str, Any], mocked: dict[str, Any], result: Any) -> None:
    """Raise ApiError where a mocked result is not what the service's API answers."""
    mode = mocked.get("fieldValidationMode", "STRICT")
    if mode == "NONE" or "result" not in mocked or state["Type"] != "Task":
        return
    try:
        problems = find_result_problems(state["Resource"], result, is_strict=mode == "STRICT")
    except LookupError:
        raise _invalid(
            f"The embedded AWS does not support fieldValidationMode {mode} for mocks of "
            f"{state['Resource']}; it supports NONE."
        ) from None
    if problems:
        raise _invalid(f"Mock result schema validation error: {', '.join(problems)}")


def _json(text: str, field: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        code = "InvalidExecutionInput" if field == "input" else "ValidationException"
        raise ApiError(code, f"Invalid {field}: '{error}'") from error


def _refused(reason: str) -> ApiError:
    return ApiError("InvalidDefinition", f"Invalid State Machine Definition: '{reason}'")


def _invalid(message: str) -> ApiError:
    return ApiError("ValidationException", message)
