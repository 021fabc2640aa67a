"""Keep each model of a fit in the checkpoint, and take those that are there instead of fitting.

A fit that continues another one is the same call of `fit`. AutoGluon tells a callback of each model
before it is fitted; where the checkpoint has that model, its `fit` is replaced by one that
loads it. So names, stack levels, scores and ensembles come about as in a fit that was never
interrupted. Weighted ensembles are fitted again: that takes moments.

The class has a module of its own: AutoGluon pickles callbacks with an unfinished fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon.core.callbacks import AbstractCallback

from autogluon_jobs.jobs.checkpoint import Checkpoint, Part

_CORE = "core"  # AutoGluon's name of the stack of models that are not ensembles of others only


class KeptModels(AbstractCallback):  # type: ignore[misc]  # AutoGluon has no types
    """Takes models from the parts of a checkpoint, and adds a part for each other model.

    Args:
        checkpoint: gets the parts.
        parts: those that it has.
        fit: AutoGluon's folder. Fits in other folders are trials (DyStack), on part of the rows.

    Attributes:
        taken: the names of the models that were not fitted again.
    """

    def __init__(self, checkpoint: Checkpoint, parts: Iterable[Part], fit: Path) -> None:
        super().__init__()
        self._trainer_path = fit.resolve() / "models"
        self._checkpoint = checkpoint
        self._parts = {part.facts["fitted"]: part for part in parts}
        self._count = len(self._parts)
        self._fitting = ""
        self._stack: dict[str, int] = {}
        self.taken: list[str] = []

    def before_trainer_fit(self, trainer: Any, **arguments: Any) -> None:
        """Note the form of the stack, which AutoGluon may have found out by trials (DyStack)."""
        self._stack = {
            "num_stack_levels": arguments["level_end"] - 1,
            "num_bag_folds": trainer.k_fold,
            "num_bag_sets": trainer.n_repeats,
        }

    def _before_model_fit(
        self, trainer: Any, model: Any, stack_name: str = _CORE, **_how: Any
    ) -> tuple[bool, bool]:
        self._fitting = model.name
        part = self._parts.get(model.name)
        if part is not None and self._concerns(trainer, stack_name):
            load = _Load(part, type(model), Path(trainer.path))
            model.fit = load.model
            model.hyperparameter_tune = load.tuned_models
            self.taken += part.facts["models"]
            print(f"Taken from the checkpoint: {', '.join(part.facts['models'])}", flush=True)
        return False, False

    def _after_model_fit(
        self, trainer: Any, model_names: list[str], stack_name: str = _CORE, **_where: Any
    ) -> bool:
        # None where the model failed: it fails again, and the run says so.
        is_new = bool(model_names) and self._fitting not in self._parts
        if is_new and self._concerns(trainer, stack_name):
            self._keep(trainer, model_names)
        return False

    def _concerns(self, trainer: Any, stack_name: str) -> bool:
        return stack_name == _CORE and Path(trainer.path).resolve() == self._trainer_path

    def _keep(self, trainer: Any, model_names: list[str]) -> None:
        paths = {name: trainer.get_model_attribute(name, "path") for name in model_names}
        facts = {
            "fitted": self._fitting,
            "models": list(paths),
            "paths": list(paths.values()),
            "stack": self._stack,
        }
        folders = {str(at): Path(trainer.path, path) for at, path in enumerate(paths.values())}
        try:
            self._checkpoint.keep(self._count + 1, facts, folders)
            self._count += 1
        except OSError as error:
            # The job itself needs no checkpoint.
            print(f"Warning: {self._fitting} could not be kept: {error}", flush=True)


@dataclass(frozen=True)
class _Load:
    """Takes the place of the fitting of a model that a part has."""

    part: Part
    kind: Any
    trainer_path: Path

    def model(self, **_arguments: Any) -> Any:
        """Return the fitted model, as `fit` does."""
        [path] = self._copied().values()
        return self.kind.load(path=str(path))

    def tuned_models(self, **_arguments: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return where the tuned models are, as `hyperparameter_tune` does."""
        models = self._copied()
        for path in models.values():
            # The trainer loads it with the path that it was saved with, of the earlier instance.
            self.kind.load(path=str(path)).save()
        return {name: {"path": str(path)} for name, path in models.items()}, {}

    def _copied(self) -> dict[str, Path]:
        facts, models = self.part.facts, {}
        for at, (name, path) in enumerate(zip(facts["models"], facts["paths"], strict=True)):
            models[name] = self.trainer_path / path
            self.part.copy(str(at), models[name])
        return models
