"""The Step Functions execution that asks, and what is named after it."""

import hashlib
import re
from dataclasses import dataclass

from autogluon_lambdas.models.errors import InvalidInputError

_CONTEXT = ("Id", "Name", "StartTime")
_LONGEST_JOB_NAME = 63
_LONGEST_EXECUTION_PART = 24


@dataclass(frozen=True)
class Execution:
    """One execution of a state machine; the same `arn` always asks for the same work."""

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
                f"event.execution: no {', '.join(_CONTEXT)}; call this function from its state "
                "machine"
            )
        return cls(*(str(context[key]) for key in _CONTEXT))

    def digest(self, length: int) -> str:
        """The first `length` hexadecimal digits of the SHA-256 of the ARN."""
        return hashlib.sha256(self.arn.encode()).hexdigest()[:length]

    def job_name(self, predictor: str, *, group: int | None = None) -> str:
        """`<predictor>-<execution name>-<8 hex>`, at most 63 characters of `[A-Za-z0-9-]`.

        With `group`, the number of one of a batch's several jobs, `-<4 digits>` follows.
        """
        ending = f"-{self.digest(8)}" + ("" if group is None else f"-{group:04}")
        room = _LONGEST_JOB_NAME - len(predictor) - len("-") - len(ending)
        part = re.sub(r"[^A-Za-z0-9-]", "-", self.name)[: min(_LONGEST_EXECUTION_PART, room)]
        return f"{predictor}-{part}{ending}"
