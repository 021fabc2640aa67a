"""Define the arguments and options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_contracts.names import MAIN_VARIANT, NO_MODEL

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_RUN = click.argument("run", metavar="RUN")


def predictor_argument(*, required: bool = True) -> Decorator:
    """Add PREDICTOR; the shell completes it from the settings file in the current folder."""
    return click.argument("predictor", required=required, shell_complete=_complete_predictor)


def run_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add RUN: a name that `agcdk runs` lists."""
    return _RUN(function)


def deployed_predictor(invocation: Invocation, predictor: str) -> dict[str, Any]:
    """Return the predictor's deployed settings.

    Raises:
        UnknownPredictorError, NotDeployedError: the predictor or the environment does not exist.
    """
    return invocation.connection.spec(predictor)


def served_predictor(invocation: Invocation, predictor: str) -> dict[str, Any]:
    """Return the deployed settings of a predictor whose settings have an endpoint.

    Raises:
        CommandError: they have none.
    """
    spec = deployed_predictor(invocation, predictor)
    if spec["endpoint"] is None:
        raise CommandError(
            f"Predictor {predictor!r} has no endpoint in its deployed settings.",
            advice="Use a batch, or add `endpoint: {instance_type: ml.m5.large}` to "
            f"predictors.{predictor} in {invocation.settings_file} and deploy.",
            next_command=f"agcdk batch {predictor} FILE",
            exit_code=ExitCode.NOT_FOUND,
        )
    return spec


def served_live(invocation: Invocation, predictor: str) -> dict[str, Any]:
    """Return the deployed settings of a predictor that has a model in service.

    Raises:
        CommandError: it has no endpoint, or is off.
    """
    spec = served_predictor(invocation, predictor)
    if live_model(invocation, predictor) == NO_MODEL:
        raise CommandError(
            f"Predictor {predictor!r} is off: it has no model in service.",
            next_command=f"agcdk on {predictor}",
            exit_code=ExitCode.NOT_FOUND,
        )
    return spec


def live_model(invocation: Invocation, predictor: str) -> str:
    """Return `none` or the ARN of the model package in service."""
    return invocation.connection.live_model(predictor)


def live_variants(invocation: Invocation, predictor: str) -> dict[str, str]:
    """Return the variants in which each live model answers, by the model package's ARN."""
    endpoint = invocation.connection.spec(predictor)["endpoint"] or {}
    found: dict[str, str] = {}
    for variant in (MAIN_VARIANT, *(endpoint.get("variants") or ())):
        model = invocation.connection.live_model(predictor, variant)
        if model != NO_MODEL:
            found[model] = f"{found[model]}, {variant}" if model in found else variant
    return found


def _complete_predictor(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from autogluon_constructs.settings.reading.yaml_text import parse_yaml

    invocation = context.ensure_object(Invocation)
    try:
        names = parse_yaml(invocation.settings_file.read_text(encoding="utf-8"))["predictors"]
    except (OSError, ValueError, TypeError, KeyError):
        return []  # an error here would disturb typing
    return [CompletionItem(str(name)) for name in names if str(name).startswith(incomplete)]
