"""Empty an embedded AWS: `agcdk embedded reset`."""

from __future__ import annotations

from pathlib import Path

import click

from autogluon_cli.embedded.instances import running_instance
from autogluon_cli.embedded.lifecycle import StartOptions, start, stop
from autogluon_cli.embedded.options import name_option
from autogluon_cli.embedded.report import report_start
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import live_line


@click.command(cls=Command)
@name_option
@pass_invocation
def reset(invocation: Invocation, name: str) -> None:
    """Restart an embedded AWS on the same port, with the same options and nothing in it."""
    running = running_instance(name)
    options = StartOptions(
        name,
        port=running.port,
        image_env=Path(running.image_env),
        fault_file=None if running.faults is None else Path(running.faults),
    )
    with live_line(f"restarting {name}", quiet=invocation.as_json) as line:
        stop(running)
        started = start(options, line.now)
    report_start(invocation, started, "is empty and answers")
