"""`agcdk completion SHELL`: the script that lets the shell complete commands and predictors."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from autogluon_cli.command import Command


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print SHELL's completion script, e.g.: eval "$(agcdk completion bash)"."""
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"click completes no {shell}")
    click.echo(found(context.find_root().command, {}, "agcdk", "_AGCDK_COMPLETE").source())
