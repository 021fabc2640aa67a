"""Print the log of an embedded AWS: `agcdk embedded logs`."""

from __future__ import annotations

import time
from collections import deque
from typing import TextIO

import click

from autogluon_cli.embedded.instances import instance_folder, start_command
from autogluon_cli.embedded.options import name_option
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_contracts.embedded_instance import LOCK, LOG, is_locked

_PAUSE_SECONDS = 0.2


@click.command(cls=Command)
@name_option
@click.option("-f", "--follow", is_flag=True, help="Print new lines until it stops.")
@click.option("--tail", type=click.IntRange(0), metavar="N", help="Only the last N lines.")
@pass_invocation
def logs(invocation: Invocation, name: str, follow: bool, tail: int | None) -> None:
    """Print the log of an embedded AWS, also of one that has stopped.

    With --json each line is a JSON document of its own.
    """
    folder = instance_folder(name)
    try:
        file = (folder / LOG).open(encoding="utf-8", errors="replace")
    except FileNotFoundError as error:
        raise CommandError(
            f"No embedded AWS {name!r} was started in the background.",
            advice="One in the foreground prints its log where it runs.",
            next_command=start_command(name),
            exit_code=ExitCode.NOT_FOUND,
        ) from error
    with file:
        for line in deque(file, tail) if tail is not None else file:
            _print(line, as_json=invocation.as_json)
        while follow:
            runs = is_locked(folder / LOCK)  # before the last look at the file
            _print_new(file, as_json=invocation.as_json)
            if not runs:
                return
            time.sleep(_PAUSE_SECONDS)


def _print_new(file: TextIO, *, as_json: bool) -> None:
    for line in file:
        _print(line, as_json=as_json)


def _print(line: str, *, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps({"line": line.rstrip("\n")}, ensure_ascii=False))
    else:
        click.echo(line, nl=False)
