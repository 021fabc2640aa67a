"""Print an embedded AWS's variables: `agcdk embedded env`."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

import click

from autogluon_cli.embedded.instances import running_instance
from autogluon_cli.embedded.options import name_option
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json

# One line each. Their values are URLs, keys and region names, which .env files take as they are.
_FORMATS: Mapping[str, Callable[[str, str], str]] = {
    "bash": lambda name, value: f"export {name}={shlex.quote(value)}",
    "fish": lambda name, value: f"set -gx {name} {shlex.quote(value)};",
    "dotenv": lambda name, value: f"{name}={value}",
}


@click.command(cls=Command)
@name_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*_FORMATS, "json"]),
    default="bash",
    show_default=True,
    help="Who reads it; bash is also zsh's.",
)
@pass_invocation
def env(invocation: Invocation, name: str, form: str) -> None:
    """Print the variables that point any AWS tool at an embedded AWS, and nothing else.

    Use it as: eval "$(agcdk embedded env)"
    """
    variables = running_instance(name).variables
    if invocation.as_json or form == "json":
        print_json(variables)
        return
    for variable, value in variables.items():
        click.echo(_FORMATS[form](variable, value))
