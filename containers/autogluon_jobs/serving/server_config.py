"""The `AUTOGLUON_SERVING` environment of a model: how its server joins and bounds requests."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.suggestions import did_you_mean as hint
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.batcher import BatchLimits

VARIABLE = "AUTOGLUON_SERVING"
TIMEOUT_VARIABLE = "SAGEMAKER_MODEL_SERVER_TIMEOUT"
_VERSION = 1
_DEFAULT_TIMEOUT_SECONDS = 60  # the container's own


@dataclass(frozen=True)
class ServingConfig:
    """Numbers of one worker process.

    The defaults are for a model that was registered without this variable, on the container's one
    `sync` worker: nothing is ever joined or refused there, for there is one request at a time.
    """

    workers: int = 1
    max_batch_rows: int = 64
    max_wait_ms: float = 2.0
    max_queued_requests: int = 64
    timeout_seconds: float = _DEFAULT_TIMEOUT_SECONDS

    @property
    def limits(self) -> BatchLimits:
        """The batcher's part."""
        return BatchLimits(self.max_batch_rows, self.max_wait_ms / 1000, self.max_queued_requests)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> ServingConfig:
        """Read the server's environment.

        Raises:
            InputError: a variable holds something else than the contract says.
        """
        timeout = _timeout(environ)
        text = environ.get(VARIABLE)
        if text is None:
            return cls(timeout_seconds=timeout)
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            raise InputError(f"{VARIABLE} is not JSON: {error}.") from error
        return cls(**_checked(document), timeout_seconds=timeout)


_LOWEST = {"workers": 1, "max_batch_rows": 1, "max_wait_ms": 0, "max_queued_requests": 1}


def _checked(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise InputError(f"{VARIABLE} is no object with version {_VERSION}.")
    values = {key: value for key, value in document.items() if key != "version"}
    for key, value in values.items():
        if key not in _LOWEST:
            raise InputError(f'{VARIABLE} has the unknown key "{key}"{hint(key, _LOWEST)}.')
        allowed = (int, float) if key == "max_wait_ms" else (int,)
        if isinstance(value, bool) or not isinstance(value, allowed) or value < _LOWEST[key]:
            kind = "a number" if key == "max_wait_ms" else "a whole number"
            raise InputError(
                f"{VARIABLE}: {key} is {value!r}; it must be {kind} from {_LOWEST[key]}."
            )
    missing = [key for key in _LOWEST if key not in values]
    if missing:
        raise InputError(f"{VARIABLE} lacks {missing[0]}; register the model again.")
    return values


def _timeout(environ: Mapping[str, str]) -> float:
    text = environ.get(TIMEOUT_VARIABLE, str(_DEFAULT_TIMEOUT_SECONDS))
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise InputError(f"{TIMEOUT_VARIABLE} is {text!r}; it must be a number of seconds above 0.")
    return seconds
