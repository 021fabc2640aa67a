"""Write a predictor's first settings from its data: `agcdk init DATA`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.data.upload import require_path
from autogluon_cli.first_settings.types import known_types
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_facts, print_json

if TYPE_CHECKING:
    from pathlib import Path

    from autogluon_cli.first_settings.drafts import Draft, Wishes
    from autogluon_cli.first_settings.table import Table

# Jobs are isolated unless the settings say otherwise, and serverless containers cannot be.
_SERVERLESS = {"mode": "serverless", "network_isolation": False}


@click.command(cls=Command)
@click.argument("data", metavar="DATA")
@click.option("--label", metavar="COLUMN", help="Column to predict.")
@click.option(
    "--type",
    "kind",
    type=click.Choice(known_types()),
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
    "--weights",
    metavar="FOLDER",
    help="Multimodal: the folder with the pretrained checkpoint's folder.",
)
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
    "--serverless",
    is_flag=True,
    help="Serve it without instances: billed by requests, of which the first comes late.",
)
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
    predictor: str | None,
    yes: bool,
    time_limit: int,
    endpoint: bool,
    serverless: bool,
    **by_type: Any,
) -> None:
    """Write a predictor's first settings from its data into config/ENVIRONMENT.yaml.

    DATA is a CSV, JSON or Parquet file, or a folder of such files.
    """
    if serverless and not endpoint:
        raise click.UsageError("--serverless is for an endpoint, and --no-endpoint leaves it out")
    from autogluon_cli.first_settings.declaration import with_version
    from autogluon_cli.first_settings.drafts import Wishes
    from autogluon_cli.first_settings.table import read_table

    path = require_path(data)
    table = read_table(path)
    ask = not yes and not invocation.as_json and sys.stdin.isatty()
    options = {f"--{name.replace('_', '-')}": value for name, value in by_type.items()}
    wishes = Wishes(
        table=table,
        label=_label(table, label, ask=ask, yes=yes),
        given={option: value for option, value in options.items() if value},
        time_limit_seconds=time_limit,
        with_endpoint=endpoint,
        confirm=(lambda question: click.confirm(question, default=True, err=True)) if ask else None,
    )
    draft = _draft(wishes, kind)
    settings = with_version(draft.settings)
    if serverless:
        settings["endpoint"] = dict(_SERVERLESS)
    draft = replace(draft, settings=settings)
    name = _name(path, predictor, ask=ask)
    # Of a file that was there, `deploy` says so where the account is not bootstrapped.
    following = "deploy" if invocation.settings_file.exists() else "deploy --bootstrap"
    _write(invocation, table, name, draft)
    _report(invocation, table, name, draft, following)


def _draft(wishes: Wishes, kind: str | None) -> Draft:
    """Return the settings of the type that is asked for, else of the first that fits the data."""
    from autogluon_cli.first_settings.types import drafts

    every = drafts()
    takers = {
        option: [name for name, draft in every.items() if option in draft.options]
        for option in wishes.given
    }
    tried = [kind] if kind is not None else list(every)
    fitting = [name for name in tried if all(name in names for names in takers.values())]
    if not fitting:
        _refuse(takers, kind)
    # An option that one type alone takes asks for that type.
    wanted = kind is not None or (fitting in takers.values() and len(fitting) == 1)
    for name in fitting:
        draft = every[name].draft(wishes, wanted=wanted)
        if draft is not None:
            return draft
    raise LookupError("no type takes the rows of any table")


def _refuse(takers: Mapping[str, list[str]], kind: str | None) -> None:
    """Raise UsageError about the first option that the type, or two that no type takes."""
    if kind is not None:
        option, types = next((o, t) for o, t in takers.items() if kind not in t)
        raise click.UsageError(f"{option} is for --type {' or '.join(types)}, not {kind}")
    # Three options may exclude each other although the first goes with each of the others.
    (first, names), (other, types) = next(
        (one, two) for one, two in combinations(takers.items(), 2) if not set(one[1]) & set(two[1])
    )
    raise click.UsageError(
        f"{first} is for --type {' or '.join(names)}, and {other} for {' or '.join(types)}"
    )


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
            again={"--label": likely or names[-1]},
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


def _write(
    invocation: Invocation,
    table: Table,
    name: str,
    draft: Draft,
) -> None:
    from autogluon_cli.first_settings import settings_text
    from autogluon_constructs.settings import SettingsError, parse_environment
    from autogluon_constructs.settings.reading.yaml_text import parse_yaml

    file = invocation.settings_file
    exists = file.exists()
    text = file.read_text("utf-8") if exists else settings_text.new_file(invocation.environment)
    rows = f"{table.rows:,}{'' if table.is_whole else ' first'} rows"
    comment = f"from {table.path.name}: {rows}, {draft.why}"
    otherwise = {"--label": draft.label, "--predictor": f"{name}-2"}
    extended = settings_text.add_predictor(
        text, name, draft.settings, comment=comment, file=file, otherwise=otherwise
    )
    try:
        parse_environment(invocation.environment, parse_yaml(extended), file=str(file))
    except SettingsError as error:
        raise CommandError(
            f"{file} was not written: {error.problems[0].rstrip('.')}.",
            next_command="agcdk validate" if exists else "",
            again=None if exists else {},
        ) from error
    settings_text.write(file, extended)
    if settings_text.SCHEMA_FILE in extended:
        settings_text.write_schema(file.parent)


def _report(invocation: Invocation, table: Table, name: str, draft: Draft, following: str) -> None:
    if invocation.as_json:
        print_json(
            {
                "file": str(invocation.settings_file),
                "predictor": name,
                "rows": table.rows,
                **draft.document,
                "settings": draft.settings,
            }
        )
        return
    training, fit_args = draft.settings["training"], draft.settings["fit_args"]
    print_facts(
        {
            **draft.facts,
            "training": f"{training['instance_type']}, {fit_args['time_limit']} s",
        }
    )
    draft.more()
    click.echo(
        f"\nWrote {name!r} to {invocation.settings_file}. Next: {invocation.command(following)}"
    )
