"""Download a training run's HTML report and open it: `agcdk report RUN`."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from autogluon_cli.framework.arguments import run_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.training_results import find_training
from autogluon_cli.terminal.output import print_json


@click.command(cls=Command)
@run_argument
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.  [default: RUN.html]",
)
@click.option("--open/--no-open", "show", default=True, help="Open it in the browser.")
@pass_invocation
def report(invocation: Invocation, run: str, output: Path | None, show: bool) -> None:
    """Download a training run's report and open it."""
    from autogluon_client.data.storage import download

    found = find_training(invocation, run)
    uri = (found.output or {}).get("report_uri")
    if uri is None:
        why = (
            f"its status is {found.status}"
            if found.output is None
            else "it was trained before reports were written"
        )
        raise CommandError(
            f"Run {found.name!r} has no report: {why}.",
            next_command=f"agcdk show {found.name}",
            exit_code=ExitCode.NOT_FOUND,
        )
    path = download(invocation.client("s3"), uri, output or Path(f"{found.name}.html")).resolve()
    opened = show and not invocation.as_json and webbrowser.open(path.as_uri())
    if invocation.as_json:
        print_json({"run": found.name, "report": str(path), "report_uri": uri})
    else:
        click.echo(f"{'Opened' if opened else 'Wrote'} {path}")
