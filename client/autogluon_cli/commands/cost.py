"""Estimate the cost of endpoints and recent jobs: `agcdk cost`."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from autogluon_cli.costs.budgets import BudgetUse, budget_uses
from autogluon_cli.costs.estimates import (
    HOURS_PER_MONTH,
    Estimate,
    estimate,
    estimate_job,
    hours_per_month,
)
from autogluon_cli.costs.serverless import (
    PROVISIONED_IS_EXTRA,
    ServerlessEstimate,
    estimate_serverless,
)
from autogluon_cli.deployment.environment_stacks import (
    find_stacks_if_allowed,
    undeclared_stacks,
)
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.endpoint_states import (
    describe_endpoint,
    running_variants,
    serverless_settings,
)
from autogluon_cli.registry.notebook_instance import RUNNING, find_notebook
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
    """Estimate the cost of endpoints and of the last DAYS' jobs from list prices.

    Of predictors with a budget, also what this month's training has used of it.
    """
    from autogluon_constructs.catalogues.instances import PRICES_AS_OF

    if predictor is not None:
        deployed_predictor(invocation, predictor)
    in_service = _in_service(invocation, predictor)
    running = _on_instances(invocation, in_service)
    notebooks = _notebooks(invocation) if predictor is None else []
    serverless = _serverless(invocation, in_service, days)
    jobs = _jobs(invocation, predictor, days)
    declared = invocation.connection.deployment.predictors
    budgets = budget_uses(invocation, declared if predictor is None else [predictor])
    per_hour, of_jobs = _sum(running), _sum(jobs)
    weekly = _weekly_hours(invocation, running)
    per_month = sum(
        (entry.usd or 0.0) * hours_per_month(weekly.get(entry.predictor)) for entry in running
    )
    at_hours = " at their hours" if weekly else ""
    note = f"Estimate by list prices of us-east-1, {PRICES_AS_OF}, without storage and transfer."
    if invocation.as_json:
        print_json(
            {
                "endpoints": [entry.document() for entry in running],
                "notebooks": [entry.document() for entry in notebooks],
                "serverless_endpoints": [entry.document() for entry in serverless],
                "jobs": [entry.document() for entry in jobs],
                "endpoints_usd_per_hour": per_hour,
                "endpoints_usd_per_month": per_month,
                "jobs_usd": of_jobs,
                "budgets": [entry.document() for entry in budgets],
                "days": days,
                "note": note,
            }
        )
        return
    _print([*running, *notebooks], jobs, days)
    if serverless:
        _print_serverless(serverless, days)
    if budgets:
        _print_budgets(budgets)
    click.echo(
        f"\nEndpoints: {per_hour:,.3f} USD per hour, {per_month:,.2f} per month{at_hours}."
        f"\nJobs of the last {days} days: {of_jobs:,.3f} USD.\n{note}"
    )
    if notebooks:
        price = _sum(notebooks)
        click.echo(
            f"Notebook: {price:,.3f} USD per hour, {price * HOURS_PER_MONTH:,.2f} per month."
        )
        click.echo(f"Stop it: {invocation.command('notebook stop')}")
    if any(entry.provisioned_concurrency for entry in serverless):
        click.echo(f"{PROVISIONED_IS_EXTRA}.")
    if running:
        click.echo(f"Delete an endpoint: {invocation.command('off PREDICTOR')}")


def _weekly_hours(invocation: Invocation, running: list[Estimate]) -> dict[str, float]:
    """Return the hours of a week of predictors whose endpoint is in service at some hours only."""
    connection, found = invocation.connection, {}
    for entry in running:
        if entry.predictor in connection.deployment.predictors:
            hours = (connection.spec(entry.predictor)["endpoint"] or {}).get("hours")
            if hours is not None:
                found[entry.predictor] = float(hours["per_week"])
    return found


def _in_service(
    invocation: Invocation, predictor: str | None
) -> list[tuple[str, str, dict[str, Any]]]:
    """Return predictor, name and description of every endpoint in service, declared or not."""
    connection = invocation.connection
    declared = (
        name
        for name in connection.deployment.predictors
        if connection.spec(name)["endpoint"] is not None and predictor in (None, name)
    )
    undeclared = undeclared_stacks(invocation) if predictor is None else ()
    found = []
    alone = (stack.predictor for stack in undeclared if stack.predictor is not None)
    for owner in (*declared, *alone):
        name = connection.deployment.endpoint_name(owner)
        described = describe_endpoint(invocation, name)
        if described is not None:
            found.append((owner, name, described))
    for name, owners in _shared(invocation, predictor).items():
        described = describe_endpoint(invocation, name)
        if described is not None:
            found.append((owners, name, described))
    return found


def _shared(invocation: Invocation, predictor: str | None) -> dict[str, str]:
    """Return the endpoints that predictors share, each with the names of these."""
    connection, found = invocation.connection, defaultdict[str, list[str]](list)
    for name in connection.deployment.predictors:
        component = (connection.spec(name)["endpoint"] or {}).get("component")
        if component is not None:
            found[component["shared_endpoint"]].append(name)
    stacks = find_stacks_if_allowed(invocation) if predictor is None else None
    for stack in () if stacks is None else stacks.stacks:
        if stack.shared_endpoint is not None:  # also one that no predictor is on
            found[names.endpoint(invocation.environment, stack.shared_endpoint)]
    return {
        endpoint: ", ".join(owners) or "none"
        for endpoint, owners in found.items()
        if predictor is None or predictor in owners
    }


def _on_instances(
    invocation: Invocation, in_service: list[tuple[str, str, dict[str, Any]]]
) -> list[Estimate]:
    """Price one hour of every endpoint that runs on instances."""
    found = []
    for predictor, name, described in in_service:
        variants = running_variants(invocation, described)
        found += [
            estimate(
                "endpoint, per hour",
                predictor,
                name if len(variants) == 1 else f"{name}: {each.name}",
                each.instance_type,
                each.instance_count,
                3600,
            )
            for each in variants
            if each.instance_count
        ]
    return found


def _notebooks(invocation: Invocation) -> list[Estimate]:
    """Price one hour of the notebook instance, if there is one and it runs."""
    if invocation.connection.deployment.notebook is None:
        return []
    found = find_notebook(invocation)
    if found.status != RUNNING:
        return []
    return [estimate("notebook, per hour", "", found.name, found.instance_type, 1, 3600)]


def _serverless(
    invocation: Invocation, in_service: list[tuple[str, str, dict[str, Any]]], days: int
) -> list[ServerlessEstimate]:
    """Price the last days' requests of every serverless endpoint."""
    found = [
        (predictor, name, serverless_settings(described))
        for predictor, name, described in in_service
    ]
    return [
        estimate_serverless(invocation.client("cloudwatch"), predictor, name, settings, days)
        for predictor, name, settings in found
        if settings is not None
    ]


def _jobs(invocation: Invocation, predictor: str | None, days: int) -> list[Estimate]:
    from autogluon_client.executions.runs import TRAINING, describe_jobs, list_runs

    since = datetime.now(UTC) - timedelta(days=days)
    runs = list_runs(
        invocation.connection,
        workflows=(*TRAINING, "batch_predict", "drift", "process"),
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


def _print_budgets(entries: list[BudgetUse]) -> None:
    print_table(
        f"Budgets of {entries[0].month:%B %Y}, in USD",
        ("predictor", "budget", "used", "left"),
        [
            (
                entry.predictor,
                f"{entry.usd_per_month:,.2f}",
                f"{entry.used:,.4f}",
                f"{entry.left:,.4f}",
            )
            for entry in entries
        ],
        empty="",
    )


def _print_serverless(entries: list[ServerlessEstimate], days: int) -> None:
    print_table(
        f"Requests of serverless endpoints in {days} days",
        ("predictor", "name", "memory", "seconds", "USD"),
        [
            (
                entry.predictor,
                entry.name,
                f"{entry.memory_mb} MB",
                "not readable" if entry.seconds is None else f"{entry.seconds:,.1f}",
                "not known" if entry.usd is None else f"{entry.usd:.4f}",
            )
            for entry in entries
        ],
        empty="No serverless endpoint is in service.",
    )
