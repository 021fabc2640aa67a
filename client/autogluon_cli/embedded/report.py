"""Tell people and programs about an instance that has started."""

from __future__ import annotations

from typing import Any

import click

from autogluon_cli.embedded.instances import name_option
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import print_json
from autogluon_contracts.embedded_instance import EmbeddedInstance


def document_of(instance: EmbeddedInstance) -> dict[str, Any]:
    """Return what programs learn about an instance; its token is for `agcdk` only."""
    return {
        "name": instance.name,
        "url": instance.url,
        "port": instance.port,
        "pid": instance.pid,
        "started": instance.started,
    }


def report_start(invocation: Invocation, instance: EmbeddedInstance, what: str) -> None:
    """Print where an instance answers and what to do next."""
    if invocation.as_json:
        print_json(document_of(instance) | {"variables": instance.variables})
        return
    option = name_option(instance.name)
    click.echo(
        f"The embedded AWS {instance.name!r} {what} on {instance.url} (process {instance.pid})."
    )
    click.echo(f'Next:  eval "$(agcdk embedded env{option})"')
    click.echo(f"Stop:  agcdk embedded stop{option}")
