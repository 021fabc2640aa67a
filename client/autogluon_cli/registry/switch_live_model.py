"""Switch a predictor's live model by the Promote state machine and print the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.framework.arguments import deployed_predictor
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.registry.endpoint_log import last_lines
from autogluon_cli.registry.endpoint_states import component_in_words, serverless_in_words
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_cli.terminal.output import print_json
from autogluon_contracts.names import MAIN_VARIANT

if TYPE_CHECKING:
    from autogluon_client.executions.run import Run


def switch(
    invocation: Invocation,
    predictor: str,
    model: str | int,
    *,
    wait: bool,
    choices: Mapping[str, Any] | None = None,
    purpose: str = "on",
) -> None:
    """Promote `model`, or join its promotion if that is running, and print the outcome.

    Args:
        choices: the endpoint's `instance_type`, `initial_instance_count` and `engine`, if given,
            `allow_schema_change`, `at_once`, `variant` and `weights`.
        purpose: what the promotion's name begins with.

    Raises:
        ExecutionFailedError: the model did not start; the previous one then stays in service.
    """
    from autogluon_client.executions.progress import Progress
    from autogluon_client.workflows.promote import start_promotion

    silent = Progress(verbosity=0)
    run = start_promotion(invocation.connection, predictor, model, purpose, silent, choices)
    show_promotion(invocation, run, predictor, wait=wait)


def put_approved_on(invocation: Invocation, predictor: str, arn: str, version: int) -> None:
    """Put an approved version into service and print the outcome.

    Where approvals lead to promotions by themselves, it waits for that one.

    Raises:
        ExecutionFailedError: as `switch`.
    """
    from autogluon_client.workflows.promote import start_approved

    endpoint = deployed_predictor(invocation, predictor)["endpoint"] or {}
    run = None
    if endpoint.get("promote_on_approval", False):
        run = start_approved(invocation.connection, predictor, arn)
    if run is None:
        switch(invocation, predictor, version, wait=True)
    else:
        show_promotion(invocation, run, predictor, wait=True)


def show_promotion(invocation: Invocation, run: Run, predictor: str, *, wait: bool) -> None:
    """Print the outcome of a promotion, or how to show it.

    Raises:
        ExecutionFailedError: as `switch`.
    """
    output = _wait(invocation, run, predictor) if wait else None
    if invocation.as_json:
        print_json({"name": run.name, "execution_arn": run.arn, "output": output})
    elif output is None:
        click.echo(f"Started {run.name}. Show it: {invocation.command(f'show {run.name}')}")
    else:
        click.echo(_sentence(invocation, predictor, output))


def _wait(invocation: Invocation, run: Run, predictor: str) -> dict[str, Any]:
    from autogluon_client.errors import ExecutionFailedError

    try:
        return wait_for_run(invocation, run, predictor)
    except ExecutionFailedError as error:
        if error.error == "PromotionError" and not invocation.as_json:
            lines = last_lines(invocation, run.name)
            if lines:
                click.echo("The containers' last lines:", err=True)
            for line in lines:
                click.echo(f"  {line}", err=True)
        raise


def _sentence(invocation: Invocation, predictor: str, output: dict[str, Any]) -> str:
    variant = output.get("variant", MAIN_VARIANT)
    if output["live_model"] == "none" and variant != MAIN_VARIANT:
        return (
            f"{variant} of {predictor} is off. Put a version into it: "
            f"{invocation.command(f'on {predictor} --variant {variant}')}"
        )
    if output["live_model"] == "none":
        return (
            f"{predictor} is off. Put it back into service: {invocation.command(f'on {predictor}')}"
        )
    version = output["live_model"].rpartition("/")[2]
    if output["endpoint_name"] is None:
        return f"Version {version} of {predictor} is live; batches use it."
    status, serverless = output["endpoint_status"], output.get("serverless")
    runs = f"{output['initial_instance_count']} x {output['instance_type']}"
    if serverless is not None:
        runs = serverless_in_words(**serverless)
    elif output.get("component") is not None:
        runs = component_in_words(**output["component"])
    where = "" if variant == MAIN_VARIANT else f" in {variant}"
    return (
        f"Version {version} of {predictor} is live{where} at {output['endpoint_name']} ({status}, "
        f"{runs}).{_shares(output.get('weights') or {})}"
    )


def _shares(weights: Mapping[str, float | None]) -> str:
    """Return how variants share the requests; empty where one has them all."""
    known = {name: weight for name, weight in weights.items() if weight is not None}
    total = sum(known.values())
    if len(known) < 2 or not total:
        return ""
    parts = (f"{name} {weight / total:.1%}" for name, weight in known.items())
    return f" Requests: {', '.join(parts)}."
