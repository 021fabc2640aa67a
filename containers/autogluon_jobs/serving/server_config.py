"""Read a server's environment: how it joins and bounds requests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from autogluon_contracts.defaults import (
    AUTO_ENGINE,
    AUTO_JOINING,
    REQUEST_TIMEOUT_SECONDS,
    Joining,
    ServingEngine,
)
from autogluon_contracts.documents.server_limits import (
    ENGINE_VARIABLE,
    TIMEOUT_VARIABLE,
    VARIABLE,
    ServerLimits,
)
from autogluon_jobs.messages.documents import checked
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.serving.batcher import BatchLimits


@dataclass(frozen=True)
class ServingConfig:
    """Numbers of one worker process.

    The defaults are for a model that was registered without this variable, on the container's one
    `sync` worker: with one request at a time, nothing is ever joined or refused there.
    """

    workers: int = 1
    max_batch_rows: int = 64
    max_wait_ms: float = 2.0
    joining: Joining = AUTO_JOINING
    max_queued_requests: int = 64
    timeout_seconds: float = REQUEST_TIMEOUT_SECONDS
    engine: ServingEngine = AUTO_ENGINE

    def limits(self, *, joinable: bool) -> BatchLimits:
        """Return the batcher's part, for a model whose requests may or may not be joined."""
        if not joinable:  # the next request cannot be predicted with this one
            return BatchLimits(1, 0, self.max_queued_requests)
        return BatchLimits(self.max_batch_rows, self.max_wait_ms / 1000, self.max_queued_requests)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> ServingConfig:
        """Read the server's environment.

        Raises:
            InputError: a variable does not hold what the contract says.
        """
        timeout, engine = _timeout(environ), _engine(environ)
        text = environ.get(VARIABLE)
        if text is None:
            return cls(timeout_seconds=timeout, engine=engine)
        limits = checked(lambda: ServerLimits.from_text(text))
        return cls(
            workers=limits.workers,
            max_batch_rows=limits.max_batch_rows,
            max_wait_ms=limits.max_wait_ms,
            joining=limits.joining,
            max_queued_requests=limits.max_queued_requests,
            timeout_seconds=timeout,
            engine=engine,
        )


def _engine(environ: Mapping[str, str]) -> ServingEngine:
    name = environ.get(ENGINE_VARIABLE, AUTO_ENGINE)
    if name not in get_args(ServingEngine):
        raise InputError(
            f"{ENGINE_VARIABLE} is {name!r}.", advice=f"Allowed: {listed(get_args(ServingEngine))}."
        )
    return cast(ServingEngine, name)


def _timeout(environ: Mapping[str, str]) -> float:
    text = environ.get(TIMEOUT_VARIABLE, str(REQUEST_TIMEOUT_SECONDS))
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise InputError(f"{TIMEOUT_VARIABLE} is {text!r}; it must be a number of seconds above 0.")
    return seconds
