"""Print the JSON Schema of settings files: `agcdk settings-schema`."""

from __future__ import annotations

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.terminal.output import print_json


@click.command(cls=Command, name="settings-schema")
def settings_schema() -> None:
    """Print the JSON Schema of config/ENVIRONMENT.yaml, for editors.

    `agcdk init` writes it beside a new settings file, whose first line names it.
    """
    from autogluon_constructs.settings.reading.json_schema import settings_schema as schema

    print_json(schema())
