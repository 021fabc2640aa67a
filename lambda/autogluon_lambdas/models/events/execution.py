"""Define the calling Step Functions execution, and what is named after it."""

from dataclasses import dataclass

from autogluon_contracts.names import (
    execution_digest,
    job_name,
    later_job_names,
    tuning_job_name,
)
from autogluon_lambdas.models.errors import InvalidInputError

_CONTEXT = ("Id", "Name", "StartTime")


@dataclass(frozen=True)
class Execution:
    """One execution of a state machine. Step Functions gives its `arn` again after 90 days."""

    arn: str
    name: str
    started: str  # ISO 8601

    @property
    def state_machine_arn(self) -> str:
        """ARN of the state machine that it is an execution of."""
        machine = self.arn.replace(":execution:", ":stateMachine:", 1)
        return machine.removesuffix(f":{self.name}")

    @classmethod
    def from_event(cls, event: dict[str, object]) -> "Execution":
        """Read `event["execution"]`, the part `Id`, `Name`, `StartTime` of the context object.

        Raises InvalidInputError when the function was not called by a state machine.
        """
        context = event.get("execution")
        if not isinstance(context, dict) or not all(context.get(key) for key in _CONTEXT):
            raise InvalidInputError(
                f"event.execution: {', '.join(_CONTEXT)} not found.",
                advice="Call this function from its state machine.",
            )
        return cls(*(str(context[key]) for key in _CONTEXT))

    def digest(self, length: int) -> str:
        """Return the first `length` hexadecimal digits of the SHA-256 of the ARN."""
        return execution_digest(self.arn, length)

    def digest_of_start(self, length: int) -> str:
        """Return the same of ARN and start, which no later execution of the name shares.

        A redriven execution keeps its start.
        """
        return execution_digest(f"{self.arn} {self.started}", length)

    def job_name(self, predictor: str, *, group: int | None = None, run: str | None = None) -> str:
        """Return the name of the job that the execution starts (see the contracts' `job_name`).

        Args:
            run: the name of another execution of the same state machine, whose job is meant.
        """
        return job_name(predictor, self._arn_of(run), group=group)

    def later_job_names(self, predictor: str, *, group: int | None = None) -> str:
        """Return what the names of the job's later attempts have before their number."""
        return later_job_names(predictor, self.arn, group=group)

    def tuning_job_name(self, predictor: str, *, run: str | None = None) -> str:
        """Return the name of the tuning job that the execution starts.

        Args:
            run: the name of another execution of the same state machine, whose job is meant.
        """
        return tuning_job_name(predictor, self._arn_of(run))

    def _arn_of(self, run: str | None) -> str:
        return self.arn if run is None else f"{self.arn.rpartition(':')[0]}:{run}"
