"""Say what a deployment changes of what is billed, before it is deployed."""

from __future__ import annotations

from collections.abc import Sequence

import click

from autogluon_cli.changes.section import Section


def say_price_changes(sections: Sequence[Section] | None) -> None:
    """Print on stderr what is billed otherwise as soon as it is deployed; nothing where all stays.

    Args:
        sections: of `summarize_changes`.
    """
    if sections is None:
        click.echo(
            "Neither you nor the CDK's role may read deployed templates "
            "(cloudformation:GetTemplate): what the deployment costs is not shown.",
            err=True,
        )
        return
    lines = [
        f"  {section.title}: {change.what}"
        for section in sections
        for change in section.changes
        if change.is_billed
    ]
    if lines:
        click.echo("This deployment changes what is billed (list prices of us-east-1):", err=True)
        click.echo("\n".join(lines), err=True)
