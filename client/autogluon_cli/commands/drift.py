"""Compare captured requests with the training data: `agcdk drift PREDICTOR`."""

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
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_cli.terminal.output import print_facts, print_json, print_notes, print_table

if TYPE_CHECKING:
    from autogluon_client.workflows.drift import DriftResult

_MOST_SHOWN = 30


@click.command(cls=Command)
@predictor_argument()
@click.option(
    "--hours",
    type=click.IntRange(1, 24 * 31),
    metavar="NUMBER",
    help="How many hours before now to compare.  [default: the settings']",
)
@click.option(
    "--labels",
    metavar="DATA",
    help="Labels that have arrived: a file, or the s3:// address of a file or folder.",
)
@click.option("--last", is_flag=True, help="Show the latest run's report; start none.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the page to.",
)
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@click.option("--name", help="Name of the run; the same name never compares twice.")
@pass_invocation
def drift(
    invocation: Invocation,
    predictor: str,
    hours: int | None,
    labels: str | None,
    last: bool,
    output: Path | None,
    show: bool,
    name: str | None,
) -> None:
    """Compare what PREDICTOR's endpoint was asked and answered with its training data.

    The endpoint's settings must have `capture`, and the predictor's `drift`.
    """
    from autogluon_client.workflows.drift import drift_result, last_drift, start_drift

    deployed_predictor(invocation, predictor)
    if last and (hours is not None or labels is not None or name is not None):
        raise click.UsageError("--last starts no run; leave --hours, --labels and --name out")
    if "drift" not in invocation.connection.deployment.state_machines:
        raise CommandError(
            f"Environment {invocation.environment!r} was deployed by an earlier release, which "
            "compares nothing.",
            next_command=invocation.command("deploy"),
            exit_code=ExitCode.NOT_FOUND,
        )
    if last:
        found = last_drift(invocation.connection, predictor)
        if found is None:
            raise CommandError(
                f"Predictor {predictor!r} has no completed drift run.",
                next_command=invocation.command(f"drift {predictor}"),
                exit_code=ExitCode.NOT_FOUND,
            )
        result = found
    else:
        uri = None if labels is None else upload(invocation, predictor, "labels", labels)
        run = start_drift(
            invocation.connection, predictor, period_hours=hours, labels=uri, name=name
        )
        done = wait_for_run(invocation, run, predictor)
        result = drift_result(invocation.connection, run.name, done)
    _print(invocation, result, _save(invocation, result, output, show=show))


def _save(
    invocation: Invocation, result: DriftResult, output: Path | None, *, show: bool
) -> Path | None:
    if result.report is None or (output is None and not show):
        return None
    path = output or Path(f"{result.run}.html")
    saved = result.save_page(invocation.connection, path).resolve()
    if show and not invocation.as_json:
        webbrowser.open(saved.as_uri())
    return saved


def _print(invocation: Invocation, result: DriftResult, page: Path | None) -> None:
    report = result.report
    if invocation.as_json:
        print_json(
            {
                "run": result.run,
                "output": dict(result.output),
                "report": None if report is None else report.to_json(),
                "page": None if page is None else str(page),
            }
        )
        return
    facts = {"run": result.run, "period": f"{result.output['start']} to {result.output['end']}"}
    if report is None:
        print_facts({**facts, "outcome": "no captured requests"})
        return
    facts |= {
        "requests": f"{report.requests:,}",
        "rows": f"{report.rows:,}",
        "outcome": _outcome(len(report.drifted_columns), report.outcome),
    }
    print_facts({**facts, "page": str(page or result.output["page_uri"])})
    if report.drifted:
        print_table(
            "\nDrifted",
            ("column", "what", "aspect", "finding"),
            [
                (each.column, each.part, each.aspect, each.sentence)
                for each in report.drifted[:_MOST_SHOWN]
            ],
            empty="",
        )
    print_notes(report.notes)


def _outcome(columns: int, outcome: str) -> str:
    if outcome == "too few rows":
        return outcome
    if not columns:
        return "nothing has drifted"
    return f"{columns} column{'' if columns == 1 else 's'} drifted"
