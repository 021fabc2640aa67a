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
from embedded_aws.stepfunctions.definitions.reading import find_state
from embedded_aws.stepfunctions.execution.execution import Execution, ExecutionOrder
from embedded_aws.stepfunctions.execution.execution_log import event_logger
from embedded_aws.stepfunctions.execution.machine_registry import MachineRegistry
from embedded_aws.stepfunctions.library.task_failure import TaskAbandonedError
from embedded_aws.stepfunctions.maps.batches import (
    LIMIT_BYTES,
    Batching,
    ChildInput,
    TooLargeError,
    as_text,
    batched,
)
from embedded_aws.stepfunctions.maps.item_reader import UnreadableError, read_items
from embedded_aws.stepfunctions.maps.map_results import Format, results_of, write_results
from embedded_aws.stepfunctions.maps.map_run import MapRun, Tolerance
from embedded_aws.stepfunctions.maps.map_run_registry import MapRunRegistry
from embedded_aws.stepfunctions.maps.templates import templates_for

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
        run.inputs = state.inputs()
        run.work(lambda given, note_end: self._child(state, run, given, note_end), is_wanted)
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
        self, state: _State, run: MapRun, given: ChildInput, note_end: Callable[[Execution], None]
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
            input_text=given.text,
            map_run_arn=run.arn,
            item_count=given.items,
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
        whole = json.loads(order.definition).get("QueryLanguage", "JSONPath")
        self._language = declared.get("QueryLanguage", whole)
        self._templates = templates_for(self._language, env)
        processor = {k: v for k, v in declared["ItemProcessor"].items() if k != "ProcessorConfig"}
        self.child_definition = json.dumps({"QueryLanguage": whole, **processor})

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

    def number(self, field: str, declared: dict[str, Any] | None = None) -> float | None:
        """Return a field that holds a number, or whose path finds one; None where it is absent."""
        declared = self.declared if declared is None else declared
        if f"{field}Path" in declared:
            value = self._templates.at_path(declared[f"{field}Path"])
        elif field in declared:
            value = self._templates.value(declared[field], field)
        else:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self.failure("States.Runtime", f"'{field}' must be a number of at least 0, got "
                               f"{json.dumps(value)}")  # fmt: skip
        return value

    def inputs(self) -> list[ChildInput]:
        """Return what the children get: an item each, or a batch of items."""
        selected = [self._selected(index, item) for index, item in enumerate(self._items())]
        batcher = self.declared.get("ItemBatcher")
        if batcher is None:
            return [ChildInput(self._carried(item), 1) for item in selected]
        given = None
        if "BatchInput" in batcher:
            given = self._templates.value(batcher["BatchInput"], "BatchInput")
        items = self.number("MaxItemsPerBatch", batcher)
        most_bytes = self.number("MaxInputBytesPerBatch", batcher)
        batching = Batching(
            None if items is None else int(items),
            None if most_bytes is None else int(most_bytes),
            given,
        )
        try:
            return list(batched(selected, batching))
        except TooLargeError as error:
            raise self.failure("States.DataLimitExceeded", str(error)) from error

    def write(self, run: MapRun) -> Any:
        """Return the state's result: the children's outputs, or where `ResultWriter` wrote them."""
        writer = self.declared.get("ResultWriter", {})
        config = writer.get("WriterConfig", {})
        is_written = "Resource" in writer
        style = Format(
            config.get("Transformation", "NONE" if is_written else "COMPACT"),
            config.get("OutputType", "JSON"),
        )
        if not is_written:
            results = results_of(run, style)
            if not run.has_failed:
                self._carried(results)
            return results
        try:
            return write_results(run, self._s3, self._arguments(writer), style)
        except (ClientError, ParamValidationError, KeyError) as error:
            raise self.failure("States.ResultWriterFailed", _one_line(error)) from error

    def _items(self) -> list[Any]:
        """Return the array of `Items` or `ItemsPath`, or what `ItemReader` reads."""
        reader = self.declared.get("ItemReader")
        if reader is not None:
            return self._read(reader)
        if self._language == "JSONata":
            items = self._templates.value(self.declared["Items"], "Items")
        else:
            items = self._templates.at_path(self.declared.get("ItemsPath", "$"))
        if not isinstance(items, list):
            field = "Items" if self._language == "JSONata" else "ItemsPath"
            raise self.failure(
                "States.ItemReaderFailed", f"'{field}' must give a JSON array to map over"
            )
        return items

    def _selected(self, index: int, item: Any) -> Any:
        field = "ItemSelector" if "ItemSelector" in self.declared else "Parameters"
        if field not in self.declared:
            return item
        about = {"Map": {"Item": {"Index": index, "Value": item}}}
        return self._templates.value(self.declared[field], field, about)

    def _read(self, reader: dict[str, Any]) -> list[Any]:
        resource = reader["Resource"].split(":::")[-1]
        config = reader.get("ReaderConfig", {})
        most = self.number("MaxItems", config)
        try:
            return read_items(
                self._s3,
                resource,
                self._arguments(reader),
                config,
                None if most is None else int(most),
            )
        except (ClientError, ParamValidationError, UnreadableError) as error:
            raise self.failure("States.ItemReaderFailed", _one_line(error)) from error

    def _arguments(self, declared: dict[str, Any]) -> Any:
        field = "Arguments" if self._language == "JSONata" else "Parameters"
        return self._templates.value(declared.get(field, {}), field)

    def _carried(self, value: Any) -> str:
        text = as_text(value)
        if len(text.encode()) > LIMIT_BYTES:
            raise self.failure(
                "States.DataLimitExceeded",
                f"The data of the state exceed {LIMIT_BYTES} bytes",
            )
        return text


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
