"""Draft the settings of multimodal predictors; only where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from autogluon_cli.first_settings.checkpoints import checkpoint_model
from autogluon_cli.first_settings.declaration import resources
from autogluon_cli.first_settings.drafts import Draft, Wishes
from autogluon_cli.first_settings.image_names import names_images
from autogluon_cli.first_settings.problem import label_column, problem_of
from autogluon_cli.first_settings.types import TypeDraft
from autogluon_cli.framework.errors import CommandError
from autogluon_contracts.models.known_weights import FOLDER
from autogluon_contracts.predictor_types.multimodal.images import IMAGE_TYPE
from autogluon_contracts.predictor_types.multimodal.weights import (
    IMAGE_MODEL,
    TEXT_MODEL,
    checkpoint_key,
)
from autogluon_contracts.shown.scores import ShownMetric
from autogluon_contracts.wording import listed

_BY_HAND: Mapping[str, str] = {
    "sam": "a Segment Anything Model, for which the settings must say how many classes the masks "
    "have; write them by hand, from examples/masks/masks.yaml",
    "clip": "a CLIP model, which takes the place of other networks; write the settings by hand, "
    "with model.names: [clip]",
}


class _MultiModal:
    options = ("--problem-type", "--weights")
    order = 2

    def draft(self, wishes: Wishes, *, wanted: bool) -> Draft | None:
        """Return settings that fine-tune the checkpoints of the folder `--weights`."""
        if not wanted:
            return None
        table = wishes.table
        column = label_column(table, wishes.label)
        checkpoints = _checkpoints(wishes.given.get("--weights"))
        problem = problem_of(column, wishes.given.get("--problem-type"))
        images = [each.name for each in table.columns if each is not column and names_images(each)]
        _require_both(images, checkpoints)
        settings = {
            "type": "multimodal",
            "init_args": {
                "label": problem.label,
                "problem_type": problem.problem_type,
                "eval_metric": problem.eval_metric,
            },
            "fit_args": {
                **({"column_types": dict.fromkeys(images, IMAGE_TYPE)} if images else {}),
                "hyperparameters": {
                    checkpoint_key(model): f"{FOLDER}{folder}"
                    for model, folder in checkpoints.items()
                },
                "time_limit": wishes.time_limit_seconds,
            },
            **resources(table, wishes.time_limit_seconds),
            "quality_gate": {"metric": problem.gate_metric, "minimum": problem.minimum},
            **({"endpoint": {"instance_type": "ml.m5.large"}} if wishes.with_endpoint else {}),
        }
        named = ", ".join(checkpoints.values())
        folders = "--images and --weights" if images else "--weights"
        again = "the same folder: " if not images else ""
        return Draft(
            settings=settings,
            label=problem.label,
            why=f"{problem.why}; the gate requires more than guessing",
            document={"checkpoint": named, "images": images},
            facts={
                "data": f"{table.path}: {table.rows:,} rows, {len(table.columns)} columns",
                "type": "multimodal",
                "label": f"{problem.label}: {problem.problem_type}, {problem.why}",
                "checkpoint": named,
                **({"images": listed(images)} if images else {}),
                "quality gate": ShownMetric(problem.gate_metric).bound(problem.minimum),
            },
            more=lambda: click.echo(f"\nGive each run {again}agcdk train ... {folders}."),
        )


def _checkpoints(weights: str | None) -> dict[str, str]:
    """Return the model that each checkpoint is for, and its folder's name."""
    if weights is None:
        raise CommandError(
            "--type multimodal needs --weights: the folder with the checkpoint to start from.",
            again={"--weights": "FOLDER"},
        )
    files = sorted(Path(weights).expanduser().glob("*/config.json"))
    if not files:
        raise CommandError(
            f"--weights: {weights} holds 0 folders with a config.json; allowed: a checkpoint in a "
            "folder of its own, of texts, images or both.",
            again={},
        )
    found: dict[str, str] = {}
    for file in files:
        model = checkpoint_model(file)
        folder = file.parent.name
        if model in found:
            raise CommandError(
                f"--weights: {weights} holds {len(files)} folders with a config.json: "
                f"{', '.join(each.parent.name for each in files)}, and {found[model]} and {folder} "
                f"are for the same model, {model}; allowed: one checkpoint for each.",
                again={},
            )
        if model in _BY_HAND:
            raise CommandError(f"--weights: {folder} is {_BY_HAND[model]}.", again={})
        found[model] = folder
    return found


def _require_both(images: list[str], checkpoints: Mapping[str, str]) -> None:
    """Refuse images without their network, and a network that has none to look at."""
    if images and IMAGE_MODEL not in checkpoints:
        raise CommandError(
            f"--weights: column {images[0]!r} names image files, and the folder holds no network "
            "of images. Put one of timm, with config.json and pytorch_model.bin, into a folder "
            "beside the others, or leave the column out of the data.",
            again={},
        )
    if not images and TEXT_MODEL not in checkpoints:
        raise CommandError(
            f"--weights: {checkpoints[IMAGE_MODEL]} is a network of images, and no column names "
            "image files, such as photo-1.png. Give data with such a column, or a checkpoint of "
            "texts.",
            again={},
        )


DRAFT: TypeDraft = _MultiModal()
