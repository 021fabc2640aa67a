"""Name runs."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

from autogluon_client.errors import InvalidArgumentError
from autogluon_contracts import names

_EXECUTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


def new_name(purpose: str) -> str:
    """Return a name that is not in use, such as `fit-261120-101500-a1b2`.

    With a purpose of up to 5 letters it fits into the SageMaker job's name as a whole.
    """
    return f"{purpose}-{datetime.now(UTC):%y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def run_name(workflow: str, name: str | None) -> str:
    """Return the name of a run of Train or Tune: the one given, or a new one."""
    return name or new_name("fit" if workflow == "train" else workflow)


def job_name_of(workflow: str, predictor: str, execution_arn: str, *, attempt: int = 1) -> str:
    """Return the name of the SageMaker job that a run starts; of a tuning run its tuning job's."""
    if workflow == "tune":
        return names.tuning_job_name(predictor, execution_arn)
    return names.job_name(predictor, execution_arn, attempt=attempt)


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
