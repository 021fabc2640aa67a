"""Report all mistakes in the settings, without AWS or synthesis: `agcdk validate`."""

from __future__ import annotations

import click

from autogluon_cli.deployment.settings_file import require_settings_file
from autogluon_cli.deployment.settings_warnings import settings_warnings
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json, print_warnings


@click.command(cls=Command)
@pass_invocation
@click.pass_context
def validate(context: click.Context, invocation: Invocation) -> None:
    """Report all mistakes in config/ENVIRONMENT.yaml, one per line."""
    from autogluon_constructs.settings import SettingsError, load_environment

    require_settings_file(invocation)
    file = str(invocation.settings_file)
    try:
        settings = load_environment(invocation.environment, invocation.settings_folder)
    except SettingsError as error:
        if invocation.as_json:
            told = {"problems": error.problems, "lines": error.lines}
            print_json({"file": file, "valid": False, **told})
        else:
            for line in error.told(file):
                click.echo(line, err=True)
            click.echo(f"Next:  correct {file}, then {invocation.command('validate')}", err=True)
        context.exit(ExitCode.USAGE_ERROR)
    names, warnings = list(settings.predictors), settings_warnings(settings)
    if invocation.as_json:
        told = {"problems": [], "warnings": warnings, "predictors": names}
        print_json({"file": file, "valid": True, **told})
    else:
        print_warnings(warnings)
        listed = ", ".join(names) or "none"
        click.echo(
            f"{file} is valid. Predictors: {listed}. Deploy it: {invocation.command('deploy')}"
        )
