"""Wait for a run and show how far it is: the state, the models trained, the rows predicted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import live_line, short_duration
from autogluon_contracts.shown.states import DOING_IN, WITH_DETAIL

if TYPE_CHECKING:
    from autogluon_client.executions.run import Run


def wait_for_run(
    invocation: Invocation, run: Run, predictor: str, *, time_limit: float | None = None
) -> dict[str, Any]:
    """Wait for a run and return its output; progress is shown on stderr.

    Args:
        time_limit: the seconds that AutoGluon may take of a training run, to compare with.

    Raises:
        ExecutionFailedError: it failed, timed out or was stopped.
    """
    from autogluon_client.executions.executions import wait_for_execution

    invocation.waits_for = run.name
    if invocation.as_json:
        return wait_for_execution(invocation.session, run.arn)
    detail = _detail(invocation, run, predictor)
    doing = "starting"
    begun: float | None = None  # the work that the time limit is for
    with live_line(f"{run.name}: {doing}", quiet=False) as line:

        def show(state: str) -> None:
            nonlocal doing, begun
            doing = DOING_IN.get(state, doing)
            parts = [doing]
            left = None
            if doing in WITH_DETAIL:
                parts.append(detail())
                if time_limit is not None:
                    begun = time.monotonic() if begun is None else begun
                    # Beside the limit, the job starts and judges what it has learnt.
                    left = max(0.0, time_limit - (time.monotonic() - begun)) or None
                    parts.append(f"time_limit {short_duration(time_limit)}")
            line.now(f"{run.name}: {', '.join(filter(None, parts))}", left=left)

        return wait_for_execution(
            invocation.session,
            run.arn,
            show=show,
            tell=lambda sentence: line.say(f"Note on the data: {sentence}"),
        )


def _detail(invocation: Invocation, run: Run, predictor: str) -> Callable[[], str]:
    """Return what reads the progress of the run's jobs or of its endpoint, at every call."""
    from autogluon_client.executions.job_progress import BatchProgress
    from autogluon_client.executions.names import job_name_of
    from autogluon_client.executions.runs import TRAINING
    from autogluon_client.executions.update_progress import UpdateProgress
    from autogluon_client.workflows.train import TrainingRun

    job_name = job_name_of(run.workflow, predictor, run.arn)
    if run.workflow in TRAINING:
        return TrainingRun(run, predictor).progress().summary
    if run.workflow == "batch_predict":
        return BatchProgress(invocation.client("logs"), job_name).summary
    if run.workflow == "promote":
        return UpdateProgress(invocation.connection, predictor).summary
    return lambda: ""
