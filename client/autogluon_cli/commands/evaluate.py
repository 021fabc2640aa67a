"""Score a model on a file that has the label: `agcdk evaluate PREDICTOR FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.data.upload import require_data, upload
from autogluon_cli.framework.arguments import live_model, predictor_argument, served_predictor
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.containers import models_container
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.versions import live_or_latest
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_cli.terminal.output import live_line, print_json, print_table, print_warnings
from autogluon_cli.terminal.scores import shown_score
from autogluon_contracts.names import NO_MODEL
from autogluon_contracts.shown.scores import ShownMetric

if TYPE_CHECKING:
    import pandas as pd

    from autogluon_client.predictors.predictor_types import Evaluation


@click.command(cls=Command)
@predictor_argument()
@click.argument("file", metavar="FILE")
@click.option(
    "--model",
    metavar="VERSION",
    help="Score this version (a number, latest, live) by a batch, not by the endpoint.",
)
@pass_invocation
def evaluate(invocation: Invocation, predictor: str, file: str, model: str | None) -> None:
    """Score PREDICTOR's live model on FILE (CSV, JSON, Parquet), which has the label.

    The metrics are those of training, computed as AutoGluon does. Without --model the endpoint
    answers; with it a batch does, which needs no endpoint.
    """
    from autogluon_client.data.label_column import label_column
    from autogluon_client.predictors.predictor_types import type_of
    from autogluon_client.registry.versions import describe_version, feature_schema_of

    require_data(file)
    connection = invocation.connection
    spec = connection.spec(predictor)
    kind = type_of(spec)
    compare = kind.evaluate
    if compare is None:
        raise CommandError(
            f"Predictors of the type {spec['type']} cannot be evaluated.",
            next_command=f"agcdk predict {predictor} {file}",
        )
    otherwise = f"agcdk evaluate {predictor} {file} --model latest"
    if model is None:
        _require_live(invocation, predictor, otherwise)
    package = live_or_latest(invocation, predictor, model, otherwise=otherwise)
    version = describe_version(package, live_model(invocation, predictor))
    header = feature_schema_of(connection, package)
    problem = kind.evaluation_problem(header)
    if problem is not None:
        raise CommandError(
            f"Version {version['version']} of {predictor} cannot be evaluated. {problem}",
            next_command=f"agcdk models {predictor}",
        )
    labels = label_column(invocation.client("s3"), file, header.label)
    if model is None:
        answers, by = _from_endpoint(invocation, predictor, file)
    else:
        answers, by = _from_batch(invocation, predictor, file, int(version["version"]))
    found = compare(header, labels, answers, version["eval_metric"])
    if invocation.as_json:
        print_json(
            {
                "predictor": predictor,
                "version": version["version"],
                "answered_by": by,
                "rows": found.rows,
                "metrics": found.metrics,
                "warnings": found.warnings,
            }
        )
    else:
        _print(f"Version {version['version']} of {predictor}", version, found)


def _require_live(invocation: Invocation, predictor: str, otherwise: str) -> None:
    served_predictor(invocation, predictor)
    if live_model(invocation, predictor) == NO_MODEL:
        raise CommandError(
            f"Predictor {predictor!r} is off: it has no model in service.",
            next_command=otherwise,
            exit_code=ExitCode.NOT_FOUND,
        )


def _from_endpoint(
    invocation: Invocation, predictor: str, file: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from autogluon_client.environment.live_models import variant_of_live
    from autogluon_client.predictors.predictor_types import type_of

    spec = served_predictor(invocation, predictor)
    container = models_container(
        spec, otherwise=invocation.command(f"evaluate {predictor} {file} --model live")
    )
    name = spec["endpoint"]["name"]
    with live_line(f"predicting {file}", quiet=invocation.as_json) as line:
        endpoint = type_of(spec).endpoint_class(
            name,
            invocation.session,
            environment=invocation.environment,
            variant=variant_of_live(spec),
            target_container=container,
            on_waiting=line.say,
        )
        return endpoint.predict_table(file), {"endpoint": name}


def _from_batch(
    invocation: Invocation, predictor: str, file: str, version: int
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from autogluon_client.executions.names import new_name
    from autogluon_client.executions.progress import Progress
    from autogluon_client.executions.run import Run
    from autogluon_client.workflows.batch import BatchRun

    arguments = {
        "predictor": predictor,
        "data": upload(invocation, predictor, "data", file),
        "model": version,
        "output_format": "jsonl",
    }
    run = Run.start(invocation.connection, "batch_predict", new_name("evaluate"), arguments)
    wait_for_run(invocation, run, predictor)
    answers, _ = BatchRun(run).answers(Progress(verbosity=0), None)
    return answers, {"batch": run.name}


def _print(title: str, version: dict[str, Any], found: Evaluation) -> None:
    print_table(
        f"{title}: {found.rows:,} rows",
        ("metric", "value", "better"),
        [
            (name, metric.shown(value), metric.better.partition(" ")[0])
            for name, value in found.metrics.items()
            for metric in (ShownMetric(name),)
        ],
        empty="No metric is defined on these rows.",
    )
    value, metric = version["eval_metric_value"], version["eval_metric"]
    if value is not None:
        shown = shown_score(metric, value)
        click.echo(f"In training, {metric} was {shown} on the {version['evaluated_on']} data.")
    print_warnings(found.warnings)
