"""Read an execution's input."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from autogluon_contracts.document import read_part
from autogluon_contracts.documents.execution_inputs import (
    BatchInput,
    DriftInput,
    MirrorInput,
    ProcessInput,
    PromoteInput,
    TrainInput,
    TuneInput,
)
from autogluon_contracts.rules import shown
from autogluon_lambdas.models.errors import InvalidInputError, one_message

_Input = TypeVar(
    "_Input",
    TrainInput,
    TuneInput,
    BatchInput,
    PromoteInput,
    DriftInput,
    ProcessInput,
    MirrorInput,
)


def read_input(kind: type[_Input], event: Mapping[str, object]) -> _Input:
    """Read `event["input"]`; raises InvalidInputError naming every wrong key."""
    values = event.get("input")
    if not isinstance(values, dict):
        raise InvalidInputError(f"input: got {shown(values)}; allowed: an object.")
    problems: list[str] = []
    found: _Input | None = read_part(kind, values, "input", problems)
    if found is None:
        raise InvalidInputError(one_message(problems))
    return found


def read_batch_input(event: Mapping[str, object]) -> BatchInput:
    """Read a BatchPredict execution's input, each included column once."""
    asked = read_input(BatchInput, event)
    return replace(asked, include_columns=tuple(dict.fromkeys(asked.include_columns)))
