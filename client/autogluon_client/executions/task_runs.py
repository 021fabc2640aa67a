"""Start the run of a scheduler's task once, however often the task is tried."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import RunNotFoundError
from autogluon_client.executions.run import STATUSES, Run

# With an attempt's number the name has 24 characters, which fit into the SageMaker job's name.
_LONGEST_READABLE, _DIGEST_LENGTH = 9, 12


def task_run_name(task: str, identity: Sequence[str]) -> str:
    """Return the name of the run that belongs to one task of one run of a schedule.

    Args:
        task: what people call the task; the name begins with it.
        identity: what tells the task from all others, such as the ids of its DAG and DAG run.

    Example:
        >>> task_run_name("train", ["income", "manual__2026-11-30", "train"])
        'train-8460be2cd970'
    """
    readable = re.sub(r"[^A-Za-z0-9]+", "-", task)[:_LONGEST_READABLE].strip("-") or "task"
    digest = hashlib.sha256(json.dumps(list(identity)).encode()).hexdigest()
    return f"{readable}-{digest[:_DIGEST_LENGTH]}"


def start_once(
    connection: Connection, workflow: str, name: str, arguments: Mapping[str, Any]
) -> Run:
    """Start the run of a task, or find the one that an earlier try of the task started.

    A run that is in progress or has completed is found. One that failed or was stopped is not
    repeated under its name, because an execution's name can be used once: the next is called
    `<name>-2`. So is the next after one that completed with other arguments.

    Raises:
        NameTakenError: the run is in progress, with other arguments.
        NotDeployedError: the environment is not deployed.
    """
    for attempt in count(1):
        run = Run(connection, workflow, name if attempt == 1 else f"{name}-{attempt}")
        try:
            found = run.describe()
        except RunNotFoundError:
            break
        status, is_same = STATUSES[found["status"]], json.loads(found["input"]) == dict(arguments)
        if status == "InProgress" or (status == "Completed" and is_same):
            break
    return Run.start(connection, workflow, run.name, arguments)
