"""List, describe and start executions of a state machine."""

import json
from collections.abc import Mapping
from typing import Any

from autogluon_lambdas.ports import RunningExecution


class StepFunctionsExecutions:
    """An `Executions` over boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def running(self, state_machine_arn: str) -> list[RunningExecution]:
        """Return every running execution with its input, in no order."""
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=state_machine_arn, statusFilter="RUNNING"
        )
        return [
            RunningExecution(
                arn=entry["executionArn"],
                name=entry["name"],
                started=entry["startDate"],
                input=self._input(entry["executionArn"]),
            )
            for page in pages
            for entry in page["executions"]
        ]

    def status(self, arn: str) -> str | None:
        """Return an execution's status, such as `RUNNING`, or None when it is not known."""
        try:
            return str(self._client.describe_execution(executionArn=arn)["status"])
        except self._client.exceptions.ExecutionDoesNotExist:
            return None

    def start(self, state_machine_arn: str, name: str, arguments: Mapping[str, Any]) -> bool:
        """Start an execution; return False where one of this name exists."""
        try:
            self._client.start_execution(
                stateMachineArn=state_machine_arn, name=name, input=json.dumps(dict(arguments))
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return False
        return True

    def _input(self, arn: str) -> Any:
        return json.loads(self._client.describe_execution(executionArn=arn).get("input", "{}"))
