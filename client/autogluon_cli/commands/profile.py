"""Describe data on a page: `agcdk profile PREDICTOR DATA`."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autogluon_cli.data.upload import upload
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.processing import require_processing
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_cli.terminal.output import print_facts, print_json, print_notes, print_table

if TYPE_CHECKING:
    from autogluon_client.workflows.processing import ProfileResult

_MOST_SHOWN = 30


@click.command(cls=Command)
@predictor_argument()
@click.argument("data", required=False)
@click.option("--test", metavar="DATA", help="Test data to compare with: a file or s3:// address.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the page to.  [default: RUN.html]",
)
@click.option("--open/--no-open", "show", default=True, help="Open the page in the browser.")
@click.option("--name", help="Name of the run; the same name never runs twice.")
@pass_invocation
def profile(
    invocation: Invocation,
    predictor: str,
    data: str | None,
    test: str | None,
    output: Path | None,
    show: bool,
    name: str | None,
) -> None:
    """Describe data as PREDICTOR would read them: columns, missing values, suspected leaks.

    DATA is a file, or the s3:// address of a file or folder. Without it, the data of the latest
    training run are described.
    """
    from autogluon_client.workflows.processing import profile_result, start_profile

    deployed_predictor(invocation, predictor)
    require_processing(invocation)
    try:
        run = start_profile(
            invocation.connection,
            predictor,
            None if data is None else upload(invocation, predictor, "data", data),
            test=None if test is None else upload(invocation, predictor, "test", test),
            name=name,
        )
    except LookupError as error:
        raise CommandError(
            str(error),
            advice="Name the data.",
            next_command=invocation.command(f"profile {predictor} FILE"),
            exit_code=ExitCode.NOT_FOUND,
        ) from error
    done = wait_for_run(invocation, run, predictor)
    result = profile_result(invocation.connection, run.name, done)
    path = result.save_page(invocation.connection, output or Path(f"{run.name}.html")).resolve()
    if show and not invocation.as_json:
        webbrowser.open(path.as_uri())
    _print(invocation, result, path)


def _print(invocation: Invocation, result: ProfileResult, page: Path) -> None:
    found = result.profile
    if invocation.as_json:
        print_json({"run": result.run, "profile": found.to_json(), "page": str(page)})
        return
    print_facts(
        {
            "run": result.run,
            "rows": f"{found.rows:,}",
            "columns": f"{len(found.columns):,}",
            "label": found.label or "none",
            "page": str(page),
        }
    )
    print_table(
        "\nColumns",
        ("column", "kind", "missing", "distinct", "typical", "remarks"),
        [
            (
                each.name,
                each.kind,
                f"{each.missing:.1%}",
                f"{each.distinct:,}",
                each.typical,
                ", ".join(each.remarks),
            )
            for each in found.columns[:_MOST_SHOWN]
        ],
        empty="",
    )
    if len(found.columns) > _MOST_SHOWN:
        click.echo(f"{len(found.columns) - _MOST_SHOWN:,} more are on the page.")
    print_notes(found.warnings)
