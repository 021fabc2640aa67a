"""List the running executions of a state machine."""

import json
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

    def _input(self, arn: str) -> Any:
        return json.loads(self._client.describe_execution(executionArn=arn).get("input", "{}"))
