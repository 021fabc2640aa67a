"""Show one set of mirrored weights: `agcdk weights show NAME`."""

from __future__ import annotations

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_facts, print_json, print_table


@click.command(cls=Command)
@click.argument("name")
@pass_invocation
def show(invocation: Invocation, name: str) -> None:
    """Show where the weights NAME come from, their licence, and every file with its hash."""
    from autogluon_client.workflows.weights import require_weights

    record = require_weights(invocation.connection, name)
    if invocation.as_json:
        print_json(record.to_json())
        return
    print_facts(
        {
            "weights": record.name,
            "repository": record.repository,
            "hub": record.hub,
            "revision": record.revision,
            "licence": record.license,
            "mirrored": record.mirrored,
            "accepted in": record.execution,
            "SHA-256": record.sha256,
        }
    )
    print_table(
        "\nFiles",
        ("file", "bytes", "SHA-256"),
        [(file, f"{facts.bytes:,}", facts.sha256) for file, facts in sorted(record.files.items())],
        empty="",
    )
