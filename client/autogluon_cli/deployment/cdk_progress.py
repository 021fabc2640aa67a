"""Runs a CDK command while a live line shows which resources are done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import live_line

if TYPE_CHECKING:
    from autogluon_cli.deployment.cdk import Cdk

_Result = TypeVar("_Result")


def run_cdk(
    invocation: Invocation, title: str, work: Callable[[Cdk], _Result], *, next_command: str
) -> _Result:
    """Run `work` with a Cdk of the environment.

    Raises:
        CommandError: the CDK failed; its own sentence, and `next_command`.
    """
    from autogluon_cli.deployment.cdk import Cdk, CdkError, parse_resource_event

    with live_line(title, quiet=invocation.as_json) as line:

        def show(text: str) -> None:
            event = parse_resource_event(text)
            if event is not None:
                line.now(event.summary)

        try:
            return work(Cdk(invocation.environment, invocation.settings_folder, show))
        except CdkError as error:
            sentence = " ".join(str(error).split()).rstrip(".")
            raise CommandError(
                f"{sentence}.", next_command=next_command, exit_code=ExitCode.WORK_FAILED
            ) from error
