"""Tune, register the best trial and, if approved, promote it: `agcdk tune PREDICTOR DATA`."""

from __future__ import annotations

from typing import Any

import click

from autogluon_cli.data.training_run import run_training, training_options
from autogluon_cli.framework.arguments import deployed_predictor
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation


@click.command(cls=Command)
@training_options
@click.option(
    "--max-jobs", type=click.IntRange(min=1), metavar="NUMBER", help="Trials in all, at most."
)
@click.option(
    "--max-parallel-jobs",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Trials at the same time, at most.",
)
@click.option(
    "--warm-start",
    multiple=True,
    metavar="RUN",
    help="A tuning run that has ended, to learn from; repeatable.",
)
@pass_invocation
def tune(
    invocation: Invocation, /, predictor: str, warm_start: tuple[str, ...], **options: Any
) -> None:
    """Search for PREDICTOR's best arguments of fit on DATA, and register the best model.

    The ranges are those of `tuning` in its settings. Each trial is a training job; trials are
    compared by their validation score. Options are those of train, for each trial.
    """
    from autogluon_client.workflows.trials import require_tuning

    require_tuning(invocation.connection)
    if deployed_predictor(invocation, predictor).get("tuning") is None:
        raise CommandError(
            f"Predictor {predictor!r} has no tuning in its deployed settings.",
            advice=f"Add tuning with ranges to predictors.{predictor} in "
            f"{invocation.settings_file} and deploy.",
            next_command="agcdk deploy",
            exit_code=ExitCode.NOT_FOUND,
        )
    if warm_start:
        options["warm_start"] = list(warm_start)
    run_training(invocation, "tune", predictor=predictor, **options)
