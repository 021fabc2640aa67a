"""Say what an endpoint costs before it is started."""

from __future__ import annotations

from collections.abc import Mapping

import click

from autogluon_cli.costs.estimates import monthly_price
from autogluon_cli.framework.arguments import deployed_predictor
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.registry.endpoint_states import describe_endpoint, running_instances


def say_price(
    invocation: Invocation, predictor: str, choices: Mapping[str, str | int] | None = None
) -> None:
    """Print on stderr which instances a promotion starts, and their monthly list price.

    Nothing is printed where the instances that run stay.

    Args:
        choices: the `instance_type` and `initial_instance_count` that the promotion asks for.
    """
    endpoint = deployed_predictor(invocation, predictor)["endpoint"]
    if endpoint is None or invocation.as_json:
        return
    wanted = choices or {}
    found = describe_endpoint(invocation, endpoint["name"])
    if found is None:
        now = None
        before = (endpoint["instance_type"], endpoint["initial_instance_count"])
    else:
        now = before = running_instances(invocation, found)
    kind = str(wanted.get("instance_type", before[0]))
    count = int(wanted.get("initial_instance_count", before[1]))
    if (kind, count) != now:
        price = monthly_price(kind, count)
        ends = ", until it scales to none" if endpoint.get("scales_to_zero") else ""
        click.echo(f"The endpoint will run on {count} x {kind}{price}{ends}.", err=True)
