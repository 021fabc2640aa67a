"""List the predictors with their endpoints: `agcdk endpoints`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click

from autogluon_cli.costs.estimates import hours_in_words
from autogluon_cli.deployment.environment_stacks import Stack, undeclared_stacks
from autogluon_cli.deployment.undeclared_endpoints import endpoint_of
from autogluon_cli.framework.arguments import live_model
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.endpoint_states import (
    RunningVariant,
    component_in_words,
    component_settings,
    describe_component,
    describe_endpoint,
    running_instances,
    running_variants,
    serverless_in_words,
    serverless_settings,
)
from autogluon_cli.terminal.output import print_json, print_table
from autogluon_contracts import names
from autogluon_contracts.defaults import REAL_TIME

_AT_ONCE = 16


@click.command(cls=Command)
@pass_invocation
def endpoints(invocation: Invocation) -> None:
    """List the predictors with their endpoints and live versions.

    Endpoints that the settings no longer declare are listed, too, where you may describe stacks.
    """
    connection = invocation.connection
    connection.deployment, connection.client("ssm"), connection.client("sagemaker")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(
            pool.map(lambda name: _document(invocation, name), connection.deployment.predictors)
        )
    found += [_undeclared(invocation, stack) for stack in undeclared_stacks(invocation)]
    if invocation.as_json:
        print_json({"environment": invocation.environment, "endpoints": found})
        return
    shares = ("requests",) if any(row["variants"] for row in found) else ()
    times = ("in service",) if any(row["hours"] or row["ends"] for row in found) else ()
    for row in found:
        if row["pipeline"] is not None:
            row["mode"] = f"{row['mode']}, {_pipeline_in_words(**row['pipeline'])}"
    print_table(
        f"Endpoints of {invocation.environment}",
        ("predictor", "endpoint", "mode", "status", "live version", "instances", *shares, *times),
        [
            cells
            for row in found
            for cells in _rows(row, with_shares=bool(shares), with_times=bool(times))
        ],
        empty=f"No predictors yet. Add one: {invocation.command('init FILE')}",
    )


def _document(invocation: Invocation, predictor: str) -> dict[str, Any]:
    spec = invocation.connection.spec(predictor)
    live = live_model(invocation, predictor)
    document: dict[str, Any] = {
        "predictor": predictor,
        "endpoint": None,
        "status": "no endpoint in the settings",
        "mode": None,
        "live_model": live,
        "live_version": None if live == "none" else int(live.rpartition("/")[2]),
        "instance_type": None,
        "instance_count": 0,
        "serverless": None,
        "component": None,
        "variants": [],
        "hours": None,
        "ends": None,
        "pipeline": None,
    }
    if spec["endpoint"] is None:
        return document
    document |= {"hours": spec["endpoint"].get("hours"), "ends": spec["endpoint"].get("ends")}
    if spec["endpoint"].get("component") is not None:
        component = describe_component(invocation, spec["endpoint"]["name"])
        return document | {
            "endpoint": spec["endpoint"]["name"],
            "status": "off" if component is None else component["InferenceComponentStatus"],
            "mode": spec["endpoint"]["mode"],
            "component": None if component is None else component_settings(component),
        }
    found = describe_endpoint(invocation, spec["endpoint"]["name"])
    # Without a model, a promotion's choice is dropped: the next one starts with the settings'.
    kind, count = spec["endpoint"].get("instance_type"), 0
    serverless = spec["endpoint"].get("serverless")
    running = [] if found is None else running_variants(invocation, found)
    if found is not None:
        kind, count = running_instances(invocation, found) or (None, 0)
        serverless = serverless_settings(found)
    return document | {
        "endpoint": spec["endpoint"]["name"],
        "status": "off" if found is None else found["EndpointStatus"],
        "mode": spec["endpoint"].get("mode", REAL_TIME),
        "instance_type": kind,
        "instance_count": count,
        "serverless": serverless,
        "variants": _variants(invocation, predictor, spec["endpoint"].get("variants"), running),
        "pipeline": spec["endpoint"].get("pipeline"),
    }


def _variants(
    invocation: Invocation,
    predictor: str,
    declared: Mapping[str, Any] | None,
    running: Sequence[RunningVariant],
) -> list[dict[str, Any]]:
    """Describe each variant that the settings name; none where there is only the main one."""
    if not declared:
        return []
    found = {each.name: each for each in running}
    weights = sum(each.weight or 0 for each in running)
    described = []
    for name in (names.MAIN_VARIANT, *declared):
        own, live = found.get(name), invocation.connection.live_model(predictor, name)
        share = None if own is None or own.weight is None else own.weight / (weights or 1)
        described.append(
            {
                "variant": name,
                "live_version": None if live == "none" else int(live.rpartition("/")[2]),
                "weight": None if own is None else own.weight,
                "share": share,
                "instance_type": None if own is None else own.instance_type,
                "instance_count": 0 if own is None else own.instance_count,
            }
        )
    return described


def _undeclared(invocation: Invocation, stack: Stack) -> dict[str, Any]:
    """Describe an endpoint that the deployed settings do not declare, shared or a predictor's."""
    name = endpoint_of(invocation, stack)
    found = describe_endpoint(invocation, name)
    kind, count = (None if found is None else running_instances(invocation, found)) or (None, 0)
    state = "off" if found is None else found["EndpointStatus"]
    component = describe_component(invocation, name) if found is None else None
    if component is not None:
        state = component["InferenceComponentStatus"]
    return {
        "predictor": stack.predictor,
        "endpoint": name,
        "status": f"{state}, not in the settings",
        "mode": None,
        "live_model": None,
        "live_version": None,
        "instance_type": kind,
        "instance_count": count,
        "serverless": None if found is None else serverless_settings(found),
        "component": None if component is None else component_settings(component),
        "variants": [],
        "hours": None,
        "ends": None,
        "pipeline": None,
    }


def _rows(row: dict[str, Any], *, with_shares: bool, with_times: bool) -> list[tuple[Any, ...]]:
    """Return a line for the endpoint, and one for each variant beside the main one."""
    lines = _lines(row, with_shares=with_shares)
    if not with_times:
        return lines
    first, *others = lines
    return [(*first, _times(row)), *((*cells, "") for cells in others)]


def _times(row: dict[str, Any]) -> str:
    """Return when the endpoint is in service: its hours, its end."""
    parts = [] if row["hours"] is None else [hours_in_words(row["hours"])]
    if row["ends"] is not None:
        after = row["ends"].endswith(("hour", "hours", "day", "days"))
        parts.append(f"for {row['ends']}" if after else f"until {row['ends']}")
    return ", ".join(parts)


def _lines(row: dict[str, Any], *, with_shares: bool) -> list[tuple[Any, ...]]:
    main, *beside = row["variants"] or [{}]
    first = (
        row["predictor"],
        row["endpoint"],
        row["mode"],
        row["status"],
        row["live_version"],
        _instances(row),
    )
    others = [
        (
            f"  {each['variant']}",
            "",
            "",
            "off" if each["instance_type"] is None else "",
            each["live_version"],
            _instances(each),
        )
        for each in beside
    ]
    if not with_shares:
        return [first, *others]
    lines = zip((first, *others), (main, *beside), strict=True)
    return [(*cells, _share(each)) for cells, each in lines]


def _pipeline_in_words(mode: str, containers: Sequence[str]) -> str:
    return f"{mode}: {(' > ' if mode == 'serial' else ', ').join(containers)}"


def _share(variant: dict[str, Any]) -> str:
    if not variant or variant["instance_type"] is None:
        return ""
    return "copies" if variant["share"] is None else f"{variant['share']:.1%}"


def _instances(row: dict[str, Any]) -> str:
    serverless = row.get("serverless")
    if serverless is not None:
        return serverless_in_words(**serverless)
    if row.get("component") is not None:
        return component_in_words(**row["component"])
    if row["instance_type"] is None:
        return "-"
    return f"{row['instance_count']} x {row['instance_type']}"
