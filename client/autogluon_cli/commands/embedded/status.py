"""List the embedded AWSs that run: `agcdk embedded status`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from autogluon_cli.embedded.control import ask
from autogluon_cli.embedded.instances import running_instance, running_instances
from autogluon_cli.embedded.report import document_of
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json, print_table


@click.command(cls=Command)
@click.option("--name", metavar="NAME", help="Only this one.  [default: all that run]")
@pass_invocation
def status(invocation: Invocation, name: str | None) -> None:
    """List what runs: name, URL, process, since when, and what is in it."""
    instances = running_instances() if name is None else [running_instance(name)]
    found = [document_of(instance) | ask(instance, "status", {}) for instance in instances]
    if invocation.as_json:
        print_json({"instances": found})
        return
    print_table(
        "Embedded AWSs",
        ("name", "url", "process", "since", "stacks", "endpoints", "runs now"),
        [
            (
                row["name"],
                row["url"],
                row["pid"],
                datetime.fromisoformat(row["started"]),
                _listed(row["stacks"], "_COMPLETE"),
                _listed(row["endpoints"], "InService"),
                ", ".join(row["running"]) or "-",
            )
            for row in found
        ],
        empty="No embedded AWS runs. Start one: agcdk embedded start",
    )


def _listed(statuses: dict[str, Any], usual: str) -> str:
    """Return the names, with the status of each that has an unusual one."""
    return (
        "\n".join(
            name if str(status).endswith(usual) else f"{name} ({status})"
            for name, status in statuses.items()
        )
        or "-"
    )
