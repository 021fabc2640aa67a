"""Stop the notebook instance: `agcdk notebook stop`."""

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
@click.option("--wait/--no-wait", default=True, help="Wait until it is stopped.")
@pass_invocation
def stop(invocation: Invocation, wait: bool) -> None:
    """Stop the notebook instance; files below SageMaker/ are kept. Nothing if it is stopped."""
    found = find_notebook(invocation)
    if found.status == "Pending":
        wait_for_notebook(invocation, found.name, RUNNING)
    if found.status in (RUNNING, "Pending"):
        invocation.client("sagemaker").stop_notebook_instance(NotebookInstanceName=found.name)
    if wait and found.status != STOPPED:
        wait_for_notebook(invocation, found.name, STOPPED)
    now = find_notebook(invocation)
    if invocation.as_json:
        print_json(now.document())
        return
    costs = "only its volume costs" if now.status == STOPPED else "it costs until it has stopped"
    click.echo(f"{now.name} is {now.status}; {costs}.")
    click.echo(f"Start it: {invocation.command('notebook start')}")
