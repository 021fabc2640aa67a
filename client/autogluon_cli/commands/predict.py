"""`agcdk predict PREDICTOR FILE`: ask the endpoint for every row of a file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autogluon_cli.data.upload import require_data
from autogluon_cli.framework.arguments import live_model, predictor_argument, served_predictor
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import LiveLine, live_line, print_json

if TYPE_CHECKING:
    import pandas as pd


@click.command(cls=Command)
@predictor_argument()
@click.argument("file", metavar="FILE")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write CSV to this file instead of printing it.",
)
@click.option("--labels-only", is_flag=True, help="Leave the classes' probabilities out.")
@click.option("--model", metavar="NAME", help="One of the artifact's models, not the best.")
@click.option(
    "--decision-threshold",
    type=click.FloatRange(0, 1),
    help="Binary classification: what the positive class must exceed.",
)
@pass_invocation
def predict(
    invocation: Invocation,
    /,
    predictor: str,
    file: str,
    output: Path | None,
    labels_only: bool,
    **inference: str | float | None,
) -> None:
    """Predict the rows of FILE (CSV, JSON Lines, Parquet) with PREDICTOR's endpoint.

    FILE may be its s3:// or https:// address. Files above the endpoint's limits are sent in pieces;
    the answers keep the rows' order. With --json and no --output the predictions are a list of
    objects.
    """
    require_data(file)
    served_predictor(invocation, predictor)
    if live_model(invocation, predictor) == "none":
        raise CommandError(
            f"Predictor {predictor!r} is off: no model is in service.",
            next_command=f"agcdk on {predictor}",
            exit_code=ExitCode.NOT_FOUND,
        )
    with live_line(f"predicting {file}", quiet=invocation.as_json) as line:
        labels, probabilities = _ask(invocation, predictor, file, line, inference)
    table = labels.to_frame()
    if not labels_only and probabilities is not labels:
        for class_name in probabilities.columns:
            table[f"{class_name}_proba"] = probabilities[class_name]
    _write(invocation, table, output)


def _ask(
    invocation: Invocation,
    predictor: str,
    file: str,
    line: LiveLine,
    inference: Mapping[str, str | float | None],
) -> tuple[pd.Series, pd.DataFrame | pd.Series]:
    """Labels and probabilities; of a regression the same Series twice."""
    from autogluon_client.endpoint.endpoint import TabularEndpoint

    def show(answered: int, total: int) -> None:
        line.now(f"predicting {file}: {answered:,} of {total:,} rows predicted")

    name = invocation.connection.deployment.endpoint_name(predictor)
    endpoint = TabularEndpoint(name, invocation.session, on_rows=show)
    labels, probabilities = endpoint.predict_proba(file, inference_kwargs=inference)
    return labels, probabilities


def _write(invocation: Invocation, table: pd.DataFrame, output: Path | None) -> None:
    if output is not None:
        table.to_csv(output, index=False)
        if invocation.as_json:
            print_json({"rows": len(table), "output": str(output)})
        else:
            click.echo(f"Wrote {len(table):,} predictions to {output}.")
    elif invocation.as_json:
        rows = table.astype(object).where(table.notna(), None).to_dict(orient="records")
        print_json({"rows": len(table), "predictions": rows})
    else:
        table.to_csv(sys.stdout, index=False)
