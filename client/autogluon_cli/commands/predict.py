"""Predict a file's rows with the endpoint: `agcdk predict PREDICTOR FILE`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import click

from autogluon_cli.data.upload import require_data
from autogluon_cli.framework.arguments import predictor_argument, served_live
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.containers import chosen_container
from autogluon_cli.framework.contributions import naming_other_models
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import live_line, print_json
from autogluon_contracts.answer_attributes import UnknownCategories


@click.command(cls=Command)
@predictor_argument()
@click.argument("file", metavar="FILE")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write CSV to this file instead of printing it.",
)
@click.option("--labels-only", is_flag=True, help="Leave out the classes' probabilities.")
@click.option(
    "--contributions",
    is_flag=True,
    help="Add what each feature contributes to the prediction; see also `agcdk explain`.",
)
@click.option("--model", metavar="NAME", help="One of the artifact's models.  [default: the best]")
@click.option(
    "--decision-threshold",
    type=click.FloatRange(0, 1),
    metavar="PROBABILITY",
    help="Binary classification: threshold for the positive class.",
)
@click.option(
    "--variant",
    metavar="NAME",
    help="One of the endpoint's variants.  [default: SageMaker chooses by their weights]",
)
@click.option(
    "--container",
    metavar="HOSTNAME",
    help="One of the containers of a pipeline with mode 'direct', such as 'model'.",
)
@click.option(
    "--inference-id",
    metavar="ID",
    help="Name of the request in captured data, by which `agcdk drift --labels` finds it.",
)
@click.option(
    "--on-error",
    type=click.Choice(["request", "row"]),
    help="What a bad row costs: the prediction, or an error in its row.  [default: request]",
)
@pass_invocation
def predict(
    invocation: Invocation,
    /,
    predictor: str,
    file: str,
    output: Path | None,
    labels_only: bool,
    variant: str | None,
    container: str | None,
    contributions: bool,
    **inference: str | float | None,
) -> None:
    """Predict the rows of FILE (CSV, JSON, Parquet) with PREDICTOR's endpoint.

    An asynchronous endpoint is waited for, for up to an hour.

    FILE may be an s3:// or https:// address. A file above the endpoint's limits is sent in several
    requests; predictions keep the order of the rows. With --json and without --output they are
    printed as a list of objects.
    """
    from autogluon_client.predictors.predictor_types import type_of

    require_data(file)
    spec = served_live(invocation, predictor)
    container = chosen_container(spec, container)
    unknown: list[UnknownCategories] = []
    with live_line(f"predicting {file}", quiet=invocation.as_json) as line:

        def show(answered: int, total: int) -> None:
            line.now(f"predicting {file}: {answered:,} of {total:,} rows predicted")

        endpoint = type_of(spec).endpoint_class(
            spec["endpoint"]["name"],
            invocation.session,
            environment=invocation.environment,
            variant=variant,
            target_container=container,
            on_rows=show,
            on_waiting=line.say,
            on_unknown=unknown.append,
        )
        given: dict[str, Any] = {key: v for key, v in inference.items() if v is not None}
        if contributions:
            given["contributions"] = True
        with naming_other_models(invocation, f"predict {predictor} {file} --contributions"):
            records = endpoint.predict_records(file, labels_only=labels_only, **given)
    for found in unknown:
        click.echo(f"Note: {found.told()}", err=True)
    facts = {
        "unknown_categories": sum(found.cells for found in unknown),
        "answered_by": dict(endpoint.answered_by),
    }
    if spec["endpoint"].get("variants") and not invocation.as_json:
        click.echo(f"Answered by {_in_words(endpoint.answered_by)}.", err=True)
    _write(invocation, records, output, facts)


def _in_words(answered_by: Mapping[str, int]) -> str:
    if len(answered_by) == 1:
        return next(iter(answered_by))
    return ", ".join(f"{name} ({count} requests)" for name, count in answered_by.items())


def _write(
    invocation: Invocation,
    records: Sequence[Mapping[str, Any]],
    output: Path | None,
    facts: Mapping[str, Any],
) -> None:
    if output is not None:
        with output.open("w", encoding="utf-8", newline="") as file:
            _write_csv(records, file)
        if invocation.as_json:
            print_json({"rows": len(records), **facts, "output": str(output)})
        else:
            click.echo(f"Wrote {len(records):,} predictions to {output}.")
    elif invocation.as_json:
        print_json({"rows": len(records), **facts, "predictions": records})
    else:
        _write_csv(records, sys.stdout)


def _write_csv(records: Sequence[Mapping[str, Any]], file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(records[0] if records else [])
    writer.writerows(record.values() for record in records)
