"""Stop an embedded AWS: `agcdk embedded stop`."""

from __future__ import annotations

import click

from autogluon_cli.embedded.instances import running_instance, running_instances
from autogluon_cli.embedded.lifecycle import stop as stop_instance
from autogluon_cli.embedded.options import name_option
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json


@click.command(cls=Command)
@name_option
@click.option("--all", "all_of_them", is_flag=True, help="Stop all that run.")
@pass_invocation
def stop(invocation: Invocation, name: str, all_of_them: bool) -> None:
    """Stop an embedded AWS, its functions, jobs and model servers; its state is lost."""
    stopping = running_instances() if all_of_them else [running_instance(name)]
    for instance in stopping:
        stop_instance(instance)
    names = [instance.name for instance in stopping]
    if invocation.as_json:
        print_json({"stopped": names})
    else:
        click.echo(f"Stopped {', '.join(names)}." if names else "Nothing runs.")
