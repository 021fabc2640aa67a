"""Handle one run: an execution of one of the environment's state machines, by its name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import InvalidArgumentError, RunNotFoundError
from autogluon_client.executions.executions import execution_arn_of, output_of, start_execution
from autogluon_client.executions.names import checked_name, job_name_of
from autogluon_contracts import names

NOT_CREATED = "NotCreated"
# SageMaker's words, which users of AutoGluon Cloud know.
STATUSES = {
    "RUNNING": "InProgress",
    "PENDING_REDRIVE": "InProgress",
    "SUCCEEDED": "Completed",
    "FAILED": "Failed",
    "TIMED_OUT": "Failed",
    "ABORTED": "Stopped",
}


@dataclass(frozen=True)
class Run:
    """A handle; creating it makes no request.

    Attributes:
        workflow: such as `train`, `batch_predict` or `process`.
        name: the execution's.
    """

    connection: Connection
    workflow: str
    name: str

    @classmethod
    def start(
        cls, connection: Connection, workflow: str, name: str, arguments: Mapping[str, Any]
    ) -> Run:
        """Start the run, or find the one of this name that was started with the same input.

        Raises:
            NameTakenError: it was started with another input.
        """
        machine = connection.deployment.state_machines[workflow]
        start_execution(connection.session, machine, checked_name(name), arguments)
        return cls(connection, workflow, name)

    @classmethod
    def attach(cls, connection: Connection, workflow: str, name: str) -> Run:
        """Find a run by its name, its ARN or the name of its SageMaker job.

        A job's name contains only the first 24 characters of its run's name; a run with a longer
        name is found only by that name or the ARN.

        Raises:
            RunNotFoundError: the environment has no such run.
            InvalidArgumentError: the ARN is of another state machine.
        """
        machine = connection.deployment.state_machines[workflow]
        run = cls(connection, workflow, name.rpartition(":")[2])
        if name.startswith("arn:") and name != execution_arn_of(machine, run.name):
            raise InvalidArgumentError(
                f"job_name: got {name}; allowed: a name or an ARN of an execution of {machine}.",
                argument="job_name",
            )
        try:
            run.describe()
        except RunNotFoundError:
            named = _run_of_job(connection, workflow, name)
            if named is None:
                raise
            return named
        return run

    @property
    def arn(self) -> str:
        """Return the execution's ARN."""
        machine = self.connection.deployment.state_machines[self.workflow]
        return execution_arn_of(machine, self.name)

    def describe(self) -> dict[str, Any]:
        """Return DescribeExecution's answer; raises RunNotFoundError."""
        states = self.connection.client("stepfunctions")
        try:
            description: dict[str, Any] = states.describe_execution(executionArn=self.arn)
        except (states.exceptions.ExecutionDoesNotExist, states.exceptions.InvalidArn) as error:
            machine = self.connection.deployment.state_machines[self.workflow]
            raise RunNotFoundError(
                f"Run {self.name!r} not found in environment {self.connection.environment!r}.",
                name=self.name,
                advice="List the runs with "
                f"`aws stepfunctions list-executions --state-machine-arn {machine}`.",
            ) from error
        return description

    def status(self) -> str:
        """Return `InProgress`, `Completed`, `Failed` or `Stopped`."""
        return STATUSES[self.describe()["status"]]

    def stop(self, cause: str) -> None:
        """Stop the run; Step Functions stops its SageMaker job.

        Raises:
            InvalidArgumentError: it has already ended.
        """
        status = self.status()
        if status != "InProgress":
            raise InvalidArgumentError(
                f"Run {self.name!r} has already ended ({status}).",
                argument="job_name",
                advice="Nothing is left to stop.",
            )
        self.connection.client("stepfunctions").stop_execution(
            executionArn=self.arn, error="Stopped", cause=cause
        )

    def arguments(self) -> dict[str, Any]:
        """Return the execution's input."""
        arguments: dict[str, Any] = json.loads(self.describe()["input"])
        return arguments

    def output_if_completed(self) -> dict[str, Any] | None:
        """Return the execution's output; None while it runs or when it failed."""
        description = self.describe()
        return output_of(description) if description["status"] == "SUCCEEDED" else None


def _run_of_job(connection: Connection, workflow: str, job_name: str) -> Run | None:
    for predictor in connection.deployment.predictors:
        name = names.execution_name_in(job_name, predictor)
        if name is None:
            continue
        run = Run(connection, workflow, name)
        attempt = names.attempt_of(job_name)
        if job_name_of(workflow, predictor, run.arn, attempt=attempt) == job_name:
            run.describe()
            return run
    return None
