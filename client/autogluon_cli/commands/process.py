"""Run a predictor's script on data: `agcdk process PREDICTOR STEP`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autogluon_cli.data.upload import upload, upload_tree
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.processing import require_processing
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_cli.terminal.output import print_facts, print_json, print_table, short_size
from autogluon_contracts.documents.processing_spec import PROFILE


class _Pair(click.ParamType[tuple[str, str]]):
    """`NAME=VALUE`, as its two parts."""

    name = "NAME=VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        name, equals, rest = str(value).partition("=")
        if not name or not equals:
            self.fail(f"{value!r} must be a name and a value, such as raw=raw.csv", param, ctx)
        return name, rest


@click.command(cls=Command)
@predictor_argument()
@click.argument("step", required=False)
@click.option(
    "--input",
    "inputs",
    type=_Pair(),
    metavar="NAME=DATA",
    multiple=True,
    help="An input: a file or folder, or the s3:// address of either; repeatable.",
)
@click.option(
    "--argument",
    "arguments",
    metavar="TEXT",
    multiple=True,
    help="An argument of the script, in place of the settings'; repeatable.",
)
@click.option(
    "--env",
    "variables",
    type=_Pair(),
    metavar="NAME=VALUE",
    multiple=True,
    help="An environment variable of the script; repeatable.",
)
@click.option("--wait/--no-wait", default=True, help="Wait for the run, and show its outputs.")
@click.option("--name", help="Name of the run; the same name never runs twice.")
@pass_invocation
def process(
    invocation: Invocation,
    predictor: str,
    step: str | None,
    inputs: tuple[tuple[str, str], ...],
    arguments: tuple[str, ...],
    variables: tuple[tuple[str, str], ...],
    wait: bool,
    name: str | None,
) -> None:
    """Run a script of PREDICTOR's settings on data, as a processing job.

    STEP is its name in `processing` of the settings, needed where there are several. `agcdk train`
    takes the addresses of its outputs.
    """
    from autogluon_client.workflows.processing import start_processing

    deployed_predictor(invocation, predictor)
    require_processing(invocation)
    if step == PROFILE:
        raise CommandError(
            f"The step {PROFILE!r} describes data, and runs no script.",
            next_command=invocation.command(f"profile {predictor} FILE"),
        )
    run = start_processing(
        invocation.connection,
        predictor,
        step,
        inputs={key: _uploaded(invocation, predictor, key, data) for key, data in inputs},
        arguments=list(arguments) if arguments else None,
        environment=dict(variables),
        name=name,
    )
    if not wait:
        _print_started(invocation, run.name, run.arn)
        return
    _print(invocation, predictor, run.name, wait_for_run(invocation, run, predictor))


def _uploaded(invocation: Invocation, predictor: str, name: str, data: str) -> str:
    if Path(data).is_dir():
        return upload_tree(invocation, predictor, name, data)
    return upload(invocation, predictor, name, data)


def _print_started(invocation: Invocation, run: str, arn: str) -> None:
    if invocation.as_json:
        print_json({"run": run, "execution_arn": arn})
    else:
        click.echo(f"Started {run}. Its outputs: {invocation.command(f'show {run}')}")


def _print(invocation: Invocation, predictor: str, run: str, output: dict[str, Any]) -> None:
    if invocation.as_json:
        print_json({"run": run, "output": output})
        return
    print_facts({"run": run, "step": output["step"], "job": output["job_name"]})
    print_table(
        "\nOutputs",
        ("output", "files", "size", "address"),
        [
            (
                name,
                f"{output['files'][name]:,}",
                short_size(output["bytes"][name]),
                uri,
            )
            for name, uri in output["outputs"].items()
        ],
        empty="",
    )
    click.echo(f"\nTrain on an output: {invocation.command(f'train {predictor} ADDRESS')}")
