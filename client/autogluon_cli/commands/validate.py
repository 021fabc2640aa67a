"""Report all mistakes in the settings, without AWS or synthesis: `agcdk validate`."""

from __future__ import annotations

import click

from autogluon_cli.deployment.ended_endpoints import ended_endpoints
from autogluon_cli.deployment.settings_file import require_settings_file
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json


@click.command(cls=Command)
@pass_invocation
@click.pass_context
def validate(context: click.Context, invocation: Invocation) -> None:
    """Report all mistakes in config/ENVIRONMENT.yaml, one per line."""
    from autogluon_constructs.settings import SettingsError, load_environment
    from autogluon_constructs.settings.left_out import left_out_warnings

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
    names, ended = list(settings.predictors), ended_endpoints(settings)
    warnings = [warning for _, warning in left_out_warnings(settings.predictors)]
    if invocation.as_json:
        told = {"problems": [], "warnings": warnings, "ended": ended, "predictors": names}
        print_json({"file": file, "valid": True, **told})
    else:
        for warning in warnings:
            click.echo(f"Warning: {warning}.", err=True)
        for sentence in ended:
            click.echo(sentence, err=True)
        listed = ", ".join(names) or "none"
        click.echo(
            f"{file} is valid. Predictors: {listed}. Deploy it: {invocation.command('deploy')}"
        )
