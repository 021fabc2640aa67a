"""The registry of all state machines and their executions."""

from __future__ import annotations

import threading
from datetime import datetime

from embedded_aws.gateway import ApiError
from embedded_aws.stepfunctions.execution.execution import Execution
from embedded_aws.stepfunctions.execution.state_machine import StateMachine, check_machine_arn


class MachineRegistry:
    """Finds by ARN, and fails as Step Functions does when there is none."""

    def __init__(self) -> None:
        self._machines: dict[str, StateMachine] = {}
        # By the ARN of the machine, `<machine>/<label>` for children of a Map, and their own.
        self._executions: dict[str, dict[str, Execution]] = {}
        self.lock = threading.RLock()

    def add(self, machine: StateMachine) -> None:
        """Add a state machine."""
        self._machines[machine.arn] = machine
        self._executions.setdefault(machine.arn, {})

    def find(self, arn: str) -> StateMachine | None:
        """Return the state machine, or None."""
        return self._machines.get(arn)

    def get(self, arn: str) -> StateMachine:
        """Return a state machine. Raises ApiError InvalidArn or StateMachineDoesNotExist."""
        machine = self._machines.get(check_machine_arn(arn))
        if machine is None:
            raise ApiError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return machine

    def remove(self, arn: str) -> list[Execution]:
        """Remove a state machine and return its executions, for the caller to stop."""
        with self.lock:
            self._machines.pop(arn, None)
            forgotten = [key for key in self._executions if key.partition("/")[0] == arn]
            return [
                execution for key in forgotten for execution in self._executions.pop(key).values()
            ]

    def of_region(self, region: str) -> list[StateMachine]:
        """Return a region's state machines, oldest first."""
        machines = [machine for machine in self._machines.values() if machine.region == region]
        return sorted(machines, key=lambda machine: machine.created)

    def add_execution(self, machine_arn: str, execution: Execution) -> None:
        """Add an execution."""
        self._executions.setdefault(machine_arn, {})[execution.order.arn] = execution

    def forget_ended_before(self, moment: datetime) -> None:
        """Forget the executions that ended before the clock's `moment`: their names are free."""
        with self.lock:
            for executions in self._executions.values():
                for arn, execution in list(executions.items()):
                    ended = execution.ended_on_clock
                    if ended is not None and ended < moment:
                        del executions[arn]

    def find_execution(self, arn: str) -> Execution | None:
        """Return the execution, or None."""
        machine_arn = ":".join(arn.split(":")[:7]).replace(":execution:", ":stateMachine:")
        return self._executions.get(machine_arn, {}).get(arn)

    def get_execution(self, arn: str) -> Execution:
        """Return an execution. Raises ApiError ExecutionDoesNotExist."""
        execution = self.find_execution(arn)
        if execution is None:
            raise ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return execution

    def executions_of(self, machine_arn: str) -> list[Execution]:
        """Return a state machine's executions, newest first."""
        executions = list(self._executions.get(machine_arn, {}).values())
        return sorted(executions, key=lambda execution: execution.started, reverse=True)

    def running(self) -> list[Execution]:
        """Return every execution that has not ended."""
        return [
            execution
            for executions in list(self._executions.values())
            for execution in list(executions.values())
            if execution.status == "RUNNING"
        ]
