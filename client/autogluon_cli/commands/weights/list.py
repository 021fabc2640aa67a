"""List mirrored weights and those that AutoGluon knows: `agcdk weights list`."""

from __future__ import annotations

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json, print_table, short_size
from autogluon_contracts.models.known_weights import KNOWN_WEIGHTS


@click.command("list", cls=Command)
@pass_invocation
def list_(invocation: Invocation) -> None:
    """List the mirrored sets, and the names that AutoGluon's models ask for."""
    from autogluon_client.workflows.weights import list_weights, require_mirroring

    require_mirroring(invocation.connection)
    mirrored = {record.name: record for record in list_weights(invocation.connection)}
    names = [*mirrored, *(name for name in KNOWN_WEIGHTS if name not in mirrored)]
    rows = [
        {
            "name": name,
            "for": KNOWN_WEIGHTS[name].type if name in KNOWN_WEIGHTS else None,
            "repository": (mirrored.get(name) or KNOWN_WEIGHTS[name]).repository,
            "license": (mirrored.get(name) or KNOWN_WEIGHTS[name]).license,
            "revision": mirrored[name].revision if name in mirrored else None,
            "bytes": mirrored[name].bytes if name in mirrored else None,
        }
        for name in names
    ]
    if invocation.as_json:
        print_json({"environment": invocation.environment, "weights": rows})
        return
    print_table(
        f"Weights of {invocation.environment}",
        ("name", "for", "repository", "licence", "mirrored", "size"),
        [
            (
                row["name"],
                row["for"],
                row["repository"],
                row["license"],
                row["revision"] and str(row["revision"])[:12],
                short_size(row["bytes"]) if isinstance(row["bytes"], int) else None,
            )
            for row in rows
        ],
        empty="",
    )


# `LazyGroup` finds a command by its name.
list = list_  # noqa: A001
