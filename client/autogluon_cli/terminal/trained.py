"""Print what a training or tuning run has made, and what to do next."""

from __future__ import annotations

from typing import Any

import click

from autogluon_cli.framework.arguments import live_model
from autogluon_cli.framework.corrections import with_only_file
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.billed_time import billed_time
from autogluon_cli.terminal.output import print_facts, print_notes, shown
from autogluon_cli.terminal.scores import objective_of, shown_score, shown_scores
from autogluon_contracts.shown.scores import ShownMetric


def print_trained(invocation: Invocation, predictor: str, run: str, output: dict[str, Any]) -> None:
    """Print decision, metrics, version and notes of a run that has completed."""
    from autogluon_client.workflows.training_notes import training_notes

    billed = billed_time(output) if output.get("spot") else None
    scores = shown_scores(output["metrics"])
    print_facts(
        {
            # Absent in the output of a run by an earlier release.
            "run": run if "instance_type" not in output else f"{run}, on {output['instance_type']}",
            "decision": f"{output['decision']}. {output['reason']}",
            **({} if billed is None else {"billed": billed}),
            "best model": output["best_model"],
            **{f"{output['evaluated_on']} {name}": text for name, text in scores.items()},
            **_tuned(output.get("tuning"), objective_of(invocation, predictor, output)),
            "model": f"version {_version(output)}",
        }
    )
    print_notes([*training_notes(invocation.connection, output).lines(), *_not_logged(output)])
    if output.get("tuning"):
        click.echo(f"\nTrials: {invocation.command(f'trials {run}')}")
    if output.get("report_uri"):
        click.echo(f"\nReport: {invocation.command(f'report {run}')}")
    click.echo(_next_step(invocation, output, predictor, run))


def _not_logged(output: dict[str, Any]) -> list[str]:
    """Return why the run is not on the tracking server, if it is not."""
    problem = (output.get("tracking") or {}).get("problem")
    return [] if problem is None else [f"The run was not logged to MLflow: {problem}"]


def _next_step(invocation: Invocation, output: dict[str, Any], predictor: str, run: str) -> str:
    if output["decision"] == "Rejected":
        return f"The quality gate rejected the model. Next: {invocation.command(f'show {run}')}"
    version = _version(output)
    if output["decision"] == "PendingManualApproval":
        words = f"approve {predictor} {version} --on"
        return f"The model needs approval. Next: {invocation.command(words)}"
    # Of a run that ended a while ago, the output tells what was live then.
    is_live = live_model(invocation, predictor) == output["model_package_arn"]
    if is_live and (output["promotion"] or {}).get("endpoint_name"):
        words = with_only_file(invocation.command(f"predict {predictor} FILE"))
        return f"The model is in service. Next: {words}"
    if not is_live and output["promotion"] is not None:
        words = f"on {predictor} --model {version}"
        return f"Another version is live, or none. Next: {invocation.command(words)}"
    return f"Next: {with_only_file(invocation.command(f'batch {predictor} FILE'))}"


def _version(output: dict[str, Any]) -> str:
    return str(output["model_package_arn"]).rpartition("/")[2]


def _tuned(tuning: dict[str, Any] | None, metric: ShownMetric | None) -> dict[str, Any]:
    if tuning is None:
        return {}
    values = "\n".join(f"{path} {value}" for path, value in tuning["values"].items())
    ended = f"{tuning['completed']} of {tuning['trials']} trials with an objective"
    reached = shown(tuning["objective"])
    if metric is not None:
        reached = f"{metric.name} {shown_score(metric.name, tuning['objective'])}"
    return {"best of": f"{ended}, {reached}", "tuned": values}
