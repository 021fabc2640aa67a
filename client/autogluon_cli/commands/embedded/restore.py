"""Start an embedded AWS with a saved state: `agcdk embedded restore FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from autogluon_cli.embedded.instances import instance_folder
from autogluon_cli.embedded.instances import name_option as option_of
from autogluon_cli.embedded.lifecycle import StartOptions, start
from autogluon_cli.embedded.options import name_option, start_options
from autogluon_cli.embedded.report import report_start
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import live_line
from autogluon_contracts.embedded_instance import EmbeddedInstance


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@name_option
@start_options
@pass_invocation
def restore(
    invocation: Invocation,
    file: Path,
    name: str,
    image_env: Path | None,
    images: tuple[str, ...],
    fault_file: Path | None,
) -> None:
    """Start an embedded AWS with the state in FILE, on the port that it was saved on.

    Returns when the endpoints that were in service are in service again.
    """
    running = EmbeddedInstance.of_folder(instance_folder(name))
    if running is not None:
        raise CommandError(
            f"The embedded AWS {name!r} runs on port {running.port}; restoring would replace its "
            "state.",
            next_command=f"agcdk embedded stop{option_of(name)}",
        )
    options = StartOptions(name, None, image_env, fault_file, restore=file, images=images)
    with live_line(f"restoring {name}", quiet=invocation.as_json) as line:
        started = start(options, line.now)
    report_start(invocation, started, "is restored and answers")
