"""Divide predictions among the features: `agcdk explain PREDICTOR FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autogluon_cli.data.upload import require_data
from autogluon_cli.framework.arguments import predictor_argument, served_live
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.containers import models_container
from autogluon_cli.framework.contributions import naming_other_models
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import live_line, print_json, print_table, shown
from autogluon_contracts.answers import BASE_CONTRIBUTION

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 20


@click.command(cls=Command)
@predictor_argument()
@click.argument("file", metavar="FILE")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the contributions of all features as CSV to this file.",
)
@click.option("--model", metavar="NAME", help="One of the artifact's models.  [default: the best]")
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="NUMBER",
    help="How many features to show of each row.",
)
@pass_invocation
def explain(
    invocation: Invocation,
    predictor: str,
    file: str,
    output: Path | None,
    model: str | None,
    top: int,
) -> None:
    """Show which features of FILE's rows raised or lowered PREDICTOR's predictions.

    Contributions are SHAP values of a LightGBM, XGBoost or CatBoost model. With the base they add
    up to its score: the target in a regression, log-odds of the positive class in binary
    classification, else the score of the predicted class.
    """
    from autogluon_client.environment.live_models import variant_of_live
    from autogluon_client.predictors.predictor_types import type_of

    require_data(file)
    spec = served_live(invocation, predictor)
    container = models_container(spec, otherwise=invocation.command(f"report {predictor}"))
    with (
        live_line(f"explaining {file}", quiet=invocation.as_json) as line,
        naming_other_models(invocation, f"explain {predictor} {file}"),
    ):
        endpoint = type_of(spec).endpoint_class(
            spec["endpoint"]["name"],
            invocation.session,
            environment=invocation.environment,
            variant=variant_of_live(spec),
            target_container=container,
            on_waiting=line.say,
        )
        table = endpoint.explain(file, model=model)
    _write(invocation, table, output, top)


def _write(invocation: Invocation, table: pd.DataFrame, output: Path | None, top: int) -> None:
    if output is not None:
        table.to_csv(output, index=False)
    if invocation.as_json:
        rows = {} if output else {"explanations": table.to_dict(orient="records")}
        print_json({"rows": len(table), "output": output and str(output), **rows})
    elif output is not None:
        click.echo(f"Wrote the contributions of {len(table):,} rows to {output}.")
    else:
        _print(table, top)


def _print(table: pd.DataFrame, top: int) -> None:
    label = str(table.columns[0])
    parts = table.drop(columns=[label, BASE_CONTRIBUTION])
    rows = []
    for number, (_, row) in enumerate(parts.head(_MOST_ROWS).iterrows()):
        largest = row[row.abs().sort_values(ascending=False).index][:top]
        told = ", ".join(f"{name} {value:+.3g}" for name, value in largest.items())
        rows.append((number + 1, shown(table[label].iloc[number]), told))
    print_table(
        "Contributions, the largest first", ("row", label, "contributions"), rows, empty="No rows."
    )
    if len(table) > _MOST_ROWS:
        left = len(table) - _MOST_ROWS
        click.echo(f"{left:,} more rows: --output FILE writes all rows and features.")
