"""Define the options that several verbs take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from autogluon_contracts.embedded_instance import DEFAULT_NAME

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

FILE = click.Path(dir_okay=False, path_type=Path)


def name_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--name`: several instances run side by side under different names."""
    return click.option(
        "--name",
        default=DEFAULT_NAME,
        show_default=True,
        metavar="NAME",
        help="Which embedded AWS; several run side by side.",
    )(function)


def start_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what `start` and `restore` share besides the name."""
    for option in (
        click.option(
            "--image-env",
            type=click.Path(file_okay=False, path_type=Path),
            help="Virtual environment that represents the AutoGluon container."
            "  [default: the project's .venv-image-full if `make setup-full` made it, else "
            ".venv-image]",
        ),
        click.option(
            "--image",
            "images",
            multiple=True,
            metavar="URI=FOLDER",
            help="Run the programs train and serve of a folder for an image; may be repeated.",
        ),
        click.option(
            "--fault",
            "fault_file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Faults that happen on demand (YAML or JSON).",
        ),
    ):
        function = option(function)
    return function
