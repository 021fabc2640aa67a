"""Executions started by executions: `states:startExecution`, `.sync` and `.sync:2`."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.stepfunctions.execution.role_session import RoleSession
from embedded_aws.stepfunctions.tasks.api_shapes import (
    epoch_milliseconds,
    error_cause,
    exception_name,
)
from embedded_aws.stepfunctions.tasks.service_task import ServiceTask


class NestedExecutionTask(ServiceTask):
    """Starts an execution. `.sync` answers with Output as text, `.sync:2` with Output as JSON."""

    supported = {"startExecution": (None, "sync", "sync:2")}
    timestamps = staticmethod(epoch_milliseconds)

    def run(self, env: Any, session: RoleSession, arguments: dict[str, Any]) -> Any:
        """Start the execution, and wait for it with `.sync`."""
        arguments = {"Input": {}, **arguments}
        started = self.call(session, "stepfunctions", "startExecution", arguments)
        if self.resource.condition is None:
            return started
        self.submitted(env, started)
        arn = {"executionArn": started["ExecutionArn"]}
        return self.wait_until_done(
            env,
            poll=lambda: self._poll(env, session, arn),
            cancel=lambda: self._stop(session, arn),
        )

    def name_error(self, error: ClientError) -> tuple[str, str]:
        """Return a name such as `StepFunctions.ExecutionAlreadyExistsException`, and the cause."""
        code = exception_name(error.response["Error"]["Code"])
        return f"StepFunctions.{code}", error_cause(error, "AWSStepFunctions")

    def _poll(self, env: Any, session: RoleSession, arn: dict[str, str]) -> Any:
        description = self.call(session, "stepfunctions", "describeExecution", arn)
        status = description["Status"]
        if status == "RUNNING":
            return None
        if self.resource.condition == "sync:2":
            for member in ("Input", "Output"):
                if member in description:
                    description[member] = json.loads(description[member])
        if status == "SUCCEEDED":
            return description
        raise self.fail(env, "States.TaskFailed", json.dumps(description, separators=(",", ":")))

    def _stop(self, session: RoleSession, arn: dict[str, str]) -> None:
        # It may have ended, or the role may not stop it: then it continues, as on AWS.
        with contextlib.suppress(ClientError):
            self.call(session, "stepfunctions", "stopExecution", arn)
