"""Run a CDK command while a live line shows its progress."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import live_line

if TYPE_CHECKING:
    from autogluon_cli.deployment.cdk import Cdk

_Result = TypeVar("_Result")


def assembly_folder(invocation: Invocation) -> Path:
    """Return the folder that the CDK writes templates and assets to."""
    return invocation.settings_folder.resolve().parent / "cdk.out"


def run_cdk(
    invocation: Invocation,
    title: str,
    work: Callable[[Cdk], _Result],
    *,
    next_command: str,
    synthesized: bool = False,
) -> _Result:
    """Run `work` with a Cdk of the environment.

    Args:
        synthesized: whether the assembly folder holds the templates already.

    Raises:
        CommandError: the CDK failed; the message is its own.
    """
    from autogluon_cli.deployment.cdk import (
        Cdk,
        CdkError,
        app_options,
        assembly_options,
        parse_resource_event,
    )

    config, assembly = invocation.settings_folder.resolve(), assembly_folder(invocation)
    app = (
        assembly_options(assembly)
        if synthesized
        else app_options(invocation.environment, config, assembly)
    )
    with live_line(title, quiet=invocation.as_json) as line:

        def show(text: str) -> None:
            event = parse_resource_event(text)
            if event is not None:
                line.now(event.summary)

        try:
            return work(Cdk(app, on_line=show))
        except CdkError as error:
            message = " ".join(error.message.split()).rstrip(".")
            raise CommandError(
                f"{message}.",
                advice=error.advice,
                next_command=next_command,
                exit_code=ExitCode.WORK_FAILED,
            ) from error
