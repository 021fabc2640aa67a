"""Start a run that trains: the options that Train and Tune share, and their input."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.costs.budgets import budget_uses
from autogluon_cli.costs.run_estimate import estimate_run
from autogluon_cli.data.upload import require_column, upload, upload_tree
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.framework.key_values import parse_assignments
from autogluon_cli.terminal.follow_run import wait_for_run
from autogluon_cli.terminal.output import print_json
from autogluon_cli.terminal.trained import print_trained
from autogluon_contracts.documents.predictor_spec import PredictorSpec

if TYPE_CHECKING:
    from autogluon_client.predictors.predictor_types import PredictorType

_OPTIONS = (
    predictor_argument(),
    click.argument("data", metavar="DATA"),
    click.option("--test", "test_data", metavar="DATA", help="Data to evaluate the models on."),
    click.option("--tuning", "tuning_data", metavar="DATA", help="Validation data."),
    click.option(
        "--static",
        "static_features",
        metavar="DATA",
        help="Features of each series, for time series predictors: a row for each.",
    ),
    click.option(
        "--images",
        metavar="FOLDER",
        help="The images that columns name, for multimodal predictors: a folder or s3:// address.",
    ),
    click.option(
        "--weights",
        metavar="FOLDER",
        help="Pretrained checkpoints, for multimodal predictors: a folder or its s3:// address.",
    ),
    click.option("--name", help="Name of the run; the same name never trains twice."),
    click.option(
        "--init",
        "init_args",
        multiple=True,
        metavar="KEY=VALUE",
        help="An argument of init_args; repeatable.",
    ),
    click.option(
        "--fit",
        "fit_args",
        multiple=True,
        metavar="KEY=VALUE",
        help="An argument of fit_args; repeatable.",
    ),
    click.option("--instance-type", help="An instance type that the settings allow."),
    click.option(
        "--instance-count",
        type=click.IntRange(min=1),
        metavar="N",
        help="Instances that share out folds; at most what the settings say.",
    ),
    click.option(
        "--max-runtime",
        "max_runtime_seconds",
        type=click.IntRange(min=60),
        metavar="SECONDS",
        help="When SageMaker stops a job; at most what the settings allow.",
    ),
    click.option(
        "--on-demand",
        is_flag=True,
        default=None,
        help="Use on-demand instances although the settings say spot.",
    ),
    click.option("--promote/--no-promote", default=True, help="Serve the model if it is approved."),
    click.option(
        "--estimate", is_flag=True, help="Only say what the run may cost at most; start nothing."
    ),
    click.option("--wait/--no-wait", default=True, help="Follow the run to its end."),
)

_OPTION_NAMES = {"static_features": "static"}
"""Key of the input -> its option, where the names differ."""


def training_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add PREDICTOR, DATA and the options of a run that trains."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def run_training(
    invocation: Invocation,
    workflow: str,
    *,
    predictor: str,
    data: str,
    test_data: str | None,
    tuning_data: str | None,
    static_features: str | None,
    images: str | None,
    weights: str | None,
    name: str | None,
    init_args: tuple[str, ...],
    fit_args: tuple[str, ...],
    estimate: bool,
    wait: bool,
    **settings: Any,
) -> None:
    """Upload the data, start the run, follow it if asked to, and print what it made.

    With `estimate`, only print what it may cost.

    Args:
        workflow: `train` or `tune`.
        settings: further keys of the execution's input; None leaves a key out.
    """
    from autogluon_client.executions.names import run_name
    from autogluon_client.executions.run import Run
    from autogluon_client.workflows.training_notes import training_notes

    spec = deployed_predictor(invocation, predictor)
    if estimate:
        _print_estimate(invocation, workflow, predictor, spec, settings)
        return
    given = {"train_data": data, "test_data": test_data, "tuning_data": tuning_data}
    files = {key: file for key, file in given.items() if file}
    overrides = {
        "init_args": parse_assignments("--init", init_args),
        "fit_args": parse_assignments("--fit", fit_args),
    }
    command = f"{workflow} {predictor} {data}"
    if settings.get("from_model") is None:  # a model knows its label, and some rows may lack it
        _require_label(invocation, command, predictor, spec, overrides["init_args"], files)
    folders = {key: folder for key, folder in (("images", images), ("weights", weights)) if folder}
    beside = {} if static_features is None else {"static_features": static_features}
    _require_reader(invocation, command, predictor, spec, {**folders, **beside})
    files |= beside
    arguments = {
        "predictor": predictor,
        **{key: upload(invocation, predictor, key, file) for key, file in files.items()},
        **{key: upload_tree(invocation, predictor, key, folder) for key, folder in folders.items()},
        **{key: values for key, values in overrides.items() if values},
        **{key: value for key, value in settings.items() if value is not None},
    }
    chosen = run_name(workflow, name)
    run = Run.start(invocation.connection, workflow, chosen, arguments)
    time_limit = {**spec["fit_args"], **overrides["fit_args"]}.get("time_limit")
    output = wait_for_run(invocation, run, predictor, time_limit=time_limit) if wait else None
    if invocation.as_json:
        notes = {} if output is None else training_notes(invocation.connection, output).document()
        print_json({"name": run.name, "execution_arn": run.arn, "output": output, **notes})
    elif output is None:
        follow = f"logs -f {run.name}" if workflow == "train" else f"show {run.name}"
        click.echo(f"Started {run.name}. Follow it: {invocation.command(follow)}")
    else:
        print_trained(invocation, predictor, run.name, output)


def _print_estimate(
    invocation: Invocation,
    workflow: str,
    predictor: str,
    spec: dict[str, Any],
    settings: dict[str, Any],
) -> None:
    """Print the most that the run may cost, and whether the budget has so much left."""
    most = estimate_run(PredictorSpec.from_json(spec), workflow, **settings)
    if most is None:
        raise CommandError(
            f"Predictor {predictor!r} was deployed by a release without prices.",
            advice="Deploy it with this release.",
            next_command=invocation.command("deploy"),
        )
    uses = budget_uses(invocation, [predictor])
    if invocation.as_json:
        budget = uses[0].document() if uses else None
        print_json({"predictor": predictor, **most.document(), "budget": budget})
        return
    click.echo(most.sentence)
    for use in uses:
        refused = " It would be refused." if most.usd > use.left else ""
        click.echo(
            f"Of the budget of {use.usd_per_month:,.2f} USD for {use.month:%B %Y}, "
            f"{use.left:,.2f} USD are left.{refused}"
        )


def _require_reader(
    invocation: Invocation,
    command: str,
    predictor: str,
    spec: dict[str, Any],
    given: dict[str, str],
) -> None:
    """Refuse a folder or table that the predictor's type does not read, before it is uploaded."""
    from autogluon_client.predictors.predictor_types import known_types, predictor_type, type_of

    def reads(kind: PredictorType, key: str) -> bool:
        found = kind.predictor_class
        return key in (*found.folder_arguments, *found.side_tables)

    for key in given:
        if not reads(type_of(spec), key):
            types = [name for name in known_types() if reads(predictor_type(name), key)]
            raise CommandError(
                f"--{_OPTION_NAMES.get(key, key)} is for predictors of the type "
                f"{' or '.join(types)}; {predictor!r} is {spec['type']}.",
                next_command=invocation.command(command),
            )


def _require_label(
    invocation: Invocation,
    command: str,
    predictor: str,
    spec: dict[str, Any],
    init_args: dict[str, Any],
    files: dict[str, str],
) -> None:
    """Refuse at once, before anything is uploaded, to train without the column to predict."""
    from autogluon_client.predictors.predictor_types import type_of

    kind = type_of(spec)
    key = kind.label_argument
    if key is None:
        return
    label = {**spec["init_args"], **init_args}.get(key, kind.label_default)
    if label is None:
        raise CommandError(
            f"Predictor {predictor!r} has no {key} in its settings.",
            advice=f"Add --init {key}=COLUMN.",
            next_command=invocation.command(f"{command} --init {key}=COLUMN"),
        )
    for file in files.values():
        require_column(file, str(label), what=key)
