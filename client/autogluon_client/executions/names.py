"""Name runs, and what is named after them."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime

from autogluon_client.errors import InvalidArgumentError

_EXECUTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_LONGEST_JOB_NAME = 63
_LONGEST_EXECUTION_PART = 24


def new_name(purpose: str) -> str:
    """Return a name that is not in use, such as `fit-261120-101500-a1b2`.

    With a purpose of up to 5 letters it fits into the SageMaker job's name as a whole.
    """
    return f"{purpose}-{datetime.now(UTC):%y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def checked_name(name: str) -> str:
    """Return the name, if Step Functions accepts it.

    Raises:
        InvalidArgumentError: it does not.
    """
    if not _EXECUTION_NAME.fullmatch(name):
        raise InvalidArgumentError(
            f"job_name: got {name!r}; allowed: 1 to 80 letters, digits, '-' and '_'.",
            argument="job_name",
        )
    return name


def sagemaker_job_name(predictor: str, execution_arn: str) -> str:
    """Return the name of the SageMaker job that a run starts (docs/reference/contracts.md)."""
    digest = hashlib.sha256(execution_arn.encode()).hexdigest()[:8]
    room = min(_LONGEST_EXECUTION_PART, _LONGEST_JOB_NAME - len(predictor) - len("--") - 8)
    part = re.sub(r"[^A-Za-z0-9-]", "-", execution_arn.rpartition(":")[2])[:room]
    return f"{predictor}-{part}-{digest}"


def execution_name_in(job_name: str, predictor: str) -> str | None:
    """Return the run's name within a SageMaker job's name, as much of it as that contains."""
    found = re.fullmatch(rf"{re.escape(predictor)}-(?P<name>.+)-[0-9a-f]{{8}}", job_name)
    return found["name"] if found else None
