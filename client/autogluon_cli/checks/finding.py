"""What a check found."""

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
    """`mend` is the command that mends what is missing."""

    subject: str
    state: State
    detail: str
    mend: str | None = None


Check = Callable[[Invocation], Iterator[Finding]]


@contextmanager
def unreadable(subject: str, findings: list[Finding]) -> Iterator[None]:
    """Whatever AWS refuses inside becomes a `not checked` with its sentence."""
    try:
        yield
    except Exception as error:
        told = explain(error, environment="", command="agcdk doctor")
        if told is None:
            raise
        findings.append(Finding(subject, "not checked", told.sentence))


def is_embedded() -> bool:
    """Whether AWS_ENDPOINT_URL names an AWS on this machine."""
    import os
    from urllib.parse import urlsplit

    return urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname in ("localhost", "127.0.0.1")
