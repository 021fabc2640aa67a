"""Show one run: `agcdk show RUN`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.costs.estimates import estimate_job
from autogluon_cli.costs.job_resources import job_resources
from autogluon_cli.framework.arguments import run_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal import billed_time
from autogluon_cli.terminal.output import (
    print_facts,
    print_json,
    print_notes,
    print_table,
    short_duration,
    short_time,
    shown,
)
from autogluon_cli.terminal.scores import metric_of, scores_title, shown_board, shown_scores

if TYPE_CHECKING:
    from autogluon_client.executions.runs import RunRecord

_MOST_MODELS = 15
_COLUMNS = ("model", "score_test", "score_val", "fit_time")
_TOLD_ABOVE = ("predictor", "promotion", "run", "usd", *billed_time.KEYS)
_FOR_PROGRAMS = ("_uri", "_sha256")
_NAME_KEYS = ("TrainingJobName", "TransformJobName", "ProcessingJobName")
_STATUS_KEYS = ("TrainingJobStatus", "TransformJobStatus", "ProcessingJobStatus")


@click.command(cls=Command)
@run_argument
@pass_invocation
def show(invocation: Invocation, run: str) -> None:
    """Show a run's input, status, jobs, metrics, models and results."""
    from autogluon_client.executions.runs import TRAINING, describe_jobs, find_run
    from autogluon_client.workflows.comparison import read_leaderboard
    from autogluon_client.workflows.training_notes import training_notes

    found = find_run(invocation.connection, run)
    jobs = describe_jobs(invocation.connection, found)
    board = read_leaderboard(invocation.connection, found)
    notes = training_notes(invocation.connection, found.output)
    if invocation.as_json:
        told = notes.document() if found.workflow in TRAINING else {}
        print_json(
            {
                **found.document(),
                **_job_documents(jobs),
                "usd": _usd(found, jobs),
                "leaderboard": board,
                **told,
            }
        )
        return
    print_facts(_facts(found, jobs))
    if board:
        metric = metric_of(found.output)
        names = [name for name in _COLUMNS if board[0].get(name, "") != ""]
        print_table(
            scores_title("\nLeaderboard", metric),
            names,
            [tuple(row[name] for name in names) for row in shown_board(board, metric)][
                :_MOST_MODELS
            ],
            empty="",
        )
    print_notes(notes.lines())
    if any(key.endswith(_FOR_PROGRAMS) for key in found.output or {}):
        click.echo(f"\nLocations: {invocation.command(f'show {found.name} --json')}")


def _facts(run: RunRecord, jobs: list[dict[str, Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "run": run.name,
        "kind": run.workflow,
        **({"predictor": run.predictor} if run.predictor else {}),
        "status": run.status,
        "started": f"{short_time(run.started)}, took {short_duration(run.seconds)}",
    }
    if run.error or run.cause:
        facts["error"] = f"{run.error or ''}: {run.cause or ''}"
    facts |= {f"input {key}": value for key, value in run.arguments.items() if key != "predictor"}
    if len(jobs) == 1 and run.workflow != "tune":
        facts["job"] = f"{_name(jobs[0])} ({_instances(jobs[0])})"
    elif jobs:
        facts["jobs"] = "\n".join(
            f"{_name(job)} ({_instances(job)}) {_status(job)}" for job in jobs
        )
    output = dict(run.output or {})
    if output.get("metrics"):
        output["metrics"] = shown_scores(output["metrics"])
    if tracking := output.pop("tracking", None):
        facts["MLflow"] = tracking["mlflow"] or f"not logged: {tracking['problem']}"
    if (billed := billed_time.billed_time(output)) is not None:
        facts["billed"] = billed
    if (usd := _usd(run, jobs)) is not None:
        facts["cost"] = f"{usd:,.4f} USD by list price"
    for key, value in output.items():
        if key in _TOLD_ABOVE or key.endswith(_FOR_PROGRAMS) or value is None:
            continue
        facts[key.replace("_", " ")] = _lines(value)
    return facts


def _usd(run: RunRecord, jobs: list[dict[str, Any]]) -> float | None:
    """Return what the run's jobs cost until now; None without jobs, or without a known price."""
    found = [estimate_job(run.predictor, run.name, job).usd for job in jobs]
    known = [usd for usd in found if usd is not None]
    return sum(known) if known and len(known) == len(found) else None


def _lines(value: Any) -> Any:
    if isinstance(value, dict):
        return "\n".join(f"{key} {shown(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "\n".join(shown(item) for item in value)
    return value


def _job_documents(jobs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return `job`, or `jobs` by name where there are several."""
    if len(jobs) < 2:
        return {"job": _job_document(jobs[0]) if jobs else None}
    return {"jobs": {_name(job): _job_document(job) for job in jobs}}


def _name(job: dict[str, Any]) -> str:
    return str(next(job[key] for key in _NAME_KEYS if key in job))


def _status(job: dict[str, Any]) -> str:
    return str(next(job[key] for key in _STATUS_KEYS if key in job))


def _job_document(job: dict[str, Any]) -> dict[str, Any]:
    resources = job_resources(job)
    return {
        "instance_type": resources["InstanceType"],
        "instance_count": resources["InstanceCount"],
        "status": _status(job),
        "training_seconds": job.get("TrainingTimeInSeconds"),
        "billable_seconds": job.get("BillableTimeInSeconds"),
        "spot": bool(job.get("EnableManagedSpotTraining")),
        "interruptions": _interruptions(job),
        "failure_reason": job.get("FailureReason"),
    }


def _instances(job: dict[str, Any]) -> str:
    resources = job_resources(job)
    text = f"{resources['InstanceCount']} x {resources['InstanceType']}"
    if not job.get("EnableManagedSpotTraining"):
        return text
    times = _interruptions(job)
    return f"{text}, spot, interrupted {times} time{'' if times == 1 else 's'}"


def _interruptions(job: dict[str, Any]) -> int:
    transitions = job.get("SecondaryStatusTransitions", ())
    return sum(item["Status"] == "Interrupted" for item in transitions)
