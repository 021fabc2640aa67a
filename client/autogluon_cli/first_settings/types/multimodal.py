"""Draft the settings of multimodal predictors, for text; only where they are asked for."""

from __future__ import annotations

from pathlib import Path

import click

from autogluon_cli.first_settings.declaration import resources
from autogluon_cli.first_settings.drafts import Draft, Wishes
from autogluon_cli.first_settings.problem import label_column, problem_of
from autogluon_cli.first_settings.types import TypeDraft
from autogluon_cli.framework.errors import CommandError
from autogluon_contracts.shown.scores import ShownMetric

_TEXT_MODEL = "model.hf_text.checkpoint_name"


class _MultiModal:
    options = ("--problem-type", "--weights")
    order = 2

    def draft(self, wishes: Wishes, *, wanted: bool) -> Draft | None:
        """Return settings that fine-tune the only checkpoint of the folder `--weights`."""
        if not wanted:
            return None
        table = wishes.table
        problem = problem_of(label_column(table, wishes.label), wishes.given.get("--problem-type"))
        checkpoint = _only_checkpoint(wishes.given.get("--weights"))
        settings = {
            "type": "multimodal",
            "init_args": {
                "label": problem.label,
                "problem_type": problem.problem_type,
                "eval_metric": problem.eval_metric,
            },
            "fit_args": {
                "hyperparameters": {_TEXT_MODEL: f"weights/{checkpoint}"},
                "time_limit": wishes.time_limit_seconds,
            },
            **resources(table, wishes.time_limit_seconds),
            "quality_gate": {"metric": problem.gate_metric, "minimum": problem.minimum},
            **({"endpoint": {"instance_type": "ml.m5.large"}} if wishes.with_endpoint else {}),
        }
        return Draft(
            settings=settings,
            label=problem.label,
            why=f"{problem.why}; the gate requires more than guessing",
            document={"checkpoint": checkpoint},
            facts={
                "data": f"{table.path}: {table.rows:,} rows, {len(table.columns)} columns",
                "type": "multimodal",
                "label": f"{problem.label}: {problem.problem_type}, {problem.why}",
                "checkpoint": checkpoint,
                "quality gate": ShownMetric(problem.gate_metric).bound(problem.minimum),
            },
            more=lambda: click.echo("\nGive each run the same folder: agcdk train ... --weights."),
        )


def _only_checkpoint(weights: str | None) -> str:
    if weights is None:
        raise CommandError(
            "--type multimodal needs --weights: the folder with the checkpoint to start from.",
            again={"--weights": "FOLDER"},
        )
    found = sorted(path.parent.name for path in Path(weights).expanduser().glob("*/config.json"))
    if len(found) != 1:
        names = f": {', '.join(found)}" if found else ""
        raise CommandError(
            f"--weights: {weights} holds {len(found)} folders with a config.json{names}; allowed: "
            "one checkpoint in a folder of its own.",
            again={},
        )
    return found[0]


DRAFT: TypeDraft = _MultiModal()
