"""Start the notebook instance: `agcdk notebook start`."""

from __future__ import annotations

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.notebook_instance import (
    RUNNING,
    STOPPED,
    find_notebook,
    wait_for_notebook,
)
from autogluon_cli.terminal.output import print_json


@click.command(cls=Command)
@click.option("--wait/--no-wait", default=True, help="Wait until it runs.")
@pass_invocation
def start(invocation: Invocation, wait: bool) -> None:
    """Start the notebook instance, which installs the deployed client; nothing if it runs."""
    from autogluon_cli.costs.estimates import monthly_price

    found = find_notebook(invocation)
    if found.status != RUNNING:
        if found.status == "Stopping":
            wait_for_notebook(invocation, found.name, STOPPED)
        if found.status != "Pending":
            invocation.client("sagemaker").start_notebook_instance(NotebookInstanceName=found.name)
        if wait:
            wait_for_notebook(invocation, found.name, RUNNING)
    now = find_notebook(invocation)
    if invocation.as_json:
        print_json(now.document())
        return
    price = monthly_price(now.instance_type, 1)
    click.echo(f"{now.name} is {now.status} on {now.instance_type}{price}.")
    click.echo(f"Open it: {invocation.command('notebook open')}")
