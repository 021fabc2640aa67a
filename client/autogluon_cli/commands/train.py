"""Train, register and, if the quality gate approves, promote: `agcdk train PREDICTOR DATA`."""

from __future__ import annotations

from typing import Any

import click

from autogluon_cli.data.upload import require_column, upload
from autogluon_cli.framework.arguments import deployed_predictor, live_model, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.framework.key_values import parse_assignments
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_cli.terminal.output import print_facts, print_json, print_notes


@click.command(cls=Command)
@predictor_argument()
@click.argument("data", metavar="DATA")
@click.option("--test", "test_data", metavar="DATA", help="Data to evaluate the models on.")
@click.option("--tuning", "tuning_data", metavar="DATA", help="Validation data.")
@click.option("--name", help="Name of the run; the same name never trains twice.")
@click.option(
    "--init",
    "init_args",
    multiple=True,
    metavar="KEY=VALUE",
    help="An argument of init_args; repeatable.",
)
@click.option(
    "--fit",
    "fit_args",
    multiple=True,
    metavar="KEY=VALUE",
    help="An argument of fit_args; repeatable.",
)
@click.option("--instance-type", help="An instance type that the settings allow.")
@click.option(
    "--max-runtime",
    "max_runtime_seconds",
    type=click.IntRange(min=60),
    metavar="SECONDS",
    help="When SageMaker stops the job; at most what the settings allow.",
)
@click.option("--promote/--no-promote", default=True, help="Serve the model if it is approved.")
@click.option("--wait/--no-wait", default=True, help="Follow the run to its end.")
@pass_invocation
def train(
    invocation: Invocation,
    /,
    predictor: str,
    data: str,
    test_data: str | None,
    tuning_data: str | None,
    name: str | None,
    init_args: tuple[str, ...],
    fit_args: tuple[str, ...],
    wait: bool,
    **settings: Any,
) -> None:
    """Train PREDICTOR on DATA, a CSV, JSON Lines or Parquet file.

    DATA, --test and --tuning accept files and s3:// addresses. Values of --init and --fit are
    YAML, as in the settings file, for example --fit time_limit=60.
    """
    from autogluon_client.executions.names import new_name
    from autogluon_client.executions.run import Run
    from autogluon_client.workflows.training_notes import training_notes

    spec = deployed_predictor(invocation, predictor)
    given = {"train_data": data, "test_data": test_data, "tuning_data": tuning_data}
    files = {key: file for key, file in given.items() if file}
    overrides = {
        "init_args": parse_assignments("--init", init_args),
        "fit_args": parse_assignments("--fit", fit_args),
    }
    _require_label(invocation, predictor, spec, overrides["init_args"], list(files.values()))
    arguments = {
        "predictor": predictor,
        **{key: upload(invocation, predictor, key, file) for key, file in files.items()},
        **{key: values for key, values in overrides.items() if values},
        **{key: value for key, value in settings.items() if value is not None},
    }
    run = Run.start(invocation.connection, "train", name or new_name("fit"), arguments)
    time_limit = {**spec["fit_args"], **overrides["fit_args"]}.get("time_limit")
    output = wait_for_run(invocation, run, predictor, time_limit=time_limit) if wait else None
    if invocation.as_json:
        notes = {} if output is None else training_notes(invocation.connection, output).document()
        print_json({"name": run.name, "execution_arn": run.arn, "output": output, **notes})
    elif output is None:
        click.echo(f"Started {run.name}. Follow it: {invocation.command(f'logs -f {run.name}')}")
    else:
        _print_trained(invocation, predictor, run.name, output)


def _require_label(
    invocation: Invocation,
    predictor: str,
    spec: dict[str, Any],
    init_args: dict[str, Any],
    files: list[str],
) -> None:
    """Refuse at once, before anything is uploaded, to train without the column to predict."""
    from autogluon_client.predictors.predictor_types import type_of

    kind = type_of(spec)
    key = kind.label_argument
    if key is None:
        return
    label = {**spec["init_args"], **init_args}.get(key, kind.label_default)
    if label is None:
        raise CommandError(
            f"Predictor {predictor!r} has no {key} in its settings.",
            advice=f"Add --init {key}=COLUMN.",
            next_command=invocation.command(f"train {predictor} {files[0]} --init {key}=COLUMN"),
        )
    for file in files:
        require_column(file, str(label), what=key)


def _print_trained(
    invocation: Invocation, predictor: str, run: str, output: dict[str, Any]
) -> None:
    from autogluon_client.workflows.training_notes import training_notes

    print_facts(
        {
            "run": run,
            "decision": f"{output['decision']}. {output['reason']}",
            "best model": output["best_model"],
            **{f"{output['evaluated_on']} {key}": v for key, v in output["metrics"].items()},
            "model": output["model_package_arn"],
        }
    )
    print_notes(training_notes(invocation.connection, output).lines())
    if output.get("report_uri"):
        click.echo(f"\nReport: {invocation.command(f'report {run}')}")
    click.echo(_next_step(invocation, output, predictor, run))


def _next_step(invocation: Invocation, output: dict[str, Any], predictor: str, run: str) -> str:
    if output["decision"] == "Rejected":
        return f"The quality gate rejected the model. Next: {invocation.command(f'show {run}')}"
    version = output["model_package_arn"].rpartition("/")[2]
    if output["decision"] == "PendingManualApproval":
        words = f"approve {predictor} {version} --on"
        return f"The model needs approval. Next: {invocation.command(words)}"
    # Of a run that ended a while ago, the output tells what was live then.
    is_live = live_model(invocation, predictor) == output["model_package_arn"]
    if is_live and (output["promotion"] or {}).get("endpoint_name"):
        words = f"predict {predictor} FILE"
        return f"The model is in service. Next: {invocation.command(words)}"
    if not is_live and output["promotion"] is not None:
        words = f"on {predictor} --model {version}"
        return f"Another version is live, or none. Next: {invocation.command(words)}"
    return f"Next: {invocation.command(f'batch {predictor} FILE')}"
