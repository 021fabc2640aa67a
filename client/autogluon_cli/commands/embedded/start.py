"""Start an embedded AWS in the background: `agcdk embedded start`."""

from __future__ import annotations

from pathlib import Path

import click

from autogluon_cli.embedded.instances import instance_folder
from autogluon_cli.embedded.lifecycle import StartOptions
from autogluon_cli.embedded.lifecycle import start as start_instance
from autogluon_cli.embedded.options import name_option, start_options
from autogluon_cli.embedded.report import report_start
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import live_line
from autogluon_contracts.embedded_instance import DEFAULT_PORT, EmbeddedInstance


@click.command(cls=Command)
@name_option
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help=f"Port on localhost.  [default: the first free one from {DEFAULT_PORT}]",
)
@start_options
@pass_invocation
def start(
    invocation: Invocation,
    name: str,
    port: int | None,
    image_env: Path | None,
    images: tuple[str, ...],
    fault_file: Path | None,
) -> None:
    """Start an embedded AWS and wait until it answers.

    A second start of one that runs changes nothing.
    """
    running = EmbeddedInstance.of_folder(instance_folder(name))
    if running is not None:
        if port not in (None, running.port):
            raise CommandError(
                f"The embedded AWS {name!r} already runs, on port {running.port}.",
                advice="Stop it first, or start another with --name.",
                next_command=f"agcdk embedded stop --name {name}",
            )
        report_start(invocation, running, "already runs")
        return
    options = StartOptions(name, port, image_env, fault_file, images=images)
    with live_line(f"starting {name}", quiet=invocation.as_json) as line:
        started = start_instance(options, line.now)
    report_start(invocation, started, "answers")
