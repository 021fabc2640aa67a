"""List a predictor's model versions: `agcdk models PREDICTOR`."""

from __future__ import annotations

from typing import Any

import click

from autogluon_cli.framework.arguments import (
    deployed_predictor,
    live_model,
    live_variants,
    predictor_argument,
)
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json, print_table, short_time
from autogluon_cli.terminal.scores import shown_score
from autogluon_contracts.models.model_stage import stage_in_words
from autogluon_contracts.names import MAIN_VARIANT


@click.command(cls=Command)
@predictor_argument()
@pass_invocation
def models(invocation: Invocation, predictor: str) -> None:
    """List PREDICTOR's model versions, the latest first."""
    from autogluon_client.registry.versions import describe_version, list_versions

    deployed_predictor(invocation, predictor)
    live = live_model(invocation, predictor)
    beside = live_variants(invocation, predictor)
    versions = list_versions(invocation.connection, predictor)
    found = [
        {**describe_version(package, live), "variant": beside.get(package["ModelPackageArn"])}
        for package in versions
    ]
    if invocation.as_json:
        print_json({"predictor": predictor, "live_model": live, "models": found})
        return
    columns = ["version", "status", "live", "best model", "metric", "value", "created", "run"]
    further = {
        "stage": [_stage(model) for model in found],
        "USD": [_usd(model) for model in found],
        "from": [_parent(model) for model in found],
    }
    shown = {name: cells for name, cells in further.items() if any(cells)}
    print_table(
        f"Models of {predictor}",
        [*columns, *shown],
        [
            (
                model["version"],
                model["status"],
                _live(model),
                model["best_model"],
                model["eval_metric"],
                _value(model),
                short_time(model["created"]),
                model["run"],
                *(cells[number] for cells in shown.values()),
            )
            for number, model in enumerate(found)
        ],
        empty=f"No models yet. Train one: {invocation.command(f'train {predictor} FILE')}",
    )


def _value(model: dict[str, Any]) -> Any:
    name, value = model["eval_metric"], model["eval_metric_value"]
    return value if name is None or value is None else shown_score(name, value)


def _stage(model: dict[str, Any]) -> str:
    return "" if model["stage"] is None else stage_in_words(model["stage"])


def _usd(model: dict[str, Any]) -> str:
    """Return what training cost; empty of a version by an earlier release."""
    return "" if model["usd"] is None else f"{model['usd']:.4f}"


def _parent(model: dict[str, Any]) -> str:
    """Return such as `3, refit_full`; the run, where the model was named by its artifact."""
    if model["parent"] is None:
        return ""
    of_registry = ":model-package/" in model["parent"]
    name = model["parent"].rpartition("/")[2] if of_registry else model["parent_run"]
    return f"{name}, {model['method']}"


def _live(model: dict[str, Any]) -> str:
    if model["live"] and model["variant"] in (None, MAIN_VARIANT):
        return "live"
    if model["variant"] is not None:
        return f"live in {model['variant']}"
    return "" if model["promotion_failed"] is None else "failed to go live"
