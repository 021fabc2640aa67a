"""Simulate an endpoint's scaling against traffic: `agcdk plan-capacity PREDICTOR`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from autogluon_cli.capacity.backlog import simulate_backlog
from autogluon_cli.capacity.live_throughput import measuring, throughput_of_instance
from autogluon_cli.capacity.pictures import draw
from autogluon_cli.capacity.plan import Plan
from autogluon_cli.capacity.policy import BACKLOG, CONCURRENCY, CPU, INVOCATIONS, Policy, Steps
from autogluon_cli.capacity.proposal import Proposal, propose, propose_backlog
from autogluon_cli.capacity.schedule_times import times_between
from autogluon_cli.capacity.simulation import Instance, Variant, simulate_variants
from autogluon_cli.capacity.throughput import Throughput
from autogluon_cli.capacity.traffic import Traffic, TrafficError, parse_traffic
from autogluon_cli.deployment.settings_file import load_settings
from autogluon_cli.framework.arguments import predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json
from autogluon_contracts.suggestions import did_you_mean

if TYPE_CHECKING:
    from autogluon_constructs.settings import (
        AsynchronousEndpoint,
        Autoscaling,
        BacklogScaling,
        Predictor,
        RealTimeEndpoint,
        StepScaling,
    )

    _OnInstances = RealTimeEndpoint | AsynchronousEndpoint

_LONGEST_MS, _LONGEST_WAIT_MS = 1000.0, 600_000.0
_USUAL_DAY = date(2026, 12, 2)  # a Wednesday, when no clock changes: answers do not depend on today
_BEFORE = timedelta(days=31)  # how long before the traffic its first bounds may have come due
# What is not simulated, and how to plan it.
_NOT_SIMULATED = {
    "serverless": (
        "cold starts are",
        "SageMaker scales it by itself: set max_concurrency to the requests per second at the peak "
        "times the seconds of one, and provisioned_concurrency to what is to stay warm.",
    ),
    "component": (
        "copies are",
        "A copy scales as an instance does: plan for a real-time endpoint on a type with as many "
        "vCPUs as its `cpus`, and give the target to copies.",
    ),
}


@click.command(cls=Command)
@predictor_argument()
@click.option(
    "--traffic",
    metavar="TRAFFIC",
    default="daily:2:20",
    show_default=True,
    help="constant:RATE, daily:LOWEST:HIGHEST, spike:USUAL:HIGHEST (requests per second), or a CSV "
    "file with the columns timestamp and requests.",
)
@click.option(
    "--day",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Which day in UTC a shape is the traffic of, for the schedules of scaling; a Wednesday "
    "without it.",
)
@click.option(
    "--request",
    "requests",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Measure the live endpoint with this request's body; may be given several times.",
)
@click.option(
    "--seconds",
    metavar="NUMBER",
    type=click.FloatRange(1, 600),
    default=15.0,
    show_default=True,
    help="How long --request measures.",
)
@click.option(
    "--throughput",
    metavar="NUMBER",
    type=click.FloatRange(min=0, min_open=True),
    help="Requests per second that one instance answers, if you have measured it.",
)
@click.option(
    "--latency-ms",
    metavar="NUMBER",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    help="Of one request alone, with --throughput.",
)
@click.option(
    "--start-minutes",
    metavar="NUMBER",
    type=click.FloatRange(min=0),
    default=5.0,
    show_default=True,
    help="How long a new instance takes until it answers.",
)
@click.option(
    "--longest-ms",
    metavar="NUMBER",
    type=click.FloatRange(min=0, min_open=True),
    show_default="1000; of an asynchronous endpoint 600000",
    help="Latency that 99 % of the requests keep with the proposed settings.",
)
@click.option(
    "--plot",
    metavar="FILE.svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw demand, instances, latency and dropped requests.",
)
@pass_invocation
@click.pass_context
def plan_capacity(
    context: click.Context,
    invocation: Invocation,
    /,
    predictor: str,
    traffic: str,
    day: datetime | None,
    requests: tuple[Path, ...],
    seconds: float,
    throughput: float | None,
    latency_ms: float,
    start_minutes: float,
    longest_ms: float | None,
    plot: Path | None,
) -> None:
    """Simulate PREDICTOR's endpoint under a day's traffic, and propose `autoscaling`.

    The settings come from the file in config/. What one instance answers is measured with
    --request, or given with --throughput.
    """
    settings = _settings(invocation, predictor)
    endpoint = _on_instances(invocation, predictor, settings)
    waits = endpoint.mode == "asynchronous"
    longest = longest_ms or (_LONGEST_WAIT_MS if waits else _LONGEST_MS)
    variants = _variants(invocation, endpoint)
    load = _traffic(invocation, predictor, traffic, day)
    _refuse_what_is_not_used(context, invocation, predictor, requests)
    if waits and requests:
        raise CommandError(
            f"The endpoint of {predictor!r} is asynchronous, and what one instance of it answers "
            "is not measured.",
            advice="Give --throughput, and --latency-ms of one request: a batch or a local server "
            "tells them.",
            next_command=invocation.command(f"plan-capacity {predictor} --throughput 2"),
        )
    measured = throughput_of_instance(
        invocation,
        predictor,
        endpoint.instance_type,
        requests,
        seconds,
        Throughput(throughput or 0, latency_ms / 1000),
    )
    instance = _instance(settings, endpoint, measured, start_minutes)
    policy = _policy(endpoint, load)
    floor = replace(policy, fewest=policy.fewest if endpoint.autoscaling is not None else 1)
    if waits:
        found = simulate_backlog(load, instance, policy, endpoint.initial_instance_count)
        better = propose_backlog(load, instance, floor, longest / 1000)
    else:
        found = simulate_variants(load, instance, policy, variants)
        better = propose(load, instance, floor, longest / 1000, variants)
    now = Proposal(policy, found)
    price = _usd_per_hour(endpoint.instance_type)
    plan = Plan(
        predictor,
        load,
        instance,
        now,
        better,
        price,
        longest,
        measured.is_least,
        variants,
        _shadow_usd_per_day(endpoint),
        waits,
    )
    if plot is not None:
        drawn, which = (now, "the settings") if better is None else (better, "the proposal")
        draw(drawn.outcome, f"{predictor}: {load.name} with {which}", plot)
    if invocation.as_json:
        print_json(plan.document())
        return
    _print(invocation, plan)
    if endpoint.schedules_capacity and better is not None:
        click.echo(
            "The settings' bounds at given times (autoscaling.schedules) are simulated; the "
            "proposal has none."
        )
    if plot is not None:
        click.echo(f"Plot: {plot}")


def _print(invocation: Invocation, plan: Plan) -> None:
    plan.print_table()
    yaml = plan.yaml()
    if yaml is None:
        click.echo(plan.why_nothing())
        return
    click.echo(yaml)
    click.echo(
        f"Put it into {invocation.settings_file}, then {invocation.command('deploy')}.\n"
        "This is a simulation with list prices of us-east-1; a load test tells more."
    )


def _refuse_what_is_not_used(
    context: click.Context, invocation: Invocation, predictor: str, requests: tuple[Path, ...]
) -> None:
    """Refuse an option of the other way to know what an instance answers."""
    unused = {"latency_ms": "--latency-ms"} if requests else {"seconds": "--seconds"}
    needed = "--throughput" if requests else "--request"
    for name, option in unused.items():
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise CommandError(
                f"{option} goes with {needed}, which is not given.",
                next_command=measuring(invocation, predictor),
            )


def _settings(invocation: Invocation, predictor: str) -> Predictor:
    declared = load_settings(invocation).predictors
    if predictor not in declared:
        raise CommandError(
            f'{invocation.settings_file} has no predictor "{predictor}"'
            f"{did_you_mean(predictor, declared)}.",
            next_command=invocation.command("validate"),
            exit_code=ExitCode.NOT_FOUND,
        )
    return declared[predictor]


def _on_instances(invocation: Invocation, predictor: str, settings: Predictor) -> _OnInstances:
    from autogluon_constructs.settings import AsynchronousEndpoint, RealTimeEndpoint

    endpoint = settings.endpoint
    if isinstance(endpoint, RealTimeEndpoint | AsynchronousEndpoint):
        if endpoint.fallback_instance_types:
            raise CommandError(
                f"Predictor {predictor!r} has fallback_instance_types, with which an endpoint does "
                "not scale automatically.",
                advice="Leave them out of the settings to plan for instance_type alone.",
                next_command=invocation.command("validate"),
            )
        return endpoint
    if endpoint is None:
        raise CommandError(
            f"Predictor {predictor!r} has no endpoint in its settings.",
            advice=f"Add `endpoint: {{instance_type: ml.m5.large}}` to predictors.{predictor}.",
            next_command=invocation.command("validate"),
            exit_code=ExitCode.NOT_FOUND,
        )
    what, advice = _NOT_SIMULATED[endpoint.mode]
    raise CommandError(
        f"Predictor {predictor!r} has an endpoint of mode {endpoint.mode!r}, whose {what} not "
        "simulated. Only endpoints on instances of their own are.",
        advice=advice,
        next_command=invocation.command("endpoints"),
    )


def _variants(invocation: Invocation, endpoint: _OnInstances) -> list[Variant]:
    """Return who shares the requests, as if each variant had a version.

    Raises:
        CommandError: one of them runs on another type, whose throughput is not known.
    """
    sharing = [each for each in endpoint.variants_beside if not each.is_shadow]
    for each in sharing:
        if each.instance_type != endpoint.instance_type:
            raise CommandError(
                f"Variant {each.name!r} runs on {each.instance_type}, and what one instance of "
                f"{endpoint.instance_type} answers says nothing of it.",
                advice="Plan with endpoint.instance_type for all variants, or without the variant.",
                next_command=invocation.command("validate"),
            )
    everyone = [endpoint.main_variant, *sharing]
    total = sum(each.weight for each in everyone)
    return [
        Variant(each.name, each.weight / total, each.initial_instance_count) for each in everyone
    ]


def _shadow_usd_per_day(endpoint: _OnInstances) -> float:
    """Return what a shadow costs, whose number of instances stays and whose answers are dropped."""
    return sum(
        24 * each.initial_instance_count * _usd_per_hour(each.instance_type)
        for each in endpoint.variants_beside
        if each.is_shadow
    )


def _traffic(invocation: Invocation, predictor: str, text: str, day: datetime | None) -> Traffic:
    if day is not None and Path(text).is_file():
        raise CommandError(
            f"--day: {text} has times of its own.",
            advice="Leave --day out; it goes with constant, daily and spike.",
            next_command=invocation.command(f"plan-capacity {predictor} --traffic {text}"),
        )
    try:
        return parse_traffic(text, _USUAL_DAY if day is None else day.date())
    except TrafficError as error:
        again = f"plan-capacity {predictor} --traffic daily:2:20"
        raise CommandError(
            error.message, advice=error.advice, next_command=invocation.command(again)
        ) from error


def _instance(
    settings: Predictor,
    endpoint: _OnInstances,
    measured: Throughput,
    start_minutes: float,
) -> Instance:
    from autogluon_constructs.catalogues.instances import instance_types
    from autogluon_constructs.endpoint.server_numbers import server_numbers

    server = server_numbers(settings.serving, instance_types()[endpoint.instance_type])
    return Instance(
        measured.requests_per_second,
        measured.latency_seconds,
        queue=server.workers * server.max_queued_requests,
        start_seconds=round(60 * start_minutes),
    )


def _policy(endpoint: _OnInstances, traffic: Traffic) -> Policy:
    scaling = endpoint.autoscaling
    if scaling is None:
        count = endpoint.initial_instance_count
        return Policy(count, count)
    names = (INVOCATIONS, CONCURRENCY, CPU, BACKLOG)
    given = {name: getattr(scaling, name, None) for name in names}
    steps = getattr(scaling, "steps", None)
    return Policy(
        scaling.min_capacity,
        scaling.max_capacity,
        {name: value for name, value in given.items() if value is not None},
        scaling.scale_in_cooldown_seconds,
        scaling.scale_out_cooldown_seconds,
        None if steps is None else _steps(steps),
        _later_bounds(scaling, traffic),
    )


def _later_bounds(
    scaling: Autoscaling | BacklogScaling, traffic: Traffic
) -> list[tuple[float, int, int]]:
    """Return the bounds of schedules, those that hold at the traffic's beginning among them."""
    begins = datetime.fromtimestamp(traffic.begins, UTC)
    ends = begins + timedelta(seconds=traffic.seconds)
    found = [
        (due - traffic.begins, schedule.min_capacity, schedule.max_capacity)
        for schedule in scaling.schedules.values()
        for due in times_between(
            schedule.expression,
            schedule.timezone,
            begins - (_BEFORE if schedule.expression.startswith("cron") else timedelta()),
            ends,
        )
    ]
    return sorted(found)


def _usd_per_hour(instance_type: str) -> float:
    from autogluon_constructs.catalogues.instances import instance_types

    return instance_types()[instance_type].usd_per_hour


def _steps(steps: StepScaling) -> Steps:
    return Steps(
        f"target_{steps.metric}",
        [(step.at_least, step.add) for step in steps.ascending],
        [(step.at_most, step.remove) for step in steps.descending],
        steps.scale_out_minutes,
        steps.scale_in_minutes,
    )
