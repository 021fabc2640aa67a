"""Keep the state of a network's training after each validation, and bring it back.

AutoGluon saves such states itself (`last.ckpt`), but without the configuration that
`MultiModalPredictor.load(resume=True)` needs, which it writes at the end; and its reader of them
does not take the argument that Lightning 2.6 passes (`weights_only`). So a fit that goes on is the
same call of `fit` again, whose trainer starts from the kept state.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch  # type: ignore[import-not-found,unused-ignore]
import yaml
from autogluon.multimodal import MultiModalPredictor
from autogluon.multimodal.utils.checkpoint import AutoMMModelCheckpointIO
from lightning.pytorch.callbacks import (  # type: ignore[import-not-found,unused-ignore]
    Checkpoint,
    ModelCheckpoint,
)

from autogluon_jobs.jobs.states import StateRecord, States

_LAST = "last.ckpt"
_BEST = "best_k_models.yaml"
# AutoGluon's names of the files from which it averages the final weights, and their scores.
_PATHS = ("best_model_path", "kth_best_model_path", "last_model_path")


class KeptStates(Checkpoint):  # type: ignore[misc,unused-ignore]  # it has no types here
    """Adds a state after each validation, when AutoGluon's own callback has judged its models.

    That callback does so at the end of an epoch where each epoch has one validation: a state of
    before could not go on, since the end of its epoch needs the validation's result.

    Args:
        states: get them.
        best: the best models so far, by AutoGluon's names of their files -> that of the states.

    Attributes:
        trained_part: whether AutoGluon trains, and so keeps, a part of the weights only (LoRA); the
            others are those of the pretrained network.
    """

    trained_part = False

    def __init__(self, states: States, best: Mapping[str, str]) -> None:
        super().__init__()
        self._states = states
        self._best = dict(best)
        self._step = -1

    def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:  # noqa: ARG002
        """Let a state lack the weights that no training changes."""
        if self.trained_part:
            pl_module.strict_loading = False

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002
        """Keep the state, unless the validation is the trial before the first step."""
        if not trainer.sanity_checking and not _judges_epochs(trainer):
            self._keep_step(trainer)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002
        """Keep the state of an epoch that is judged as a whole."""
        if _judges_epochs(trainer):
            self._keep_step(trainer)

    def _keep_step(self, trainer: Any) -> None:
        if trainer.global_step == self._step:
            return
        self._step = int(trainer.global_step)
        try:
            self._keep(trainer)
        except OSError as error:
            # The job itself needs no checkpoint.
            print(f"Warning: step {self._step} could not be kept: {error}", flush=True)

    def _keep(self, trainer: Any) -> None:
        file = self._states.unused()
        trainer.save_checkpoint(file)  # by all processes, of which the first one writes
        if not trainer.is_global_zero:
            return
        best = _judge(trainer).best_k_models
        scores = {Path(path).name: float(score) for path, score in best.items()}
        # A model that became one of the best just now is the state that was just written.
        self._best = {name: self._best.get(name, file.name) for name in scores}
        facts = {
            "last": file.name, "best": self._best, "scores": scores, "step": self._step,
        }  # fmt: skip
        self._states.keep(facts, [file.name, *self._best.values()])


def _judge(trainer: Any) -> ModelCheckpoint:
    [judge] = [item for item in trainer.callbacks if isinstance(item, ModelCheckpoint)]
    return judge


def _judges_epochs(trainer: Any) -> bool:
    return bool(_judge(trainer)._should_save_on_train_epoch_end(trainer))


class _ResumableIO(AutoMMModelCheckpointIO):  # type: ignore[misc,unused-ignore]
    def load_checkpoint(
        self,
        path: Any,
        map_location: Any = None,
        weights_only: bool | None = None,  # noqa: ARG002 - a trainer's state is more than weights
    ) -> Any:
        return torch.load(path, map_location=map_location or "cpu", weights_only=False)


def restore(state: StateRecord, states: States, folder: Path) -> float:
    """Write a state's files where AutoGluon looks for them; return the seconds of its training.

    Args:
        state: of `states`.
        states: have its files.
        folder: AutoGluon's, whatever that of the earlier instance was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = folder.resolve()
    for name, file in state.facts["best"].items():
        shutil.copyfile(states.folder / file, home / name)
    scores = {str(home / name): score for name, score in state.facts["scores"].items()}
    (home / _BEST).write_text(yaml.safe_dump(scores), encoding="utf-8")
    last = states.folder / state.facts["last"]
    # Its hash is the one of the record that this project's job wrote.
    content = torch.load(last, map_location="cpu", weights_only=False)
    for found in content["callbacks"].values():
        if "dirpath" in found:
            _move(found, home)
    torch.save(content, home / _LAST)
    elapsed = content["callbacks"].get("Timer", {}).get("time_elapsed", {})
    return float(elapsed.get("train", 0.0))


def attach(predictor: MultiModalPredictor, states: States, folder: Path) -> None:
    """Have the next `fit` keep its states, and start from the newest one if there is one.

    Args:
        predictor: not yet fitted.
        states: get them; the newest was brought back by `restore`.
        folder: AutoGluon's.
    """
    learner = predictor._learner
    best: Mapping[str, str] = {}
    if states.newest is not None:
        best = states.newest.facts["best"]
        learner._resume, learner._ckpt_path = True, str(folder / _LAST)
    keeper, callbacks = KeptStates(states, best), learner.get_callbacks_per_run

    def with_keeper(*how: Any, is_train: bool = True, **named: Any) -> list[Any]:
        found: list[Any] = callbacks(*how, is_train=is_train, **named)
        return [*found, keeper] if is_train else found

    def plugins(model: Any, peft_param_names: Any = None) -> list[Any]:
        keeper.trained_part = bool(peft_param_names)
        return [
            _ResumableIO(trainable_param_names=peft_param_names, model_name_to_id=model.name_to_id)
        ]

    learner.get_callbacks_per_run = with_keeper
    learner.get_plugins_per_run = plugins


def _move(found: dict[str, Any], home: Path) -> None:
    """Have what AutoGluon's callback knows of its files name those of another folder."""
    found["dirpath"] = str(home)
    best = found.get("best_k_models", {})
    found["best_k_models"] = {str(home / Path(path).name): score for path, score in best.items()}
    for name in _PATHS:
        if found.get(name):
            found[name] = str(home / Path(found[name]).name)
