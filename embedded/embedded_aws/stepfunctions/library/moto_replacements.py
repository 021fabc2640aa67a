"""Replacements for parts of moto's Step Functions interpreter, with their reasons.

Each function replaces one plug point of `moto_patches` and has its signature; a wrapper takes
moto's own function as its argument.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.query_language import (
    QueryLanguage,
    QueryLanguageMode,
)
from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import (
    MaxAttemptsOutcome,
)
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringIntrinsicFunction,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (  # noqa: E501
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.eval.callback.callback import HeartbeatTimedOut
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from embedded_aws.stepfunctions.library.jsonata_engine import JsonataError, evaluate
from embedded_aws.stepfunctions.library.jsonpath_replacements import parse_intrinsic
from embedded_aws.stepfunctions.library.task_failure import task_failure

_PENDING = "embedded_aws_pending_assignments"
# The interpreter names a field after the class that evaluates it: `SecondsJSONata`, `ItemsDecl`.
_CLASS_SUFFIX = re.compile(r"(StringJSONata|JSONata\w*|StringExpression|Decl)$")
# No `States.ALL` catches these.
_TERMINAL_ERRORS = {"States.DataLimitExceeded", "States.Runtime"}


def evaluate_jsonata(self: Any, env: Any) -> None:
    """Bind values as values: moto writes them into the expression's text, which quotes break."""
    states = {
        key: value
        for key, value in env.states._states_data.items()
        if value is not None or key in ("input", "context")
    }
    try:
        value = evaluate(self.expression, {**variables_of(env), "states": states})
    except JsonataError as error:
        raise evaluation_failure(env, self.expression, str(error)) from error
    env.stack.append(value)


def stay_in_field(_self: Any) -> None:
    """Keep the outer field's name for errors: a value has no field name of its own."""


def evaluate_variable(self: Any, env: Any) -> None:
    """Evaluate a `$variable.path` in a JSONPath state."""
    bindings = variables_of(env)
    if self.query_language_mode.name == "JSONata":
        bindings["states"] = env.states._states_data
    try:
        env.stack.append(evaluate(self.expression, bindings))
    except JsonataError as error:
        raise evaluation_failure(env, self.expression, str(error)) from error


def assign_later(self: Any, env: Any) -> None:
    """Show Assign and Output the values from before the state; moto assigned first."""
    declarations: dict[str, Any] = {}
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        declarations.update(env.stack.pop())
    env.heap[_PENDING] = declarations


def describe_exit(original: Callable[..., Any]) -> Callable[..., Any]:
    """Assign the variables as the last thing before a state is left."""

    def _get_state_exited_event_details(self: Any, env: Any) -> Any:
        for name, value in env.heap.pop(_PENDING, {}).items():
            env.variable_store.set(variable_identifier=name, variable_value=value)
        return original(self, env)

    return _get_state_exited_event_details


def get_assigned_variables(self: Any) -> dict[str, str]:
    """Return the variables as JSON texts, also for strings with quotes in them."""
    return {name: json.dumps(self.get(name)) for name in self._declaration_tracing}


def match_error(self: Any, env: Any) -> None:
    """Match ErrorEquals by AWS's rules for `States.ALL` and `States.TaskFailed`."""
    name = env.stack.pop().error_name
    env.stack.append(error_matches(name, [error.error_name for error in self.error_names]))


def error_matches(name: str | None, wanted: Collection[str]) -> bool:
    """Return whether an error is one of those in an ErrorEquals."""
    matches = name in wanted
    if "States.ALL" in wanted:
        matches = matches or name not in _TERMINAL_ERRORS
    if "States.TaskFailed" in wanted:
        matches = matches or name not in {"States.Timeout", *_TERMINAL_ERRORS}
    return matches


def keep_error_name(self: Any, error_name: str | None) -> None:
    """Accept a branch that fails with a `States.` error; moto crashed on it."""
    self.error_name = error_name


def choose(original: Callable[..., None]) -> Callable[..., None]:
    """Fail with `States.NoChoiceMatched` when no rule matches and there is no Default."""

    def _eval_state(self: Any, env: Any) -> None:
        try:
            original(self, env)
        except RuntimeError as error:
            if self.default_state is not None or "No branching option" not in str(error):
                raise
            raise _execution_failure(
                env,
                "States.NoChoiceMatched",
                f"No choice rule of state '{self.name}' matched, and it has no Default.",
            ) from error

    return _eval_state


def write_output(original: Callable[..., None]) -> Callable[..., None]:
    """Let a state's Catch handle a failure of its Output; moto caught only the task's own."""

    def _eval_state_output(self: Any, env: Any) -> None:
        try:
            original(self, env)
        except FailureEventException as failure:
            if not self.catch:
                raise
            error_output = self._construct_error_output_value(failure.failure_event)
            env.states.set_error_output(error_output)
            self._handle_catch(env=env, failure_event=failure.failure_event)
            if env.stack[-1] != CatchOutcome.Caught:
                raise

    return _eval_state_output


def wait_by_the_clock(_self: Any, env: Any, wait_seconds: float) -> None:
    """Wait by the clock that tests can move; moto waited by the machine's."""
    env.aws_execution_details.session.clock.wait(wait_seconds, lambda: not env.is_running())


def retry_by_the_clock(self: Any, env: Any) -> None:
    """Wait for the next attempt by the clock, until the execution ends; moto slept regardless."""
    self.error_equals.eval(env=env)
    if not env.stack.pop():
        env.stack.append(RetrierOutcome.Skipped)
        return
    self.max_attempts.eval(env=env)
    if env.stack.pop() == MaxAttemptsOutcome.EXHAUSTED:
        env.stack.append(RetrierOutcome.Failed)
        return
    # Each takes the seconds so far from the stack and leaves its own there.
    parts = (self.interval_seconds, self.backoff_rate, self.max_delay_seconds, self.jitter_strategy)
    for part in parts:
        part.eval(env=env)
    wait_by_the_clock(self, env, env.stack.pop())
    env.stack.append(RetrierOutcome.Executed)


def seconds_until(self: Any, env: Any) -> int:
    """Return the seconds until a Wait's Timestamp; moto compared UTC with local time."""
    self.string.eval(env=env)
    text = env.stack.pop()
    moment: datetime | None = self._from_timestamp_string(timestamp=text)
    if moment is None:
        raise FailureEventException(self._create_failure_event(env, text))
    now: datetime = env.aws_execution_details.session.clock.now()
    return math.ceil((moment.replace(tzinfo=UTC) - now).total_seconds())


def read_literal(parser_rule_context: Any) -> Any:
    """Read a string of the definition by JSON's rules; moto used Python's, which break emoji."""
    text: str = parser_rule_context.getText()
    return json.loads(text) if text.startswith('"') else text


def read_inner_string(original: Callable[..., Any]) -> Callable[..., Any]:
    """Read names, keys and assigned texts by JSON's rules; moto left their escapes in."""

    def _inner_string_of(_self: Any, parser_rule_context: Any) -> Any:
        literal = original(parser_rule_context)
        return None if literal is None else read_literal(parser_rule_context)

    return _inner_string_of


class SeparateParser(Preprocessor):  # type: ignore[misc] # moto is untyped
    """Reads one definition; moto's readers shared the nesting of query languages.

    Two definitions that were read at once, or one that failed half-way, changed the language of
    the next.
    """

    def __init__(self) -> None:
        super().__init__()
        self._query_language_per_scope: list[Any] = []

    def _open_query_language_scope(self, parse_tree: Any) -> None:
        """Let states below a JSONata state have the whole workflow's JSONPath, as on AWS."""
        try:
            super()._open_query_language_scope(parse_tree)
        except ValueError:
            self._query_language_per_scope.append(QueryLanguage(QueryLanguageMode.JSONPath))

    def visitString_intrinsic_function(self, ctx: Any) -> Any:  # noqa: N802 - moto's name
        """Read the call's text by JSON's rules, and refuse one that does not parse."""
        text = json.loads(ctx.STRINGINTRINSICFUNC().getText())
        return StringIntrinsicFunction(
            intrinsic_function_derivation=text, function=parse_intrinsic(text)
        )


def wait_with_heartbeats(
    _self: Any, env: Any, callback_endpoint: Any, heartbeat_endpoint: Any
) -> Any:
    """Wait for a token's outcome; moto missed one that came while the Lambda was still called."""
    while env.is_running():
        outcome = callback_endpoint.get_outcome()
        if outcome is not None:
            return outcome
        is_alive = heartbeat_endpoint.clear_and_wait()
        if not is_alive and env.is_running():
            return callback_endpoint.get_outcome() or HeartbeatTimedOut()
    return None


def session_of_execution(_self: Any, env: Any) -> Any:
    """Give a task its execution's session of the role; moto's had no credentials."""
    return env.aws_execution_details.session


def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """Return a client of the session that `session_of_execution` gives to the task."""
    return state_credentials.client(service, region)


def variables_of(env: Any) -> dict[str, Any]:
    """Return the variables that a state can read, by name."""
    store = env.variable_store
    return {**store._outer_scope, **store._inner_scope}


def evaluation_failure(env: Any, expression: str, reason: str, field: str | None = None) -> Any:
    """Return the exception that fails a state over an expression in `field`."""
    verb = (
        reason if reason.startswith("returned ") else f"threw an error during evaluation: {reason}"
    )
    field = field or _CLASS_SUFFIX.sub("", env.next_field_name or "")
    cause = f"The JSONata expression '{expression}' specified for the field '{field}' {verb}."
    error = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    details = EventDetails(
        evaluationFailedEventDetails=EvaluationFailedEventDetails(
            error=error.error_name, cause=cause, location=field
        )
    )
    failure = FailureEventException(
        FailureEvent(
            env=env,
            error_name=error,
            event_type=HistoryEventType.EvaluationFailed,
            event_details=details,
        )
    )
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=HistoryEventType.EvaluationFailed,
        event_details=details,
    )
    return failure


def run_map(original: Callable[..., None]) -> Callable[..., None]:
    """Run a distributed Map as child executions; moto ran the items inside the parent."""

    def _eval_execution(self: Any, env: Any) -> None:
        if isinstance(self.iteration_component, DistributedIterationComponent):
            env.stack.append(env.aws_execution_details.run_map(env, self.name))
        else:
            original(self, env)

    return _eval_execution


def _execution_failure(env: Any, error: str, cause: str) -> Any:
    return task_failure(env, error, cause, resource="choice", resource_type="states")
