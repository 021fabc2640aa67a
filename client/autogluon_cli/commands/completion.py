"""Print a shell completion script: `agcdk completion SHELL`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
@pass_invocation
def completion(invocation: Invocation, context: click.Context, shell: str) -> None:
    """Print a shell's completion script.

    Load it with: eval "$(agcdk completion bash)"
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"click does not support {shell}")
    script = found(context.find_root().command, {}, "agcdk", "_AGCDK_COMPLETE").source()
    if invocation.as_json:
        print_json({"shell": shell, "script": script})
    else:
        click.echo(script)
