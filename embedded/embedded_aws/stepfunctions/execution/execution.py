"""An execution, which runs in a thread of its own and ends exactly once."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.api import (
    ExecutionAbortedEventDetails,
    ExecutionFailedEventDetails,
    ExecutionRedrivenEventDetails,
    ExecutionStartedEventDetails,
    ExecutionTimedOutEventDetails,
    HistoryEventExecutionDataDetails,
    HistoryEventType,
    StateMachineType,
)
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError

from embedded_aws.stepfunctions.definitions.reading import load_program
from embedded_aws.stepfunctions.execution.history import EVENTS_LIMIT, History
from embedded_aws.stepfunctions.execution.role_session import RoleSession

# The interpreter logs every failed component as an error; the execution reports its failure.
logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)


# (the interpreter's environment, name of a distributed Map state) -> the state's result
RunMap = Callable[[Any, str], Any]


class NotRedrivableError(Exception):
    """An execution cannot be redriven; the message says why."""


@dataclass(frozen=True)
class ExecutionOrder:
    """Everything an execution needs of its state machine, as it was at the start."""

    name: str
    arn: str
    machine_name: str
    machine_arn: str
    definition: str
    session: RoleSession
    run_map: RunMap
    account_id: str
    region: str
    input_text: str
    trace_header: str | None = None
    map_run_arn: str | None = None  # of the Map Run that started it
    item_count: int = 1  # of that Map Run's items, which it handles


class ExecutionDetails(AWSExecutionDetails):  # type: ignore[misc] # moto is untyped
    """The interpreter's record of an execution, which every state of it can reach."""

    def __init__(self, order: ExecutionOrder) -> None:
        super().__init__(
            account=order.account_id, region=order.region, role_arn=order.session.role_arn
        )
        self.session = order.session
        self.run_map = order.run_map


class Execution:
    """A running or ended execution.

    Attributes:
        status: RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
        started: the machine's time, as in its history, its jobs and their logs; so `stopped`.
        ended_on_clock: when it ended by the clock, which frees its name.
    """

    def __init__(
        self,
        order: ExecutionOrder,
        on_event: Callable[[dict[str, Any]], None] | None,
        on_end: Callable[[Execution], None],
    ) -> None:
        self.order = order
        self.status = "RUNNING"
        self.started = datetime.now(UTC)
        self.stopped: datetime | None = None
        self.ended_on_clock: datetime | None = None
        self.output: str | None = None
        self.error: str | None = None
        self.cause: str | None = None
        self.history = History(on_event, self._end_history)
        self._on_end = on_end
        self._lock = threading.RLock()
        self._timer: threading.Timer | None = None
        self._thread: threading.Thread | None = None
        self.redrives = 0
        self.redriven: datetime | None = None
        self.environment = self._environment()

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved of an execution that has ended."""
        unsaved = dict.fromkeys(("environment", "_timer", "_thread", "_on_end"))
        return self.__dict__ | unsaved

    def start(self) -> None:
        """Run in the background."""
        self._thread = self._begin()

    def redrive(self) -> None:
        """Continue at the state that failed, with its input and the variables it had.

        Raises:
            NotRedrivableError: the execution cannot be redriven, and why.
        """
        with self._lock:
            if self.redrive_status() != ("REDRIVABLE", None):
                raise NotRedrivableError(self.redrive_status()[1] or "")
            name, given = self._failed_state()
            self.redrives += 1
            self.redriven = datetime.now(UTC)
            self.status, self.stopped, self.ended_on_clock = "RUNNING", None, None
            self.output = self.error = self.cause = None
            variables = self.environment.variable_store
            self.environment = self._environment()
            self.environment.variable_store = variables
            if given is not None:
                self.environment.states.reset(input_value=given)
            self._thread = self._begin(name, after=self._thread)

    def redrive_status(self) -> tuple[str, str | None]:
        """Return DescribeExecution's redriveStatus, and its reason where there is one."""
        if self.order.map_run_arn is not None and self.status not in ("RUNNING", "SUCCEEDED"):
            return "REDRIVABLE_BY_MAP_RUN", None
        if self.status in ("RUNNING", "SUCCEEDED"):
            return "NOT_REDRIVABLE", f"Execution is {self.status} and cannot be redriven"
        if self.environment is None:
            return (
                "NOT_REDRIVABLE",
                "The embedded AWS does not support redriving an execution that was restored",
            )
        if self.history.is_full:
            return "NOT_REDRIVABLE", "Execution event history limit exceeded"
        name, _ = self._failed_state()
        states = json.loads(self.order.definition)["States"]
        if name is not None and states[name]["Type"] in ("Map", "Parallel"):
            return (
                "NOT_REDRIVABLE",
                "The embedded AWS does not support redriving a Map or Parallel state, of which AWS "
                "runs only the unsuccessful part again",
            )
        return "REDRIVABLE", None

    def _failed_state(self) -> tuple[str | None, Any]:
        """Return the name and input of the last state entered; None before the first one."""
        states = json.loads(self.order.definition)["States"]
        for event in reversed(self.history.events()):
            entered = event.get("stateEnteredEventDetails")
            if entered is not None and entered["name"] in states:
                return entered["name"], json.loads(entered["input"])
        return None, None

    def stop(self, error: str | None, cause: str | None) -> None:
        """Abort the execution; does nothing when it has ended."""
        details = ExecutionAbortedEventDetails(error=error, cause=cause)
        with self._lock:
            if self.status != "RUNNING":
                return
            # Tasks see this and stop their jobs and executions.
            self.environment.set_stop(stop_date=datetime.now(UTC), cause=cause, error=error)
            self._record("ExecutionAborted", executionAbortedEventDetails=details)
            self._end("ABORTED", error=error, cause=cause)

    def describe(self) -> dict[str, Any]:
        """Return DescribeExecution's answer."""
        status, reason = self.redrive_status()
        described = {
            "executionArn": self.order.arn,
            "stateMachineArn": self.order.machine_arn,
            "name": self.order.name,
            "status": self.status,
            "startDate": self.started,
            "stopDate": self.stopped,
            "input": self.order.input_text,
            "inputDetails": {"included": True},
            "output": self.output,
            "outputDetails": {"included": True} if self.output is not None else None,
            "error": self.error,
            "cause": self.cause,
            "traceHeader": self.order.trace_header,
            "mapRunArn": self.order.map_run_arn,
            "redriveCount": self.redrives,
            "redriveDate": self.redriven,
            "redriveStatus": status,
            "redriveStatusReason": reason,
        }
        return {key: value for key, value in described.items() if value is not None}

    def _environment(self) -> Any:
        order = self.order
        context = {
            "Execution": {
                "Id": order.arn,
                "Input": json.loads(order.input_text),
                "Name": order.name,
                "RoleArn": order.session.role_arn,
                "StartTime": self.started.strftime("%Y-%m-%dT%H:%M:%S.")
                + f"{self.started.microsecond // 1000:03d}Z",
                "RedriveCount": self.redrives,
            },
            "StateMachine": {"Id": order.machine_arn, "Name": order.machine_name},
        }
        environment = Environment(
            aws_execution_details=ExecutionDetails(order),
            execution_type=StateMachineType.STANDARD,
            context=context,
            event_history_context=EventHistoryContext.of_program_start(),
            cloud_watch_logging_session=None,
            activity_store={},
        )
        environment.event_manager = self.history
        return environment

    def _begin(
        self, redriven_at: str | None = None, *, after: threading.Thread | None = None
    ) -> threading.Thread:
        thread = threading.Thread(
            target=self._run,
            args=(self.environment, redriven_at, after),
            name=self.order.name,
            daemon=True,
        )
        thread.start()
        return thread

    def _run(
        self, environment: Any, redriven_at: str | None, after: threading.Thread | None
    ) -> None:
        try:
            if after is not None:
                after.join()  # a task that was stopped with the execution may still be ending
                self._reopen(environment)
            self._interpret(environment, redriven_at)
        except Exception as error:  # noqa: BLE001 - or this execution would never end
            if environment is self.environment:
                self._fail("States.Runtime", f"{type(error).__name__}: {error}")

    def _is_running(self, environment: Any) -> bool:
        """Tell whether it runs as it was started or redriven with this environment, the last."""
        return self.status == "RUNNING" and environment is self.environment

    def _reopen(self, environment: Any) -> None:
        with self._lock:
            if not self._is_running(environment):
                return
            self.history.reopen()
            details = ExecutionRedrivenEventDetails(redriveCount=self.redrives)
            self._record("ExecutionRedriven", executionRedrivenEventDetails=details)

    def _interpret(self, environment: Any, redriven_at: str | None) -> None:
        details = ExecutionStartedEventDetails(
            input=self.order.input_text,
            inputDetails=HistoryEventExecutionDataDetails(truncated=False),
            roleArn=self.order.session.role_arn,
        )
        program = load_program(self.order.definition)
        with self._lock:
            if not self._is_running(environment):
                return
            if not self.redrives:
                self._record(
                    "ExecutionStarted", keep_source=True, executionStartedEventDetails=details
                )
            environment.next_state_name = redriven_at or program.start_at.start_at_name
            if program.timeout_seconds is not None:
                seconds = program.timeout_seconds.timeout_seconds
                self._timer = threading.Timer(seconds, self._time_out)
                self._timer.daemon = True
                self._timer.start()
        # Not Program.eval: it would wait for the timeout in one thread and run in another.
        EvalComponent.eval(program, environment)
        self._reflect(environment)

    def _reflect(self, environment: Any) -> None:
        state = environment.program_state()
        with self._lock:
            if not self._is_running(environment):
                return  # it was stopped, and perhaps redriven since
            if isinstance(state, ProgramEnded):
                output = environment.states.get_input()
                text = json.dumps(output, separators=(",", ":"), ensure_ascii=False)
                self._end("SUCCEEDED", output=text)
            elif isinstance(state, ProgramError):
                details = state.error or {}
                self._end("FAILED", error=details.get("error"), cause=details.get("cause"))
            else:
                raise RuntimeError(f"the interpreter ended in the state {type(state).__name__}")

    def _end_history(self) -> None:
        self._fail(
            "States.Runtime",
            f"The execution reached the maximum number of history events ({EVENTS_LIMIT}).",
        )

    def _fail(self, error: str, cause: str) -> None:
        details = ExecutionFailedEventDetails(error=error, cause=cause)
        with self._lock:
            if self.status != "RUNNING":
                return
            self.environment.set_error(details)
            self._record("ExecutionFailed", executionFailedEventDetails=details)
            self._end("FAILED", error=error, cause=cause)

    def _time_out(self) -> None:
        with self._lock:
            if self.status != "RUNNING":
                return
            self.environment.set_timed_out()
            details = ExecutionTimedOutEventDetails()
            self._record("ExecutionTimedOut", executionTimedOutEventDetails=details)
            self._end("TIMED_OUT", error="States.Timeout")

    def _record(self, kind: str, *, keep_source: bool = False, **details: Any) -> None:
        self.history.add_event(
            context=self.environment.event_history_context,
            event_type=HistoryEventType(kind),
            event_details=EventDetails(**details),
            update_source_event_id=not keep_source,
        )

    def _end(
        self,
        status: str,
        *,
        output: str | None = None,
        error: str | None = None,
        cause: str | None = None,
    ) -> None:
        self.output, self.error, self.cause = output, error, cause
        self.stopped = datetime.now(UTC)
        self.ended_on_clock = self.order.session.clock.now()
        self.status = status
        self.history.close()
        self.order.session.clock.wake()  # its Wait states end with it
        if self._timer is not None:
            self._timer.cancel()
        self._on_end(self)


def new_execution_name() -> str:
    """Return a name for an execution that was started without one."""
    return str(uuid.uuid4())
