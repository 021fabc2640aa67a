"""List runs, the latest first: `agcdk runs`."""

from __future__ import annotations

import click

from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json, print_table, short_duration, short_time

_WORKFLOWS = {
    "train": "train",
    "tune": "tune",
    "batch": "batch_predict",
    "promote": "promote",
    "drift": "drift",
    "process": "process",
    "weights": "mirror_weights",
}
_SHOWN = {name: shown for shown, name in _WORKFLOWS.items()}


@click.command(cls=Command)
@predictor_argument(required=False)
@click.option("--kind", type=click.Choice(list(_WORKFLOWS)), help="Only runs of this kind.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    metavar="NUMBER",
    default=20,
    show_default=True,
    help="How many to list.",
)
@click.option(
    "--all", "with_nested", is_flag=True, help="Also promotions that training runs started."
)
@pass_invocation
def runs(
    invocation: Invocation,
    predictor: str | None,
    kind: str | None,
    limit: int,
    with_nested: bool,
) -> None:
    """List training runs, batches and promotions, the latest first.

    A promotion that a training run started by itself is listed only with --all.
    """
    from autogluon_client.executions.runs import WORKFLOWS, list_runs

    if predictor is not None:
        deployed_predictor(invocation, predictor)
    found = list_runs(
        invocation.connection,
        workflows=WORKFLOWS if kind is None else (_WORKFLOWS[kind],),
        predictor=predictor,
        limit=limit,
        with_nested=with_nested,
    )
    if invocation.as_json:
        print_json({"environment": invocation.environment, "runs": [r.document() for r in found]})
        return
    columns = ["run", "kind", "predictor", "status", "started", "took"]
    costs = [(run.output or {}).get("usd") for run in found]
    if any(usd is not None for usd in costs):
        columns.append("USD")
    print_table(
        f"Runs of {invocation.environment}",
        columns,
        [
            (
                run.name,
                _SHOWN[run.workflow],
                run.predictor,
                run.status,
                short_time(run.started),
                short_duration(run.seconds),
                "" if usd is None else f"{usd:.4f}",
            )[: len(columns)]
            for run, usd in zip(found, costs, strict=True)
        ],
        empty=f"No runs yet. Start one: {invocation.command('train PREDICTOR FILE')}",
    )
