"""Operate an AWS on this machine: `agcdk embedded VERB`."""

from __future__ import annotations

import click

from autogluon_cli.framework.command import LazyGroup

_PROCESS, _STATE = "Process", "State"


def _in(verb: str, line: str, section: str) -> tuple[str, str, str]:
    return f"autogluon_cli.commands.embedded.{verb}", line, section


@click.group(
    cls=LazyGroup,
    lazy={
        "start": _in("start", "Start it in the background", _PROCESS),
        "stop": _in("stop", "Stop it with everything it started", _PROCESS),
        "status": _in("status", "List what runs, and what is in it", _PROCESS),
        "logs": _in("logs", "Print its log; -f follows it", _PROCESS),
        "env": _in("env", "Print the variables that point any tool at it", _PROCESS),
        "reset": _in("reset", "Restart it, empty, on the same port", _STATE),
        "save": _in("save", "Save its state to a file", _STATE),
        "restore": _in("restore", "Start it with a saved state", _STATE),
        "fault": _in("fault", "Add, list and clear faults on demand", _STATE),
    },
)
def embedded() -> None:
    """Operate the embedded AWS: an AWS account in one process on this machine.

    It needs no AWS account and no Docker.
    """
