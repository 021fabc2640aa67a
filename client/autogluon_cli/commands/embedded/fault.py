"""Let faults happen in an embedded AWS: `agcdk embedded fault VERB`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autogluon_cli.embedded.control import ask
from autogluon_cli.embedded.instances import running_instance
from autogluon_cli.embedded.options import name_option
from autogluon_cli.framework.command import Command, common_options
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json, print_table


@click.group()
def fault() -> None:
    """Add, list and clear the faults that happen on demand."""


fault.params.extend(common_options())


@fault.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@name_option
@pass_invocation
def add(invocation: Invocation, file: Path, name: str) -> None:
    """Add the faults in FILE (YAML or JSON) to those that are there."""
    answer = ask(running_instance(name), "faults/add", {"file": str(file.absolute())})
    _report(invocation, answer)


@fault.command("list", cls=Command)
@name_option
@pass_invocation
def list_(invocation: Invocation, name: str) -> None:
    """List the faults: the calls that matched, and how often each happened."""
    _report(invocation, ask(running_instance(name), "faults/list", {}))


@fault.command(cls=Command)
@name_option
@pass_invocation
def clear(invocation: Invocation, name: str) -> None:
    """Remove all faults."""
    answer = ask(running_instance(name), "faults/clear", {})
    if invocation.as_json:
        print_json(answer)
    else:
        click.echo(f"Removed {answer['removed']} faults.")


def _report(invocation: Invocation, answer: dict[str, Any]) -> None:
    if invocation.as_json:
        print_json(answer)
        return
    print_table(
        "Faults",
        ("at", "fault", "where", "matched", "happened"),
        [
            (
                row["at"],
                row["fault"],
                ", ".join(f"{path}={pattern}" for path, pattern in row["where"].items()),
                row["seen"],
                row["happened"] if row["times"] is None else f"{row['happened']} of {row['times']}",
            )
            for row in answer["faults"]
        ],
        empty="No faults.",
    )
