"""Train, register and, if the quality gate approves, promote: `agcdk train PREDICTOR DATA`."""

from __future__ import annotations

from typing import Any

import click

from autogluon_cli.data.training_run import run_training, training_options
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_contracts.predictor_types import known_types, predictor_type

METHODS = tuple(name for kind in known_types() for name in predictor_type(kind).further_methods)


@click.command(cls=Command)
@training_options
@click.option(
    "--continue",
    "continue_run",
    metavar="RUN",
    help="Go on where this run, which did not complete, has stopped.",
)
@click.option(
    "--from",
    "from_model",
    metavar="MODEL",
    help="A model to train further: live, latest, a version, or s3://.../output/model.tar.gz.",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    help="How, by AutoGluon's name; default: refit_full for tabular models, fit for multimodal.",
)
@click.option(
    "--model-channel-name", metavar="NAME", help="The job's channel for that model, not `model`."
)
@pass_invocation
def train(invocation: Invocation, /, **options: Any) -> None:
    """Train PREDICTOR on DATA, a CSV, JSON or Parquet file.

    DATA, --test and --tuning accept files and s3:// addresses. Values of --init and --fit are
    YAML, as in the settings file, for example --fit time_limit=60. With --from, --fit is for the
    method.
    """
    run_training(invocation, "train", **options)
