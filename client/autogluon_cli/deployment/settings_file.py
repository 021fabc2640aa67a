"""Load the settings file of the current folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogluon_cli.deployment.account import DEFAULT_QUALIFIER
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment


def load_settings(invocation: Invocation) -> Environment:
    """Return the environment that its file declares.

    Raises:
        CommandError: the file does not exist or is invalid; `agcdk validate` prints all mistakes.
    """
    from autogluon_constructs.settings import SettingsError, load_environment

    require_settings_file(invocation)
    try:
        return load_environment(invocation.environment, invocation.settings_folder)
    except SettingsError as error:
        more = len(error.problems) - 1
        others = f" ({more} more mistake{'s' * (more > 1)})" if more else ""
        raise CommandError(
            f"{error.told(str(invocation.settings_file))[0].rstrip('.')}{others}.",
            next_command=f"agcdk validate --environment {invocation.environment}",
        ) from error


def bootstrap_qualifier(invocation: Invocation) -> str:
    """Return the bootstrap qualifier of the settings; the CDK's own where they cannot be read."""
    try:
        return load_settings(invocation).bootstrap_qualifier
    except CommandError:
        return DEFAULT_QUALIFIER


def require_settings_file(invocation: Invocation) -> None:
    """Require the settings file; raises CommandError where it does not exist."""
    path = invocation.settings_file
    if path.is_file():
        return
    known = sorted(file.stem for file in path.parent.glob("*.yaml"))
    there = f"environments: {', '.join(known)}" if known else f"in {path.cwd()}"
    raise CommandError(
        f"Settings file {path} not found ({there}).",
        next_command=f"agcdk init DATA.csv --environment {invocation.environment}",
    )
