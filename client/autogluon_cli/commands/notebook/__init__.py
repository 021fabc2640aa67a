"""Use the environment's notebook instance: `agcdk notebook VERB`."""

from __future__ import annotations

import click

from autogluon_cli.framework.command import LazyGroup

_USE = "Use"


def _in(verb: str, line: str) -> tuple[str, str, str]:
    return f"autogluon_cli.commands.notebook.{verb}", line, _USE


@click.group(
    cls=LazyGroup,
    lazy={
        "open": _in("open", "Print an address that signs in"),
        "start": _in("start", "Start it; it costs as long as it runs"),
        "stop": _in("stop", "Stop it; its files are kept"),
    },
)
def notebook() -> None:
    """Use the environment's notebook instance, on which the client is installed.

    The settings ask for it by `notebook`; see docs/how-to/notebook.md.
    """
