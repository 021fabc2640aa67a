"""The operations on executions and on tasks that wait for a token."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackConsumerTimeout,
    CallbackNotifyConsumerError,
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
)

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.log_shipper import LogShipper
from embedded_aws.runtime import Runtime
from embedded_aws.stepfunctions.api.pages import page
from embedded_aws.stepfunctions.api.status_changes import status_change
from embedded_aws.stepfunctions.execution.execution import (
    Execution,
    ExecutionOrder,
    NotRedrivableError,
    new_execution_name,
)
from embedded_aws.stepfunctions.execution.execution_log import event_logger
from embedded_aws.stepfunctions.execution.machine_registry import MachineRegistry
from embedded_aws.stepfunctions.execution.role_session import RoleSession
from embedded_aws.stepfunctions.execution.state_machine import StateMachine, check_name
from embedded_aws.stepfunctions.maps.distributed_map import DistributedMaps
from embedded_aws.stepfunctions.maps.map_run_registry import MapRunRegistry

_INPUT_LIMIT_BYTES = 262_144
# API reference, StartExecution: a name is unique for 90 days; service quotas, "Execution history
# retention time": 90 days after its end.
_KEPT = timedelta(days=90)


class ExecutionsApi:
    """Start, stop, read and list executions."""

    def __init__(
        self,
        runtime: Runtime,
        registry: MachineRegistry,
        map_runs: MapRunRegistry,
        logs: LogShipper,
    ) -> None:
        self._runtime = runtime
        self._registry = registry
        self._map_runs = map_runs
        self._logs = logs
        self._redriven: dict[str, str] = {}  # client tokens, by execution
        self._maps = DistributedMaps(runtime, registry, map_runs, logs, self._report_end)

    def let_refer(self) -> None:
        """Let saved executions refer to what starts their Maps and hears of their end."""
        self._runtime.kept.refer("stepfunctions.maps", self._maps)
        self._runtime.kept.refer("stepfunctions.executions", self)

    def start(self, call: ApiCall) -> dict[str, Any]:
        """Answer StartExecution; the same name and input return a running execution."""
        params = call.params
        machine = self._registry.get(params["stateMachineArn"])
        name = params.get("name") or new_execution_name()
        check_name(name)
        self._forget_old()
        input_text = params.get("input") or "{}"
        _check_input(input_text)
        arn = f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}"
        with self._registry.lock:
            execution = self._registry.find_execution(arn)
            if execution is None:
                execution = self._create(call, machine, name, arn, input_text)
                self._registry.add_execution(machine.arn, execution)
                self._runtime.events.publish(status_change(execution))
                execution.start()
                self._runtime.log.event("stepfunctions", f"{machine.name} {name} started")
            elif execution.status != "RUNNING" or execution.order.input_text != input_text:
                raise ApiError(
                    "ExecutionAlreadyExists", f"Execution Already Exists: '{execution.order.arn}'"
                )
        return {"executionArn": arn, "startDate": execution.started}

    def stop(self, call: ApiCall) -> dict[str, Any]:
        """Answer StopExecution."""
        execution = self._registry.get_execution(call.params["executionArn"])
        execution.stop(call.params.get("error"), call.params.get("cause"))
        return {"stopDate": execution.stopped}

    def redrive(self, call: ApiCall) -> dict[str, Any]:
        """Answer RedriveExecution; the same client token redrives once."""
        execution = self._registry.get_execution(call.params["executionArn"])
        token = call.params.get("clientToken")
        with self._registry.lock:
            if token is not None and self._redriven.get(execution.order.arn) == token:
                return {"redriveDate": execution.redriven}
            try:
                execution.redrive()
            except NotRedrivableError as error:
                raise ApiError("ExecutionNotRedrivable", str(error)) from error
            if token is not None:
                self._redriven[execution.order.arn] = token
        self._runtime.log.event(
            "stepfunctions", f"{execution.order.machine_name} {execution.order.name} redriven"
        )
        return {"redriveDate": execution.redriven}

    def describe(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeExecution."""
        self._forget_old()
        described = self._registry.get_execution(call.params["executionArn"]).describe()
        if call.params.get("includedData") == "METADATA_ONLY":
            for member in ("input", "output", "error", "cause"):
                described.pop(member, None)
        return described

    def describe_machine(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeStateMachineForExecution with the state at the execution's start."""
        order = self._registry.get_execution(call.params["executionArn"]).order
        machine = self._registry.get(order.machine_arn.partition("/")[0])  # a child's has a label
        return {
            "stateMachineArn": order.machine_arn,
            "name": order.machine_name,
            "definition": order.definition,
            "roleArn": order.session.role_arn,
            "updateDate": machine.updated,
            "loggingConfiguration": machine.logging,
            "tracingConfiguration": machine.tracing,
        }

    def list(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListExecutions, newest first."""
        self._forget_old()
        wanted = call.params.get("statusFilter")
        redriven = call.params.get("redriveFilter")
        executions = [
            execution
            for execution in self._listed(call)
            if wanted in (None, execution.status)
            and redriven in (None, "REDRIVEN" if execution.redrives else "NOT_REDRIVEN")
        ]
        shown, following = page(executions, call.params, largest=1000)
        return {"executions": [_list_item(execution) for execution in shown], **following}

    def history(self, call: ApiCall) -> dict[str, Any]:
        """Answer GetExecutionHistory."""
        execution = self._registry.get_execution(call.params["executionArn"])
        events = execution.history.events()
        if call.params.get("reverseOrder"):
            events.reverse()
        shown, following = page(events, call.params, largest=1000)
        return {"events": shown, **following}

    def task_success(self, call: ApiCall) -> dict[str, Any]:
        """Answer SendTaskSuccess."""
        token, output = call.params["taskToken"], call.params["output"]
        try:
            json.loads(output)
        except ValueError as error:
            raise ApiError("InvalidOutput", f"Invalid Output: '{error}'") from error
        self._notify(token, CallbackOutcomeSuccess(callback_id=token, output=output))
        return {}

    def task_failure(self, call: ApiCall) -> dict[str, Any]:
        """Answer SendTaskFailure."""
        token = call.params["taskToken"]
        outcome = CallbackOutcomeFailure(
            callback_id=token, error=call.params.get("error"), cause=call.params.get("cause")
        )
        self._notify(token, outcome)
        return {}

    def task_heartbeat(self, call: ApiCall) -> dict[str, Any]:
        """Answer SendTaskHeartbeat."""
        self._notify(call.params["taskToken"], None)
        return {}

    def _forget_old(self) -> None:
        self._registry.forget_ended_before(self._runtime.clock.now() - _KEPT)

    def _create(
        self, call: ApiCall, machine: StateMachine, name: str, arn: str, input_text: str
    ) -> Execution:
        session = RoleSession(self._runtime, machine.role_arn, name, machine.region, machine.arn)
        order = ExecutionOrder(
            name=name,
            arn=arn,
            machine_name=machine.name,
            machine_arn=machine.arn,
            definition=machine.definition,
            session=session,
            run_map=self._maps.run,
            account_id=call.account_id,
            region=machine.region,
            input_text=input_text,
            trace_header=call.params.get("traceHeader"),
        )
        return Execution(order, event_logger(self._logs, machine, arn), self._report_end)

    def _report_end(self, execution: Execution) -> None:
        reason = f": {execution.error}" if execution.error else ""
        if execution.cause:
            reason += f" - {' '.join(execution.cause.split())[:200]}"
        order = execution.order
        self._runtime.log.event(
            "stepfunctions",
            f"{order.machine_name} {order.name} {execution.status.lower()}{reason}",
        )
        self._runtime.events.publish(status_change(execution))

    def _listed(self, call: ApiCall) -> Sequence[Execution]:
        if "mapRunArn" in call.params:
            return self._map_runs.get(call.params["mapRunArn"]).children[::-1]
        machine = self._registry.get(call.params.get("stateMachineArn", ""))
        return self._registry.executions_of(machine.arn)

    def _notify(self, token: str, outcome: Any) -> None:
        for execution in self._registry.running():
            pool = execution.environment.callback_pool_manager
            try:
                # A task that has no heartbeat, or whose Lambda still runs, takes one, too.
                done = pool.get(token) is not None
                if outcome is None:
                    pool.heartbeat(token)
                else:
                    pool.notify(token, outcome)
            except CallbackConsumerTimeout as error:
                raise ApiError("TaskTimedOut", "Task Timed Out: the task has ended") from error
            except CallbackNotifyConsumerError as error:
                raise ApiError("TaskDoesNotExist", "Task does not exist") from error
            if done:
                return
        raise ApiError("InvalidToken", "Invalid Token: no running task waits for it")


def _list_item(execution: Execution) -> dict[str, Any]:
    item = {
        "executionArn": execution.order.arn,
        "stateMachineArn": execution.order.machine_arn,
        "name": execution.order.name,
        "status": execution.status,
        "startDate": execution.started,
        "stopDate": execution.stopped,
        "redriveCount": execution.redrives,
        "redriveDate": execution.redriven,
        "mapRunArn": execution.order.map_run_arn,
        "itemCount": execution.order.item_count if execution.order.map_run_arn else None,
    }
    return {key: value for key, value in item.items() if value is not None}


def _check_input(text: str) -> None:
    if len(text.encode()) > _INPUT_LIMIT_BYTES:
        raise ApiError(
            "ValidationException",
            f"1 validation error detected: 'input' must have length less than or equal to "
            f"{_INPUT_LIMIT_BYTES}",
        )
    try:
        json.loads(text)
    except ValueError as error:
        raise ApiError(
            "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'"
        ) from error
