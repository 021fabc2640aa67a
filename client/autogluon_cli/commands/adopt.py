"""Take over an endpoint that was made elsewhere: `agcdk adopt PREDICTOR --endpoint NAME`."""

from __future__ import annotations

from pathlib import Path

import click

from autogluon_cli.deployment.account import find_account
from autogluon_cli.deployment.cdk_role import stack_changer
from autogluon_cli.framework.arguments import predictor_argument, served_predictor
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.switch_live_model import switch
from autogluon_contracts.names import NO_MODEL

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=Command)
@predictor_argument()
@click.option(
    "--endpoint",
    metavar="NAME",
    help="The endpoint to take over.  [default: the one that endpoint.name says]",
)
@click.option(
    "--schema",
    type=_FILE,
    metavar="FILE",
    help="What its model takes: a feature_schema.json, or for a script a CSV file with the "
    "columns.  [default: the artifact's]",
)
@click.option(
    "--metrics",
    type=_FILE,
    metavar="FILE",
    help="What its model reached: a JSON object of numbers by metric.  [default: the artifact's]",
)
@click.option(
    "--code",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="The code that serves it.  [default: the artifact's, or this project's for AutoGluon's]",
)
@pass_invocation
def adopt(
    invocation: Invocation,
    predictor: str,
    endpoint: str | None,
    schema: Path | None,
    metrics: Path | None,
    code: Path | None,
) -> None:
    """Take an endpoint that was made elsewhere under PREDICTOR, without making it anew.

    Its model becomes a version through the quality gate, CloudFormation imports the endpoint into
    the predictor's stack, and a promotion updates it in place. It answers all the time; repeat the
    command to go on after a failure.
    """
    from autogluon_client.registry.outside_endpoint import look_at
    from autogluon_client.registry.register import Foreign, register_artifact
    from autogluon_client.registry.stack_import import AdoptingStack
    from autogluon_constructs.code.archives import container_sources

    def say(text: str) -> None:
        if not invocation.as_json:
            click.echo(text, err=True)

    spec = served_predictor(invocation, predictor)
    connection = invocation.connection
    if connection.live_model(predictor) != NO_MODEL:
        raise CommandError(
            f"Predictor {predictor!r} has a version in service already.",
            advice="An endpoint is adopted by a predictor that serves none.",
            next_command=invocation.command("endpoints"),
        )
    found = look_at(connection, predictor, endpoint or spec["endpoint"]["name"])
    cloudformation = stack_changer(invocation, find_account(invocation))
    stack = AdoptingStack(cloudformation, spec["endpoint"]["stack_name"], connection.environment)
    version = register_artifact(
        connection,
        predictor,
        Foreign(found.artifact, schema, metrics, code),
        own_code=container_sources(),
        say=say,
    )
    if version.status != "Approved":
        raise CommandError(
            f"The model of {found.name} is version {version.version} of {predictor}, which is not "
            f"approved ({version.status}: {version.reason}).",
            advice="Nothing was imported; approve it, then adopt the endpoint.",
            next_command=invocation.command(f"approve {predictor} {version.version}"),
        )
    if stack.has_endpoint:
        say(f"{found.name} is in its stack already")
    else:
        stack.bring_in(found, say)
    switch(invocation, predictor, version.version, wait=True, purpose="adopt")
    stack.put_deployed_template_back()
