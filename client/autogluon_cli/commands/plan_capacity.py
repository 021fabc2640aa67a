"""Simulate an endpoint's scaling against traffic: `agcdk plan-capacity PREDICTOR`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.capacity.pictures import draw
from autogluon_cli.capacity.policy import CONCURRENCY, CPU, INVOCATIONS, Policy
from autogluon_cli.capacity.proposal import MOST_INSTANCES, Proposal, propose
from autogluon_cli.capacity.simulation import Instance, Outcome, simulate
from autogluon_cli.capacity.throughput import Throughput, measure
from autogluon_cli.capacity.traffic import Traffic, TrafficError, parse_traffic
from autogluon_cli.deployment.settings_file import load_settings
from autogluon_cli.framework.arguments import predictor_argument, served_live
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.endpoint_states import describe_endpoint, running_instances
from autogluon_cli.terminal.output import live_line, print_json, print_table
from autogluon_contracts import content_types
from autogluon_contracts.suggestions import did_you_mean

if TYPE_CHECKING:
    from autogluon_constructs.settings import Predictor, RealTimeEndpoint


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
    default=1000.0,
    show_default=True,
    help="Latency that 99 % of the requests keep with the proposed settings.",
)
@click.option(
    "--plot",
    metavar="FILE.svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw demand, instances, latency and dropped requests.",
)
@pass_invocation
def plan_capacity(
    invocation: Invocation,
    /,
    predictor: str,
    traffic: str,
    requests: tuple[Path, ...],
    seconds: float,
    throughput: float | None,
    latency_ms: float,
    start_minutes: float,
    longest_ms: float,
    plot: Path | None,
) -> None:
    """Simulate PREDICTOR's endpoint under a day's traffic, and propose `autoscaling`.

    The settings come from the file in config/. What one instance answers is measured with
    --request, or given with --throughput.
    """
    settings = _settings(invocation, predictor)
    endpoint = _real_time(invocation, predictor, settings)
    day = _traffic(invocation, predictor, traffic)
    measured = _throughput(
        invocation,
        predictor,
        endpoint.instance_type,
        requests,
        seconds,
        Throughput(throughput or 0, latency_ms / 1000),
    )
    instance = _instance(settings, endpoint, measured, start_minutes)
    policy = _policy(endpoint)
    outcome = simulate(day, instance, policy, endpoint.initial_instance_count)
    floor = replace(policy, fewest=policy.fewest if endpoint.autoscaling is not None else 1)
    proposal = propose(day, instance, floor, longest_ms / 1000)
    if plot is not None:
        drawn = outcome if proposal is None else proposal.outcome
        which = "the settings" if proposal is None else "the proposal"
        draw(drawn, f"{predictor}: {day.name} with {which}", plot)
    price = _usd_per_hour(endpoint.instance_type)
    if invocation.as_json:
        now = (policy, outcome)
        document = _document(
            predictor, day, instance, now, proposal, price, is_least=measured.is_least
        )
        print_json(document)
        return
    if measured.is_least:
        click.echo(
            "The callers on this machine were the limit: the endpoint may answer more than this."
        )
    _print(invocation, predictor, day, instance, (policy, outcome), proposal, price, longest_ms)
    if endpoint.schedules_capacity:
        click.echo("Not simulated: other bounds at given times (autoscaling.schedules).")
    if plot is not None:
        click.echo(f"Plot: {plot}")


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


def _real_time(invocation: Invocation, predictor: str, settings: Predictor) -> RealTimeEndpoint:
    from autogluon_constructs.settings import RealTimeEndpoint

    endpoint = settings.endpoint
    if isinstance(endpoint, RealTimeEndpoint):
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
    raise CommandError(
        f"Predictor {predictor!r} has an endpoint of mode {endpoint.mode!r}, whose queue is not "
        "simulated. Only real-time endpoints are.",
        next_command=invocation.command("endpoints"),
    )


def _traffic(invocation: Invocation, predictor: str, text: str) -> Traffic:
    try:
        return parse_traffic(text)
    except TrafficError as error:
        again = f"plan-capacity {predictor} --traffic daily:2:20"
        raise CommandError(
            error.message, advice=error.advice, next_command=invocation.command(again)
        ) from error


def _throughput(
    invocation: Invocation,
    predictor: str,
    instance_type: str,
    requests: tuple[Path, ...],
    seconds: float,
    given: Throughput,
) -> Throughput:
    """Return what one instance of a type answers: as measured now, or as given."""
    if given.requests_per_second and requests:
        raise CommandError(
            "--throughput and --request: give one of them.", next_command=_measured(predictor)
        )
    if given.requests_per_second:
        return given
    if not requests:
        raise CommandError(
            "What one instance answers is not known.",
            advice="Measure the live endpoint with a file that holds the body of a usual request, "
            "or give --throughput.",
            next_command=_measured(predictor),
        )
    kinds = {_content_type(path, predictor) for path in requests}
    if len(kinds) > 1:
        raise CommandError(
            "The requests are of different formats; give files of one format.",
            next_command=_measured(predictor),
        )
    spec = served_live(invocation, predictor)
    name = spec["endpoint"]["name"]
    found = describe_endpoint(invocation, name)
    running, count = (None, 0) if found is None else running_instances(invocation, found)
    if not count:
        raise CommandError(
            f"The endpoint {name} has no instance that runs.",
            next_command=invocation.command(f"on {predictor}"),
        )
    if running != instance_type:
        raise CommandError(
            f"The endpoint {name} runs on {running}, and {invocation.settings_file} names "
            f"{instance_type}: what the one answers says nothing of the other.",
            advice="Plan for the type that runs (endpoint.instance_type), put the settings' type "
            "into service, or give --throughput.",
            next_command=invocation.command(f"on {predictor} --instance-type {instance_type}"),
        )
    bodies = [path.read_bytes() for path in requests]
    with live_line(f"measuring {name}", quiet=invocation.as_json):
        client = _without_retries(invocation)
        together = measure(client, name, bodies, kinds.pop(), seconds)
    return replace(together, requests_per_second=together.requests_per_second / count)


def _content_type(path: Path, predictor: str) -> str:
    ending = path.suffix.lower()
    if ending == ".json":
        return content_types.JSON
    for kind, endings in content_types.EXTENSIONS.items():
        if ending in endings:
            return content_types.OF_FORMAT[kind]
    raise CommandError(
        f'{path}: the ending "{ending}" tells no content type.',
        advice="Name it .csv, .json, .jsonl or .parquet.",
        next_command=_measured(predictor),
    )


def _measured(predictor: str) -> str:
    return (
        f"agcdk schema {predictor} --print example > request.json && "
        f"agcdk plan-capacity {predictor} --request request.json"
    )


def _without_retries(invocation: Invocation) -> Any:
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=64, read_timeout=60)
    return invocation.session.client("sagemaker-runtime", config=config)


def _instance(
    settings: Predictor,
    endpoint: RealTimeEndpoint,
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


def _policy(endpoint: RealTimeEndpoint) -> Policy:
    scaling = endpoint.autoscaling
    if scaling is None:
        count = endpoint.initial_instance_count
        return Policy(count, count)
    given = {name: getattr(scaling, name) for name in (INVOCATIONS, CONCURRENCY, CPU)}
    return Policy(
        scaling.min_capacity,
        scaling.max_capacity,
        {name: value for name, value in given.items() if value is not None},
        scaling.scale_in_cooldown_seconds,
        scaling.scale_out_cooldown_seconds,
    )


def _usd_per_hour(instance_type: str) -> float:
    from autogluon_constructs.catalogues.instances import instance_types

    return instance_types()[instance_type].usd_per_hour


def _document(
    predictor: str,
    day: Traffic,
    instance: Instance,
    now: tuple[Policy, Outcome],
    proposal: Proposal | None,
    price: float,
    *,
    is_least: bool,
) -> dict[str, Any]:
    return {
        "predictor": predictor,
        "traffic": {
            "name": day.name,
            "hours": day.seconds / 3600,
            "requests_per_second": {"mean": day.mean, "highest": day.peak},
        },
        "instance": {**vars(instance), "may_answer_more": is_least},
        "settings": _told(*now, price),
        "proposal": None if proposal is None else _told(proposal.policy, proposal.outcome, price),
    }


def _told(policy: Policy, outcome: Outcome, price: float) -> dict[str, Any]:
    return {
        "min_capacity": policy.fewest,
        "max_capacity": policy.most,
        **policy.targets,
        "most_instances": outcome.most_instances,
        "requests": round(outcome.requests),
        "dropped": round(outcome.dropped),
        "latency_ms": {f"p{share}": 1000 * outcome.latency(share / 100) for share in (50, 99)},
        "usd_per_day": outcome.instance_hours_per_day * price,
    }


def _print(
    invocation: Invocation,
    predictor: str,
    day: Traffic,
    instance: Instance,
    now: tuple[Policy, Outcome],
    proposal: Proposal | None,
    price: float,
    longest_ms: float,
) -> None:
    click.echo(
        f"One instance answers {instance.requests_per_second:,.1f} requests per second, one alone "
        f"in {1000 * instance.latency_seconds:,.1f} ms."
    )
    shown = [("settings", *now)]
    if proposal is not None:
        shown.append(("proposal", proposal.policy, proposal.outcome))
    rows = []
    for name, policy, outcome in shown:
        told = _told(policy, outcome, price)
        rows.append(
            (
                name,
                f"{policy.fewest} to {policy.most}",
                told["most_instances"],
                f"{told['dropped']:,} of {told['requests']:,}",
                f"{told['latency_ms']['p50']:,.0f}",
                f"{told['latency_ms']['p99']:,.0f}",
                f"{told['usd_per_day']:,.2f}",
            )
        )
    print_table(
        f"{predictor} under {day.name}: {day.mean:,.1f} requests per second, at most "
        f"{day.peak:,.1f}",
        ("", "instances", "most", "dropped", "p50 ms", "p99 ms", "USD a day"),
        rows,
        empty="",
    )
    if proposal is None:
        click.echo(
            f"Nothing to propose: one request alone takes longer than {longest_ms:g} ms "
            "(--longest-ms)."
            if 1000 * instance.latency_seconds > longest_ms
            else f"Nothing to propose: {MOST_INSTANCES:,} instances do not hold the peak."
        )
        return
    click.echo(_yaml(proposal.policy, predictor))
    click.echo(
        f"Put it into {invocation.settings_file}, then {invocation.command('deploy')}.\n"
        "This is a simulation with list prices of us-east-1; a load test tells more."
    )


def _yaml(policy: Policy, predictor: str) -> str:
    lines = [
        "predictors:",
        f"  {predictor}:",
        "    endpoint:",
        f"      initial_instance_count: {policy.fewest}",
    ]
    if policy.most > policy.fewest:
        lines += [
            "      autoscaling:",
            f"        min_capacity: {policy.fewest}",
            f"        max_capacity: {policy.most}",
            *(f"        {name}: {value:g}" for name, value in policy.targets.items()),
            f"        scale_in_cooldown_seconds: {policy.scale_in_cooldown}",
            f"        scale_out_cooldown_seconds: {policy.scale_out_cooldown}",
        ]
    else:
        lines[-1] += "  # and leave autoscaling out"
    return "\n".join(lines)
