"""Run distributed Map states: each item becomes an execution of its own."""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError
from moto.stepfunctions.parser.api import (
    HistoryEventType,
    MapRunFailedEventDetails,
    MapRunStartedEventDetails,
    MapStateStartedEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from embedded_aws.log_shipper import LogShipper
from embedded_aws.runtime import Runtime
from embedded_aws.stepfunctions.execution.definition import find_state
from embedded_aws.stepfunctions.execution.execution import Execution, ExecutionOrder
from embedded_aws.stepfunctions.execution.execution_log import event_logger
from embedded_aws.stepfunctions.execution.machine_registry import MachineRegistry
from embedded_aws.stepfunctions.library.jsonata_engine import (
    JsonataError,
    evaluate,
    find_expression,
)
from embedded_aws.stepfunctions.library.moto_replacements import evaluation_failure, variables_of
from embedded_aws.stepfunctions.library.task_failure import TaskAbandonedError
from embedded_aws.stepfunctions.maps.map_results import results_of, write_results
from embedded_aws.stepfunctions.maps.map_run import MapRun, Tolerance
from embedded_aws.stepfunctions.maps.map_run_registry import MapRunRegistry

_DATA_LIMIT_BYTES = 262_144
_START = "states:StartExecution"


class DistributedMaps:
    """Runs the distributed Map states of all executions."""

    def __init__(
        self,
        runtime: Runtime,
        registry: MachineRegistry,
        map_runs: MapRunRegistry,
        logs: LogShipper,
        report_end: Callable[[Execution], None],
    ) -> None:
        self._runtime = runtime
        self._registry = registry
        self._map_runs = map_runs
        self._logs = logs
        self._report_end = report_end

    def run(self, env: Any, state_name: str) -> Any:
        """Run a Map state of the execution that `env` belongs to and return its result.

        Raises:
            FailureEventException: it failed; the event has the cause.
            TaskAbandonedError: the execution ended first.
        """
        context = env.states.context_object.context_object_data
        order = self._registry.get_execution(context["Execution"]["Id"]).order
        state = _State(env, find_state(order.definition, state_name), order)
        run = self._new_run(state)
        self._map_runs.add(run)
        details = MapRunStartedEventDetails(mapRunArn=run.arn)
        state.record("MapRunStarted", mapRunStartedEventDetails=details)
        try:
            result = self._result_of(state, run, env.is_running)
        except FailureEventException:
            run.end("FAILED")
            raise
        run.end("SUCCEEDED")
        state.record("MapRunSucceeded")
        state.record("MapStateSucceeded")
        return result

    def _result_of(self, state: _State, run: MapRun, is_wanted: Callable[[], bool]) -> Any:
        self._check_permission(state)
        run.inputs = [state.input_of(index, item) for index, item in enumerate(state.items())]
        run.work(lambda text, note_end: self._child(state, run, text, note_end), is_wanted)
        if run.status == "ABORTED":
            raise TaskAbandonedError
        result = state.write(run)
        if run.has_failed:
            raise state.failure(
                "States.ExceedToleratedFailureThreshold",
                "The specified tolerated failure threshold was exceeded",
            )
        return result

    def _new_run(self, state: _State) -> MapRun:
        parent = state.order
        label = state.declared.get("Label") or uuid.uuid4().hex
        concurrency = state.number("MaxConcurrency")
        count = state.number("ToleratedFailureCount")
        tolerance = Tolerance(
            None if count is None else int(count), state.number("ToleratedFailurePercentage")
        )
        started = MapStateStartedEventDetails(length=0)
        state.record("MapStateStarted", mapStateStartedEventDetails=started)
        machine_arn = f"{parent.machine_arn}/{label}"
        run_arn = machine_arn.replace(":stateMachine:", ":mapRun:")
        return MapRun(
            arn=f"{run_arn}:{uuid.uuid4()}",
            execution_arn=parent.arn,
            machine_arn=machine_arn,
            max_concurrency=int(concurrency or 0),
            tolerance=tolerance,
        )

    def _check_permission(self, state: _State) -> None:
        machine_arn = state.order.machine_arn.partition("/")[0]
        iam, role_arn = self._runtime.iam, state.order.session.role_arn
        if iam is not None and not iam.role_may(role_arn, _START, machine_arn):
            raise state.failure(
                "StepFunctions.AccessDeniedException",
                f"{role_arn} is not authorized to perform: {_START} on resource: {machine_arn}",
            )

    def _child(
        self, state: _State, run: MapRun, text: str, note_end: Callable[[Execution], None]
    ) -> Execution:
        name = str(uuid.uuid4())
        machine_name = run.machine_arn.rsplit(":", 1)[-1]
        order = dataclasses.replace(
            state.order,
            name=name,
            arn=f"{run.machine_arn.replace(':stateMachine:', ':execution:')}:{name}",
            machine_name=machine_name,
            machine_arn=run.machine_arn,
            definition=state.child_definition,
            input_text=text,
            map_run_arn=run.arn,
        )
        machine = self._registry.get(run.machine_arn.partition("/")[0])

        def end(child: Execution) -> None:
            self._report_end(child)
            note_end(child)

        child = Execution(order, event_logger(self._logs, machine, order.arn), end)
        self._registry.add_execution(run.machine_arn, child)
        return child


class _State:
    """A running Map state: its evaluated fields, its events, its failures."""

    def __init__(self, env: Any, declared: dict[str, Any], order: ExecutionOrder) -> None:
        self.declared, self.order = declared, order
        self._env = env
        self._s3 = order.session.client("s3")
        processor = {k: v for k, v in declared["ItemProcessor"].items() if k != "ProcessorConfig"}
        self.child_definition = json.dumps({"QueryLanguage": "JSONata", **processor})

    def record(self, kind: str, **details: Any) -> None:
        """Add an event to the parent's history."""
        self._env.event_manager.add_event(
            context=self._env.event_history_context,
            event_type=HistoryEventType(kind),
            event_details=EventDetails(**details) if details else None,
        )

    def failure(self, error: str, cause: str) -> Any:
        """Return the exception that fails the state with `error`, for Retry and Catch to handle."""
        details = EventDetails(
            mapRunFailedEventDetails=MapRunFailedEventDetails(error=error, cause=cause)
        )
        self.record("MapRunFailed", **details)
        return FailureEventException(
            FailureEvent(
                env=self._env,
                error_name=CustomErrorName(error_name=error),
                event_type=HistoryEventType.MapRunFailed,
                event_details=details,
            )
        )

    def number(self, field: str) -> float | None:
        """Return a field that holds a number; None where it is absent."""
        if field not in self.declared:
            return None
        value = self._evaluated(self.declared[field], field)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self.failure("States.Runtime", f"'{field}' must be a number of at least 0, got "
                               f"{json.dumps(value)}")  # fmt: skip
        return value

    def items(self) -> list[Any]:
        """Return the array of `Items`, or of the object that `ItemReader` names."""
        reader = self.declared.get("ItemReader")
        if reader is None:
            items = self._evaluated(self.declared["Items"], "Items")
        else:
            items = self._read(reader)
        if not isinstance(items, list):
            where = "Items" if reader is None else "ItemReader"
            raise self.failure(
                "States.ItemReaderFailed", f"'{where}' must give a JSON array to map over"
            )
        return items

    def input_of(self, index: int, item: Any) -> str:
        """Return a child's input: the result of `ItemSelector` for the item, as JSON text."""
        if "ItemSelector" in self.declared:
            about = {"Map": {"Item": {"Index": index, "Value": item}}}
            item = self._evaluated(self.declared["ItemSelector"], "ItemSelector", about)
        return self._carried(item)

    def write(self, run: MapRun) -> Any:
        """Return the state's result: the children's outputs, or where `ResultWriter` wrote them."""
        writer = self.declared.get("ResultWriter")
        if writer is None:
            results = results_of(run)
            if not run.has_failed:
                self._carried(results)
            return results
        arguments = self._evaluated(writer.get("Arguments", {}), "Arguments")
        try:
            return write_results(run, self._s3, arguments)
        except (ClientError, ParamValidationError, KeyError) as error:
            raise self.failure("States.ResultWriterFailed", _one_line(error)) from error

    def _read(self, reader: dict[str, Any]) -> Any:
        arguments = self._evaluated(reader.get("Arguments", {}), "Arguments")
        most = self._evaluated(reader["ReaderConfig"].get("MaxItems"), "MaxItems")
        try:
            found = json.loads(self._s3.get_object(**arguments)["Body"].read())
        except (ClientError, ParamValidationError, ValueError) as error:
            raise self.failure("States.ItemReaderFailed", _one_line(error)) from error
        return found[:most] if isinstance(found, list) else found

    def _carried(self, value: Any) -> str:
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        if len(text.encode()) > _DATA_LIMIT_BYTES:
            raise self.failure(
                "States.DataLimitExceeded",
                f"The data of the state exceed {_DATA_LIMIT_BYTES} bytes",
            )
        return text

    def _evaluated(self, template: Any, field: str, about: dict[str, Any] | None = None) -> Any:
        if isinstance(template, dict):
            return {key: self._evaluated(value, key, about) for key, value in template.items()}
        if isinstance(template, list):
            return [self._evaluated(value, field, about) for value in template]
        expression = find_expression(template) if isinstance(template, str) else None
        if expression is None:
            return template
        known = self._env.states._states_data
        context = {**known["context"], **(about or {})}
        states = {"input": self._env.states.get_input(), "context": context}
        try:
            return evaluate(expression, {**variables_of(self._env), "states": states})
        except JsonataError as error:
            raise evaluation_failure(self._env, expression, str(error), field) from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
