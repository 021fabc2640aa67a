"""One execution on the embedded AWS's interpreter, without a server: no task can be called."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any
from unittest import mock

from embedded_aws.stepfunctions.definitions.machine import find_problems
from embedded_aws.stepfunctions.execution.execution import Execution, ExecutionOrder
from embedded_aws.stepfunctions.library import moto_patches
from embedded_aws.stepfunctions.tasks.task_catalogue import task_service_for

moto_patches.apply(task_service_for)
_ARN = "arn:aws:states:us-east-1:123456789012:{}:alone"


@dataclass(frozen=True)
class Ended:
    """How an execution ended; `output` is JSON, None where there is none."""

    status: str
    output: Any
    error: str | None
    cause: str | None


def run_alone(definition: dict[str, Any], given: Any, *, seconds: float = 20) -> Ended:
    """Check a definition and run it to its end."""
    text = json.dumps(definition)
    assert find_problems(text) == []
    ended = threading.Event()
    order = ExecutionOrder(
        name="run",
        arn=_ARN.format("execution") + ":run",
        machine_name="alone",
        machine_arn=_ARN.format("stateMachine"),
        definition=text,
        session=mock.Mock(role_arn="role"),
        run_map=mock.Mock(),
        account_id="123456789012",
        region="us-east-1",
        input_text=json.dumps(given),
    )
    execution = Execution(order, None, lambda _execution: ended.set())
    execution.start()
    assert ended.wait(seconds), f"no end after {seconds} s: {execution.history.events()[-5:]}"
    output = None if execution.output is None else json.loads(execution.output)
    return Ended(execution.status, output, execution.error, execution.cause)
