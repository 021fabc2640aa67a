"""Continue the training of a network that an interruption, or a stopped run, left unfinished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import autogluon.multimodal
import pandas as pd
from autogluon.multimodal import MultiModalPredictor

from autogluon_contracts.documents.metrics import CheckpointUse
from autogluon_contracts.documents.training_job import FOLDER_CHANNELS, TrainingJobConfig
from autogluon_jobs.jobs.continued_work import open_checkpoint, work_of
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.states import StateRecord, States
from autogluon_jobs.jobs.time_budget import TimeBudget
from autogluon_jobs.jobs.used_time import UsedTime
from autogluon_jobs.multimodal.training.kept_states import attach, restore
from autogluon_jobs.weights.mounted import CHANNEL

# The state has to be loaded and the best models averaged, however little of the time is left.
_LEAST_SHARE = 0.05


@dataclass(frozen=True)
class ContinuedFit:
    """What a fit takes from a checkpoint and adds to it.

    Attributes:
        run: the run that began the checkpoint.
        states: of the checkpoint.
        taken: the one that the fit starts from; None: it starts from the pretrained weights.
        used: seconds of earlier instances, and of this one.
        folder: AutoGluon's.
        warnings: sentences for the user.
    """

    run: str
    states: States
    taken: StateRecord | None
    used: UsedTime
    folder: Path
    warnings: tuple[str, ...]

    def begin(self, predictor: MultiModalPredictor, budget: TimeBudget) -> TimeBudget:
        """Prepare the predictor's `fit`, and return its time: what earlier instances left of it.

        Lightning counts the time of the state as part of it.
        """
        trained = 0.0
        if self.taken is not None:
            trained = restore(self.taken, self.states, self.folder)
            print(
                f"Going on from step {self.taken.facts['step']} of run {self.run}; "
                f"{self.used.before:.0f} s of the time are used.",
                flush=True,
            )
        attach(predictor, self.states, self.folder)
        left = max(budget.time_limit - self.used.before, _LEAST_SHARE * budget.time_limit)
        return replace(budget, time_limit=left + trained)

    def use(self, model: str) -> CheckpointUse | None:
        """Return what was taken from the checkpoint; None where it had nothing."""
        if self.taken is None:
            return None
        upto = f"{model} up to step {self.taken.facts['step']}"
        return CheckpointUse(run=self.run, models=(upto,), seconds=round(self.used.before, 3))


class FreshFit:
    """A fit without a checkpoint."""

    warnings: tuple[str, ...] = ()

    def begin(self, predictor: MultiModalPredictor, budget: TimeBudget) -> TimeBudget:  # noqa: ARG002
        """Return all of the time."""
        return budget

    def use(self, model: str) -> None:
        """Return None: nothing comes from a checkpoint."""


@contextmanager
def continued_fit(
    config: TrainingJobConfig, paths: JobPaths, frames: Sequence[pd.DataFrame | None]
) -> Iterator[ContinuedFit | FreshFit]:
    """Yield what a fit continues, and count the seconds of the body.

    Args:
        config: of the job.
        paths: of the job.
        frames: the rows that it learns from, without paths that an instance gave them.

    Raises:
        InputError: the earlier run that the job is to continue did other work.
    """
    if not config.checkpoints:
        yield FreshFit()
        return
    work = _work(config, paths, frames)
    opened = open_checkpoint(config, paths, work)
    states = States(opened.checkpoint.folder, work)
    warnings = (*opened.warnings, *((_torn(states.newest),) if states.torn else ()))
    fit = ContinuedFit(
        run=opened.checkpoint.run,
        states=states,
        taken=states.newest,
        used=UsedTime(opened.checkpoint.folder, work),
        folder=paths.fit,
        warnings=warnings,
    )
    with fit.used.counting():
        yield fit


def _work(config: TrainingJobConfig, paths: JobPaths, frames: Sequence[pd.DataFrame | None]) -> str:
    names = [name for name in FOLDER_CHANNELS.values() if name in paths.channels]
    if config.weights:  # mirrored sets count by their hashes
        names.remove(CHANNEL)
    folders = [paths.channels[name] for name in names]
    return work_of(config, frames, autogluon.multimodal.__version__, folders)


def _torn(newest: StateRecord | None) -> str:
    if newest is None:
        return "The checkpoint was incomplete, so that training began anew."
    return (
        "The newest state of the checkpoint was incomplete: training went on from the one before, "
        f"of step {newest.facts['step']}."
    )
