"""Names: of the executions a client starts, and of what is named after them."""

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
    """A name that nobody else chooses, such as `fit-261120-101500-a1b2`.

    With a purpose of up to 5 letters it is short enough to stand whole in the SageMaker job's name.
    """
    return f"{purpose}-{datetime.now(UTC):%y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def checked_name(name: str) -> str:
    """The name itself.

    Raises:
        InvalidArgumentError: Step Functions takes no such execution name.
    """
    if not _EXECUTION_NAME.fullmatch(name):
        raise InvalidArgumentError(
            f"job_name: got {name!r}; allowed: 1 to 80 letters, digits, '-' and '_'."
        )
    return name


def sagemaker_job_name(predictor: str, execution_arn: str) -> str:
    """Name of the SageMaker job that an execution starts (docs/reference/contracts.md)."""
    digest = hashlib.sha256(execution_arn.encode()).hexdigest()[:8]
    room = min(_LONGEST_EXECUTION_PART, _LONGEST_JOB_NAME - len(predictor) - len("--") - 8)
    part = re.sub(r"[^A-Za-z0-9-]", "-", execution_arn.rpartition(":")[2])[:room]
    return f"{predictor}-{part}-{digest}"


def execution_name_in(job_name: str, predictor: str) -> str | None:
    """The execution's name within a SageMaker job's name, as far as it stands there."""
    found = re.fullmatch(rf"{re.escape(predictor)}-(?P<name>.+)-[0-9a-f]{{8}}", job_name)
    return found["name"] if found else None
