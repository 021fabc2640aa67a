"""`agcdk train PREDICTOR DATA`: train, register and, if the quality gate approves, promote."""

from __future__ import annotations

from typing import Any

import click

from autogluon_cli.data.upload import require_column, upload
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.framework.key_values import parse_assignments
from autogluon_cli.terminal.follow_run import training_detail, wait_for_run
from autogluon_cli.terminal.output import print_facts, print_json


@click.command(cls=Command)
@predictor_argument()
@click.argument("data", metavar="DATA")
@click.option("--test", "test_data", metavar="DATA", help="Data to evaluate on.")
@click.option("--tuning", "tuning_data", metavar="DATA", help="Data to tune on.")
@click.option("--name", help="Name of the run; the same name never trains twice.")
@click.option(
    "--init", "init_args", multiple=True, metavar="KEY=VALUE", help="One of init_args; repeatable."
)
@click.option(
    "--fit", "fit_args", multiple=True, metavar="KEY=VALUE", help="One of fit_args; repeatable."
)
@click.option("--instance-type", help="One that the settings allow.")
@click.option(
    "--max-runtime", "max_runtime_seconds", type=click.IntRange(min=60), metavar="SECONDS"
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
    """Train PREDICTOR on DATA: a CSV, JSON Lines or Parquet file, or its s3:// address.

    Values of --init and --fit are YAML, as in the settings file: --fit time_limit=60
    """
    spec = deployed_predictor(invocation, predictor)
    files = {"train_data": data, "test_data": test_data, "tuning_data": tuning_data}
    overrides = {
        "init_args": parse_assignments("--init", init_args),
        "fit_args": parse_assignments("--fit", fit_args),
    }
    label = {**spec["init_args"], **overrides["init_args"]}.get("label")
    if label is None:
        raise CommandError(
            f"No label is named for predictor {predictor!r}; add --init label=COLUMN.",
            next_command=invocation.command(f"train {predictor} {data} --init label=COLUMN"),
        )
    for file in filter(None, files.values()):
        require_column(file, str(label), "the label")
    arguments = {
        "predictor": predictor,
        **{key: upload(invocation, predictor, key, file) for key, file in files.items() if file},
        **{key: values for key, values in overrides.items() if values},
        **{key: value for key, value in settings.items() if value is not None},
    }
    _start(invocation, predictor, arguments, name, wait=wait)


def _start(
    invocation: Invocation,
    predictor: str,
    arguments: dict[str, Any],
    name: str | None,
    *,
    wait: bool,
) -> None:
    from autogluon_client.executions.jobs import Job
    from autogluon_client.executions.names import new_name, sagemaker_job_name

    job = Job.start(invocation.connection, "train", name or new_name("fit"), arguments)
    if not wait:
        _print_started(invocation, job.name, job.arn)
        return
    detail = training_detail(invocation, sagemaker_job_name(predictor, job.arn))
    output = wait_for_run(invocation, job.arn, detail=detail)
    if invocation.as_json:
        print_json({"name": job.name, "execution_arn": job.arn, "output": output})
        return
    print_facts(
        {
            "run": job.name,
            "decision": f"{output['decision']}. {output['reason']}",
            "best model": output["best_model"],
            **{f"{output['evaluated_on']} {key}": v for key, v in output["metrics"].items()},
            "model": output["model_package_arn"],
        }
    )
    click.echo(f"\n{_next_step(invocation, output, predictor, job.name)}")


def _next_step(invocation: Invocation, output: dict[str, Any], predictor: str, run: str) -> str:
    if output["decision"] == "Rejected":
        return f"The quality gate rejected it. Next: {invocation.command(f'show {run}')}"
    version = output["model_package_arn"].rpartition("/")[2]
    if output["decision"] == "PendingManualApproval":
        words = f"approve {predictor} {version} --on"
        return f"It waits for a person. Next: {invocation.command(words)}"
    if (output["promotion"] or {}).get("endpoint_name"):
        words = f"predict {predictor} FILE"
        return f"It is in service. Next: {invocation.command(words)}"
    return f"Next: {invocation.command(f'batch {predictor} FILE')}"


def _print_started(invocation: Invocation, name: str, arn: str) -> None:
    if invocation.as_json:
        print_json({"name": name, "execution_arn": arn, "output": None})
    else:
        click.echo(f"Started {name}. Follow it: {invocation.command(f'logs -f {name}')}")
