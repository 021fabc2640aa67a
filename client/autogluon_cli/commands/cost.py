"""Estimate the cost of endpoints and recent jobs: `agcdk cost`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import click

from autogluon_cli.costs.estimates import HOURS_PER_MONTH, Estimate, estimate, estimate_job
from autogluon_cli.deployment.environment_stacks import undeclared_stacks
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.endpoint_states import describe_endpoint, running_instances
from autogluon_cli.terminal.output import print_json, print_table
from autogluon_contracts import names

_MOST_RUNS = 500
_AT_ONCE = 16


@click.command(cls=Command)
@predictor_argument(required=False)
@click.option(
    "--days",
    type=click.IntRange(1, 90),
    metavar="NUMBER",
    default=30,
    show_default=True,
    help="Age of the oldest jobs.",
)
@pass_invocation
def cost(invocation: Invocation, predictor: str | None, days: int) -> None:
    """Estimate the cost of endpoints and of the last DAYS' jobs from list prices."""
    from autogluon_constructs.catalogues.instances import PRICES_AS_OF

    if predictor is not None:
        deployed_predictor(invocation, predictor)
    running = _endpoints(invocation, predictor)
    jobs = _jobs(invocation, predictor, days)
    per_hour, of_jobs = _sum(running), _sum(jobs)
    note = f"Estimate by list prices of us-east-1, {PRICES_AS_OF}, without storage and transfer."
    if invocation.as_json:
        print_json(
            {
                "endpoints": [entry.document() for entry in running],
                "jobs": [entry.document() for entry in jobs],
                "endpoints_usd_per_hour": per_hour,
                "endpoints_usd_per_month": per_hour * HOURS_PER_MONTH,
                "jobs_usd": of_jobs,
                "days": days,
                "note": note,
            }
        )
        return
    _print(running, jobs, days)
    click.echo(
        f"\nEndpoints: {per_hour:,.3f} USD per hour, {per_hour * HOURS_PER_MONTH:,.2f} per month."
        f"\nJobs of the last {days} days: {of_jobs:,.3f} USD.\n{note}"
    )
    if running:
        click.echo(f"Delete an endpoint: {invocation.command('off PREDICTOR')}")


def _endpoints(invocation: Invocation, predictor: str | None) -> list[Estimate]:
    """Price one hour of every endpoint in service, also of one that no settings declare."""
    connection = invocation.connection
    found: list[Estimate] = []
    for name in connection.deployment.predictors:
        if connection.spec(name)["endpoint"] is not None and predictor in (None, name):
            found += _endpoint(invocation, name)
    for stack in undeclared_stacks(invocation):
        if predictor is None:
            found += _endpoint(invocation, str(stack.predictor))
    return found


def _endpoint(invocation: Invocation, predictor: str) -> list[Estimate]:
    name = names.endpoint(invocation.environment, predictor)
    endpoint = describe_endpoint(invocation, name)
    if endpoint is None:
        return []
    kind, count = running_instances(invocation, endpoint)
    return [estimate("endpoint, per hour", predictor, name, kind, count, 3600)] if count else []


def _jobs(invocation: Invocation, predictor: str | None, days: int) -> list[Estimate]:
    from autogluon_client.executions.runs import TRAINING, describe_jobs, list_runs

    since = datetime.now(UTC) - timedelta(days=days)
    runs = list_runs(
        invocation.connection,
        workflows=(*TRAINING, "batch_predict", "drift"),
        predictor=predictor,
        limit=_MOST_RUNS,
    )
    # A run for an unknown predictor was refused before any job, and its jobs may not be described.
    known = invocation.connection.deployment.predictors
    recent = [run for run in runs if run.started >= since and run.predictor in known]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        jobs = list(pool.map(lambda run: describe_jobs(invocation.connection, run), recent))
    return [
        estimate_job(run.predictor, run.name, job)
        for run, of_run in zip(recent, jobs, strict=True)
        for job in of_run
    ]


def _sum(estimates: list[Estimate]) -> float:
    return sum(entry.usd or 0.0 for entry in estimates)


def _print(running: list[Estimate], jobs: list[Estimate], days: int) -> None:
    columns = ("what", "predictor", "name", "instances", "hours", "USD")
    for title, entries, empty in (
        ("In service", running, "No endpoint is in service."),
        (f"Jobs of the last {days} days", jobs, "No jobs."),
    ):
        rows = [
            (
                entry.what,
                entry.predictor,
                entry.name,
                f"{entry.instance_count} x {entry.instance_type}",
                f"{entry.hours:.3f}",
                "not in the catalogue" if entry.usd is None else f"{entry.usd:.4f}",
            )
            for entry in entries
        ]
        print_table(title, columns, rows, empty=empty)
