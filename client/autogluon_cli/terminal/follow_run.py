"""Waits for a run and shows how far it is: the state, the models trained, the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import LiveLine, live_line

# What a person calls the state machines' states; those that only decide are not shown.
_STATES = {
    "PlanTraining": "checking the input",
    "TrainModel": "training",
    "SummarizeTraining": "collecting the results",
    "RegisterModel": "registering the model",
    "PromoteModel": "promoting the model",
    "PlanBatch": "checking the input",
    "CreateModel": "preparing the model",
    "ProcessData": "predicting",
    "ProcessGroups": "predicting",
    "TransformData": "predicting",
    "SummarizeBatch": "counting the rows",
    "PreparePromotion": "checking the model",
    "UpdateStack": "updating the endpoint",
    "WaitForStack": "updating the endpoint",
    "DescribeStack": "updating the endpoint",
    "VerifyPromotion": "verifying the endpoint",
}
# In which more can be told: the models or rows so far.
_WITH_DETAIL = ("training", "predicting", "counting the rows")


def wait_for_run(
    invocation: Invocation,
    execution_arn: str,
    *,
    detail: Callable[[], str] = lambda: "",
) -> dict[str, Any]:
    """The output of an execution, shown live on stderr until it ends.

    Raises:
        ExecutionFailedError: it failed, timed out or was stopped.
    """
    from autogluon_client.executions.progress import watch

    name = execution_arn.rpartition(":")[2]
    with live_line(f"{name}: starting", quiet=invocation.as_json) as line:
        return watch(invocation.session, execution_arn, _Shown(name, line, detail).show)


def training_detail(invocation: Invocation, job_name: str) -> Callable[[], str]:
    """`3 models trained, the last is ...`, read from the job's log at every call."""
    from autogluon_client.executions.job_progress import TrainingProgress

    return TrainingProgress(invocation.client("logs"), job_name).summary


def batch_detail(invocation: Invocation, job_name: str) -> Callable[[], str]:
    """`120,000 rows predicted`, read from the logs of the batch's jobs at every call."""
    from autogluon_client.executions.job_progress import BatchProgress

    return BatchProgress(invocation.client("logs"), job_name).summary


class _Shown:
    def __init__(self, name: str, line: LiveLine, detail: Callable[[], str]) -> None:
        self._name, self._line, self._detail = name, line, detail
        self._state = "starting"

    def show(self, state: str) -> None:
        self._state = _STATES.get(state, self._state)
        detail = self._detail() if self._state in _WITH_DETAIL else ""
        self._line.now(f"{self._name}: {self._state}{', ' if detail else ''}{detail}")
