"""Say what an endpoint costs before it is started."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from autogluon_cli.costs.estimates import monthly_price
from autogluon_cli.costs.serverless import PROVISIONED_IS_EXTRA, serverless_usd_per_second
from autogluon_cli.deployment.ended_endpoints import ended_in_words
from autogluon_cli.framework.arguments import deployed_predictor
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.registry.endpoint_states import (
    component_in_words,
    describe_endpoint,
    running_instances,
    running_variants,
    serverless_in_words,
)


def say_price(
    invocation: Invocation, predictor: str, choices: Mapping[str, Any] | None = None
) -> None:
    """Print on stderr which instances a promotion starts, and their monthly list price.

    It is said first where the endpoint's end is over, so that the promotion is soon undone.

    Nothing is printed where the instances that run stay.

    Args:
        choices: the `variant`, or the `instance_type` and `initial_instance_count`, that the
            promotion asks for.
    """
    endpoint = deployed_predictor(invocation, predictor)["endpoint"]
    if endpoint is None or invocation.as_json:
        return
    ended = ended_in_words(predictor, endpoint.get("ends"))
    if ended is not None:
        click.echo(ended, err=True)
    component = endpoint.get("component")
    if component is not None:
        has = component_in_words(
            endpoint_name=component["shared_endpoint"], copies=component["copies"]
        )
        click.echo(
            f"It will have {has}, which costs what the instances of that endpoint do; see "
            f"{invocation.command('cost')}.",
            err=True,
        )
        return
    if endpoint.get("serverless") is not None:
        _say_serverless_price(endpoint["serverless"])
        return
    wanted = choices or {}
    beside = (endpoint.get("variants") or {}).get(wanted.get("variant"))
    if "variant" in wanted:
        _say_price_of_variant(invocation, endpoint, str(wanted["variant"]), beside)
        return
    found = describe_endpoint(invocation, endpoint["name"])
    if found is None:
        now = None
        before = (endpoint["instance_type"], endpoint["initial_instance_count"])
    else:
        now = running_instances(invocation, found)
        # Until its stack is deployed again, an endpoint may still be serverless.
        before = now or (endpoint["instance_type"], endpoint["initial_instance_count"])
    kind = str(wanted.get("instance_type", before[0]))
    count = int(wanted.get("initial_instance_count", before[1]))
    if (kind, count) != now:
        price = monthly_price(kind, count, endpoint.get("hours"))
        ends = ", until it scales to none" if endpoint.get("scales_to_zero") else ""
        click.echo(f"The endpoint will run on {count} x {kind}{price}{ends}.", err=True)


def _say_serverless_price(settings: Mapping[str, Any]) -> None:
    usd = 1000 * serverless_usd_per_second(settings["memory_mb"])
    warm = f". {PROVISIONED_IS_EXTRA}" if settings["provisioned_concurrency"] else ""
    click.echo(
        f"The endpoint will be {serverless_in_words(**settings)}: about {usd:.2f} USD for 1,000 "
        f"seconds of requests{warm}.",
        err=True,
    )


def _say_price_of_variant(
    invocation: Invocation,
    endpoint: Mapping[str, Any],
    variant: str,
    declared: Mapping[str, Any] | None,
) -> None:
    """Print what a variant adds; nothing where it runs, or where the promotion will refuse it."""
    found = describe_endpoint(invocation, endpoint["name"])
    if declared is None or found is None:
        return
    if any(each.name == variant for each in running_variants(invocation, found)):
        return
    kind, count = declared["instance_type"], declared["initial_instance_count"]
    price = monthly_price(kind, count, endpoint.get("hours"))
    click.echo(f"{variant} will run on {count} x {kind} besides{price}.", err=True)
