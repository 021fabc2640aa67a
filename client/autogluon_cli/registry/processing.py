"""Refuse an environment whose deployed release cannot process data."""

from __future__ import annotations

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation


def require_processing(invocation: Invocation) -> None:
    """Raise CommandError where an earlier release deployed the environment."""
    if "process" not in invocation.connection.deployment.state_machines:
        raise CommandError(
            f"Environment {invocation.environment!r} was deployed by an earlier release, which "
            "processes no data.",
            next_command=invocation.command("deploy"),
            exit_code=ExitCode.NOT_FOUND,
        )
