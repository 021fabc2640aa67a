"""List a predictor's model versions: `agcdk models PREDICTOR`."""

from __future__ import annotations

from typing import Any

import click

from autogluon_cli.framework.arguments import deployed_predictor, live_model, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.versions import list_versions
from autogluon_cli.terminal.output import print_json, print_table, short_time
from autogluon_contracts.documents.model_package import VersionMetadata


@click.command(cls=Command)
@predictor_argument()
@pass_invocation
def models(invocation: Invocation, predictor: str) -> None:
    """List PREDICTOR's model versions, the latest first."""
    deployed_predictor(invocation, predictor)
    live = live_model(invocation, predictor)
    found = [_document(package, live) for package in list_versions(invocation, predictor)]
    if invocation.as_json:
        print_json({"predictor": predictor, "live_model": live, "models": found})
        return
    print_table(
        f"Models of {predictor}",
        ("version", "status", "live", "best model", "metric", "value", "created", "run"),
        [
            (
                model["version"],
                model["status"],
                _live(model),
                model["best_model"],
                model["eval_metric"],
                model["eval_metric_value"],
                short_time(model["created"]),
                model["run"],
            )
            for model in found
        ],
        empty=f"No models yet. Train one: {invocation.command(f'train {predictor} FILE')}",
    )


def _live(model: dict[str, Any]) -> str:
    if model["live"]:
        return "live"
    return "" if model["promotion_failed"] is None else "failed to go live"


def _document(package: dict[str, Any], live: str) -> dict[str, Any]:
    known = VersionMetadata.from_properties(package.get("CustomerMetadataProperties"))
    value, execution = known.eval_metric_value, known.execution
    return {
        "version": package["ModelPackageVersion"],
        "arn": package["ModelPackageArn"],
        "status": package["ModelApprovalStatus"],
        "live": package["ModelPackageArn"] == live,
        "live_since": known.live_since,
        "promotion_failed": known.promotion_failed,
        "created": package["CreationTime"],
        "best_model": known.best_model,
        "eval_metric": known.eval_metric,
        "eval_metric_value": None if value is None else float(value),
        "evaluated_on": known.evaluated_on,
        "reason": known.reason,
        "run": None if execution is None else execution.rpartition(":")[2],
        "job_name": known.run,
        "execution_arn": execution,
    }
