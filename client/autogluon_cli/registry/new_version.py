"""Print a version that was registered without a run, and what follows."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import print_json

if TYPE_CHECKING:
    from autogluon_client.registry.imports import ImportedVersion
    from autogluon_client.registry.register import RegisteredVersion


def say_registered(
    invocation: Invocation,
    predictor: str,
    found: ImportedVersion | RegisteredVersion,
    *,
    what: str,
    where: str,
) -> None:
    """Print the version and the command that approves it or puts it into service.

    Args:
        what: what was registered, such as `Version 3 of income in dev`.
        where: what completes `<what> is now version 5`, such as ` of income (Approved)`.
    """
    if invocation.as_json:
        print_json(asdict(found))
        return
    verb = "is here already as" if found.was_here else "is now"
    click.echo(f"{what} {verb} version {found.version}{where}.")
    following = f"on {predictor} --model {found.version}"
    if found.status != "Approved":
        following = f"approve {predictor} {found.version}"
    click.echo(f"Next: {invocation.command(following)}")
