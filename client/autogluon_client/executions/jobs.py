"""A job that was started: an execution of one of the environment's state machines, by its name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import InvalidArgumentError, JobNotFoundError
from autogluon_client.executions.executions import execution_arn_of, output_of, start_execution
from autogluon_client.executions.names import checked_name, execution_name_in, sagemaker_job_name

NOT_CREATED = "NotCreated"
# The words of SageMaker's jobs, which users of AutoGluon Cloud know.
STATUSES = {
    "RUNNING": "InProgress",
    "PENDING_REDRIVE": "InProgress",
    "SUCCEEDED": "Completed",
    "FAILED": "Failed",
    "TIMED_OUT": "Failed",
    "ABORTED": "Stopped",
}


@dataclass(frozen=True)
class Job:
    """A handle; making one asks AWS nothing. `workflow`: `train`, `batch_predict`, `promote`."""

    connection: Connection
    workflow: str
    name: str

    @classmethod
    def start(
        cls, connection: Connection, workflow: str, name: str, arguments: Mapping[str, Any]
    ) -> Job:
        """Start the execution, or find the one of this name that was started with the same input.

        Raises:
            NameTakenError: it was started with another input.
        """
        machine = connection.deployment.state_machines[workflow]
        start_execution(connection.session, machine, checked_name(name), arguments)
        return cls(connection, workflow, name)

    @classmethod
    def attach(cls, connection: Connection, workflow: str, name: str) -> Job:
        """The job of an execution's name or ARN, or of the name of the SageMaker job it started.

        Of the last, only the first 24 characters of an execution's name are known; a longer one has
        to be given itself.

        Raises:
            JobNotFoundError: there is none.
            InvalidArgumentError: the ARN is one of another state machine.
        """
        machine = connection.deployment.state_machines[workflow]
        job = cls(connection, workflow, name.rpartition(":")[2])
        if name.startswith("arn:") and name != execution_arn_of(machine, job.name):
            raise InvalidArgumentError(
                f"job_name: got {name}; allowed: a name or an ARN of an execution of {machine}."
            )
        try:
            job.describe()
        except JobNotFoundError:
            named = _execution_of(connection, workflow, name)
            if named is None:
                raise
            return named
        return job

    @property
    def arn(self) -> str:
        """ARN of the execution."""
        machine = self.connection.deployment.state_machines[self.workflow]
        return execution_arn_of(machine, self.name)

    def describe(self) -> dict[str, Any]:
        """DescribeExecution's answer; raises JobNotFoundError."""
        states = self.connection.client("stepfunctions")
        try:
            description: dict[str, Any] = states.describe_execution(executionArn=self.arn)
        except (states.exceptions.ExecutionDoesNotExist, states.exceptions.InvalidArn) as error:
            machine = self.connection.deployment.state_machines[self.workflow]
            raise JobNotFoundError(
                f"There is no job {self.name!r} in environment "
                f"{self.connection.environment!r}; list those there are with "
                f"`aws stepfunctions list-executions --state-machine-arn {machine}`."
            ) from error
        return description

    def status(self) -> str:
        """`InProgress`, `Completed`, `Failed` or `Stopped`."""
        return STATUSES[self.describe()["status"]]

    def arguments(self) -> dict[str, Any]:
        """The execution's input."""
        arguments: dict[str, Any] = json.loads(self.describe()["input"])
        return arguments

    def output_if_completed(self) -> dict[str, Any] | None:
        """The execution's output, None while it runs or when it failed."""
        description = self.describe()
        return output_of(description) if description["status"] == "SUCCEEDED" else None


def _execution_of(connection: Connection, workflow: str, job_name: str) -> Job | None:
    """The execution that started a SageMaker job, if its name tells."""
    for predictor in connection.deployment.predictors:
        name = execution_name_in(job_name, predictor)
        if name is None:
            continue
        job = Job(connection, workflow, name)
        if sagemaker_job_name(predictor, job.arn) == job_name:
            job.describe()
            return job
    return None
