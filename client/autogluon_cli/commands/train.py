"""Train, register and, if the quality gate approves, promote: `agcdk train PREDICTOR DATA`."""

from __future__ import annotations

from typing import Any

import click

from autogluon_cli.data.training_run import run_training, training_options
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation


@click.command(cls=Command)
@training_options
@click.option(
    "--continue",
    "continue_run",
    metavar="RUN",
    help="Take the models that this run, which did not complete, has finished.",
)
@pass_invocation
def train(invocation: Invocation, /, **options: Any) -> None:
    """Train PREDICTOR on DATA, a CSV, JSON or Parquet file.

    DATA, --test and --tuning accept files and s3:// addresses. Values of --init and --fit are
    YAML, as in the settings file, for example --fit time_limit=60.
    """
    run_training(invocation, "train", **options)
