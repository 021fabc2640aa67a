"""A problem of a definition, in the terms of ValidateStateMachineDefinition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA = "SCHEMA_VALIDATION_FAILED"


@dataclass(frozen=True)
class Problem:
    """One diagnostic. `location` is like "/States/Train/Next", None for the whole workflow."""

    code: str
    message: str
    location: str | None
    severity: Literal["ERROR", "WARNING"] = "ERROR"

    def __str__(self) -> str:
        where = "null" if self.location is None else self.location or "/"
        return f"{self.code}: {self.message} at {where}"


def schema(message: str, location: str) -> Problem:
    """Return a problem of the most common kind."""
    return Problem(SCHEMA, message, location)
