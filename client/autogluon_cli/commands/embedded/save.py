"""Save an embedded AWS's state: `agcdk embedded save FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from autogluon_cli.embedded.control import ask
from autogluon_cli.embedded.instances import name_option as option_of
from autogluon_cli.embedded.instances import running_instance
from autogluon_cli.embedded.options import FILE, name_option
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import live_line, print_json


@click.command(cls=Command)
@click.argument("file", type=FILE)
@name_option
@pass_invocation
def save(invocation: Invocation, file: Path, name: str) -> None:
    """Save the state to FILE, while it runs.

    Nothing is saved while executions, jobs, or changes of stacks and endpoints run. FILE holds
    the account's secrets and is signed: only this project folder restores it.
    """
    target = file.absolute()
    if not target.parent.is_dir():
        raise CommandError(
            f"The folder {target.parent} does not exist.", next_command=f"mkdir -p {target.parent}"
        )
    with live_line(f"saving {name}", quiet=invocation.as_json):
        answer = ask(running_instance(name), "save", {"file": str(target)})
    if invocation.as_json:
        print_json({"name": name, **answer})
    else:
        click.echo(f"Saved {name!r} to {file} ({answer['bytes'] / 1e6:.1f} MB).")
        click.echo(f"Restore it:  agcdk embedded restore {file}{option_of(name)}")
