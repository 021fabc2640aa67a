"""Check this machine: the settings file and the CDK's tools."""

from __future__ import annotations

from collections.abc import Iterator

from autogluon_cli.checks.finding import Finding
from autogluon_cli.deployment.settings_file import load_settings
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation
from autogluon_client.errors import MissingPackageError


def check_settings(invocation: Invocation) -> Iterator[Finding]:
    """Check that the environment's settings file exists and is valid."""
    try:
        settings = load_settings(invocation)
    except CommandError as error:
        yield Finding("settings", "missing", error.sentence, error.next_command)
        return
    names = ", ".join(settings.predictors) or "none"
    yield Finding("settings", "ok", f"{invocation.settings_file}; predictors: {names}")


def check_tools(_: Invocation) -> Iterator[Finding]:
    """Check that Node.js and the pinned CDK are installed."""
    from autogluon_cli.deployment.cdk import require_tools
    from autogluon_cli.deployment.project import CDK_SCRIPT, IS_CHECKOUT, set_up_command

    try:
        require_tools()
    except MissingPackageError as error:
        yield Finding("CDK", "missing", error.message, error.install_command)
        return
    if CDK_SCRIPT.exists():
        yield Finding("CDK", "ok", "the pinned CDK command line and Node.js are installed")
    elif IS_CHECKOUT:
        message = "The CDK command line is not installed."
        yield Finding("CDK", "missing", message, set_up_command())
    else:
        message = "Node.js is installed; the first deploy installs the CDK command line"
        yield Finding("CDK", "ok", message)
