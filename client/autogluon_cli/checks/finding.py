"""Record what a check found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from autogluon_cli.framework.explain_errors import explain
from autogluon_cli.framework.invocation import Invocation

State = Literal["ok", "missing", "not checked"]


@dataclass(frozen=True)
class Finding:
    """One result of a check; `fix` is the command that provides what is missing."""

    subject: str
    state: State
    detail: str
    fix: str | None = None


Check = Callable[[Invocation], Iterator[Finding]]


@contextmanager
def unreadable(subject: str, findings: list[Finding]) -> Iterator[None]:
    """Turn an AWS error inside the block into a `not checked` finding with its message."""
    try:
        yield
    except Exception as error:
        told = explain(error, environment="", given=("doctor",))
        if told is None:
            raise
        findings.append(Finding(subject, "not checked", told.sentence))
