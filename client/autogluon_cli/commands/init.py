"""Write a predictor's first settings from its data: `agcdk init DATA.csv`."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.data.upload import require_file
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_facts, print_json, print_table

if TYPE_CHECKING:
    from pathlib import Path

    from autogluon_cli.first_settings.long_table import Series
    from autogluon_cli.first_settings.problem import Problem
    from autogluon_cli.first_settings.suspicions import Suspicion
    from autogluon_cli.first_settings.table import Table


@click.command(cls=Command)
@click.argument("data", metavar="DATA.csv")
@click.option("--label", metavar="COLUMN", help="Column to predict.")
@click.option(
    "--type",
    "kind",
    type=click.Choice(["tabular", "timeseries"]),
    help="Default: timeseries where the rows are the steps of series, else tabular.",
)
@click.option(
    "--known",
    multiple=True,
    metavar="COLUMN",
    help="Series: a column that is known in advance, such as a price.",
)
@click.option(
    "--problem-type",
    type=click.Choice(["binary", "multiclass", "regression"]),
    help="Default: inferred from the label's values.",
)
@click.option(
    "--predictor", metavar="NAME", help="Name of the predictor.  [default: the file's name]"
)
@click.option(
    "--keep",
    multiple=True,
    metavar="COLUMN",
    help="Learn from this column although it looks suspicious.",
)
@click.option("--ignore", multiple=True, metavar="COLUMN", help="Do not learn from this column.")
@click.option(
    "--time-limit",
    type=click.IntRange(10, 86400),
    metavar="SECONDS",
    default=600,
    show_default=True,
    help="How long to train.",
)
@click.option("--endpoint/--no-endpoint", default=True, help="Serve the model in real time.")
@click.option(
    "--yes",
    is_flag=True,
    help="Ask nothing; needs --label unless the name is a usual one, such as target.",
)
@pass_invocation
def init(
    invocation: Invocation,
    /,
    data: str,
    label: str | None,
    kind: str | None,
    known: tuple[str, ...],
    problem_type: str | None,
    predictor: str | None,
    keep: tuple[str, ...],
    ignore: tuple[str, ...],
    yes: bool,
    **options: Any,
) -> None:
    """Write a predictor's first settings from a CSV file into config/ENVIRONMENT.yaml."""
    from autogluon_cli.first_settings.declaration import declare
    from autogluon_cli.first_settings.long_table import declare_series, find_series
    from autogluon_cli.first_settings.problem import label_column, problem_of
    from autogluon_cli.first_settings.suspicions import find_suspicions
    from autogluon_cli.first_settings.table import read_table

    path = require_file(data)
    table = read_table(path)
    ask = not yes and not invocation.as_json and sys.stdin.isatty()
    label = _label(table, label, ask=ask, yes=yes)
    needs = {
        "time_limit_seconds": options["time_limit"],
        "with_endpoint": options["endpoint"],
    }
    if known and kind == "tabular":
        raise click.UsageError("--known is for series, which --type tabular does not have")
    rows_only = [
        option
        for option, given in (
            ("--problem-type", problem_type),
            ("--keep", keep),
            ("--ignore", ignore),
        )
        if given
    ]
    if rows_only and (known or kind == "timeseries"):
        raise click.UsageError(f"{rows_only[0]} is for rows on their own, not for series")
    of_rows = kind == "tabular" or bool(rows_only)
    wanted = kind is not None or bool(known)
    series = None if of_rows else find_series(table, label, known, wanted=wanted)
    if series is not None:
        name = _name(path, predictor, ask=ask)
        settings = declare_series(table, series, **needs)
        why = f"{series.why}; {series.gate}"
        _write(invocation, table, name, settings, label=series.target, why=why)
        _report_series(invocation, table, series, name, settings)
        return
    problem = problem_of(label_column(table, label), problem_type)
    suspicions = find_suspicions(table, problem)
    for option, names in (("--keep", keep), ("--ignore", ignore)):
        _require_columns(table, option, names)
    ignored = _ignored(suspicions, problem, keep, ignore, ask=ask)
    if len(ignored) >= len(table.columns) - 1:
        ignored = list(ignore)  # something is left to learn from, whatever it looks like
    name = _name(path, predictor, ask=ask)
    settings = declare(table, problem, ignored=ignored, **needs)
    why = f"{problem.why}; the gate requires more than guessing"
    _write(invocation, table, name, settings, label=problem.label, why=why)
    _report(invocation, table, problem, suspicions, name, settings)


def _label(table: Table, label: str | None, *, ask: bool, yes: bool) -> str:
    from autogluon_cli.first_settings.problem import likely_label

    if label is not None:
        return label
    likely = likely_label(table)
    names = [column.name for column in table.columns]
    if ask:
        click.echo(f"Columns: {', '.join(names)}", err=True)
        answer: str = click.prompt(
            "Which column is to be predicted", default=likely or names[-1], err=True
        )
        return answer
    if likely is None or not yes:
        raise CommandError(
            f"The column of {table.path} to predict is not given; columns: "
            f"{', '.join(names[:20])}.",
            next_command=f"agcdk init {table.path} --label {likely or names[-1]!r}",
        )
    return likely


def _name(path: Path, predictor: str | None, *, ask: bool) -> str:
    from autogluon_cli.first_settings.declaration import predictor_name

    if predictor is not None:
        return predictor
    name = predictor_name(path)
    if ask:
        name = click.prompt("Name of the predictor", default=name, err=True)
    return name


def _require_columns(table: Table, option: str, names: tuple[str, ...]) -> None:
    for name in names:
        if table.column(name) is None:
            known = ", ".join(column.name for column in table.columns[:20])
            raise click.BadParameter(f"{option}: column {name!r} not found; columns: {known}")


def _ignored(
    suspicions: list[Suspicion],
    problem: Problem,
    keep: tuple[str, ...],
    ignore: tuple[str, ...],
    *,
    ask: bool,
) -> list[str]:
    if problem.label in ignore:
        raise click.BadParameter(f"--ignore: {problem.label!r} is the label")
    ignored = list(ignore)
    for suspicion in suspicions:
        if not suspicion.leave_out or suspicion.column in (*keep, *ignored):
            continue
        question = f"Ignore {suspicion.column!r} ({suspicion.sentence})"
        if not ask or click.confirm(question, default=True, err=True):
            ignored.append(suspicion.column)
    return ignored


def _write(
    invocation: Invocation,
    table: Table,
    name: str,
    settings: dict[str, Any],
    *,
    label: str,
    why: str,
) -> None:
    from autogluon_cli.first_settings import settings_text
    from autogluon_constructs.settings import SettingsError, parse_environment
    from autogluon_constructs.settings.yaml_text import parse_yaml

    file = invocation.settings_file
    exists = file.exists()
    text = file.read_text("utf-8") if exists else settings_text.new_file(invocation.environment)
    rows = f"{table.rows:,}{'' if table.is_whole_file else ' first'} rows"
    comment = f"from {table.path.name}: {rows}, {why}"
    words = ["agcdk", "init", str(table.path), "--label", label, "--predictor", f"{name}-2"]
    extended = settings_text.add_predictor(
        text, name, settings, comment=comment, file=file, otherwise=shlex.join(words)
    )
    try:
        parse_environment(invocation.environment, parse_yaml(extended), file=str(file))
    except SettingsError as error:
        raise CommandError(
            f"{file} was not written: {error.problems[0].rstrip('.')}.",
            next_command="agcdk validate" if exists else "agcdk init --help",
        ) from error
    settings_text.write(file, extended)
    if settings_text.SCHEMA_FILE in extended:
        settings_text.write_schema(file.parent)


def _report(
    invocation: Invocation,
    table: Table,
    problem: Problem,
    suspicions: list[Suspicion],
    name: str,
    settings: dict[str, Any],
) -> None:
    if invocation.as_json:
        print_json(
            {
                "file": str(invocation.settings_file),
                "predictor": name,
                "rows": table.rows,
                "index_left_out": table.has_index,
                "columns": [
                    {"name": c.name, "kind": c.kind, "distinct": len(c.distinct)}
                    for c in table.columns
                ],
                "suspicions": [dict(vars(suspicion)) for suspicion in suspicions],
                "settings": settings,
            }
        )
        return
    print_facts(
        {
            "data": f"{table.path}: {table.rows:,} rows, {len(table.columns)} columns"
            + ("" if table.is_whole_file else " (further rows were not read)")
            + ("" if table.dialect.is_usual else f", {table.dialect}")
            + (" (the first one counts the rows and is left out)" if table.has_index else ""),
            "label": f"{problem.label}: {problem.problem_type}, {problem.why}",
            "quality gate": f"{problem.gate_metric} at least {problem.minimum:g}",
            "training": f"{settings['training']['instance_type']}, "
            f"{settings['fit_args']['time_limit']} s",
        }
    )
    left_out = settings["init_args"].get("learner_kwargs", {}).get("ignored_columns", [])
    print_table(
        "\nSuspicious columns",
        ("column", "kind", "reason", "ignored"),
        [(s.column, s.kind, s.sentence, "yes" if s.column in left_out else "") for s in suspicions],
        empty="\nNo suspicious columns.",
    )
    _print_next(invocation, name)


def _report_series(
    invocation: Invocation, table: Table, series: Series, name: str, settings: dict[str, Any]
) -> None:
    if invocation.as_json:
        print_json(
            {
                "file": str(invocation.settings_file),
                "predictor": name,
                "rows": table.rows,
                "series": dict(vars(series)),
                "settings": settings,
            }
        )
        return
    gate = settings["quality_gate"]
    print_facts(
        {
            "data": f"{table.path}: {table.rows:,} rows, {series.why}",
            "type": "timeseries (--type tabular takes the rows on their own)",
            "target": f"{series.target}, {series.prediction_length} steps ahead",
            "known in advance": ", ".join(series.known) or "no column",
            "known in the past": ", ".join(series.others) or "no other column",
            "quality gate": f"{gate['metric']} at least {gate['minimum']:g}: {series.gate}",
            "training": f"{settings['training']['instance_type']}, "
            f"{settings['fit_args']['time_limit']} s",
        }
    )
    if series.others:
        click.echo(
            "\nName columns whose future is known, such as prices, with --known, or in "
            "known_covariates_names."
        )
    _print_next(invocation, name)


def _print_next(invocation: Invocation, name: str) -> None:
    click.echo(
        f"\nWrote {name!r} to {invocation.settings_file}. "
        f"Next: {invocation.command('deploy --bootstrap')}"
    )
