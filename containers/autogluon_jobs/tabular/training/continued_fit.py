"""Continue a fit that an interruption, or a stopped run, left unfinished."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import autogluon.tabular
from autogluon.core.callbacks import AbstractCallback

from autogluon_contracts.documents.metrics import CheckpointUse
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.data.training_frames import TrainingData
from autogluon_jobs.jobs.checkpoint import Checkpoint, Part
from autogluon_jobs.jobs.continued_work import open_checkpoint, work_of
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.time_budget import TimeBudget
from autogluon_jobs.jobs.used_time import UsedTime
from autogluon_jobs.tabular.training.kept_models import KeptModels

# Finished models have to be loaded, however little of the time is left.
_LEAST_SHARE = 0.05


@dataclass(frozen=True)
class ContinuedFit:
    """What a fit takes from a checkpoint and adds to it.

    Attributes:
        run: the run that began the checkpoint.
        parts: the models that are finished.
        used: the time that they took, and that of this instance.
        kept: takes them, and keeps others.
        fit_args: arguments that replace the job's.
        warnings: sentences for the user.
    """

    run: str
    parts: tuple[Part, ...]
    used: UsedTime
    kept: KeptModels
    fit_args: Mapping[str, Any]
    warnings: tuple[str, ...]

    @property
    def callbacks(self) -> list[AbstractCallback]:
        """Return what AutoGluon is to call."""
        return [self.kept]

    def left_of(self, budget: TimeBudget) -> TimeBudget:
        """Return what earlier instances left of the time."""
        least = _LEAST_SHARE * budget.time_limit
        return replace(budget, time_limit=max(budget.time_limit - self.used.before, least))

    def use(self) -> CheckpointUse | None:
        """Return what was taken from the checkpoint; None where it had nothing."""
        if not self.kept.taken:
            return None
        seconds = round(self.used.before, 3)
        return CheckpointUse(run=self.run, models=tuple(self.kept.taken), seconds=seconds)


class FreshFit:
    """A fit without a checkpoint."""

    callbacks: Sequence[AbstractCallback] = ()
    fit_args: Mapping[str, Any] = {}
    warnings: tuple[str, ...] = ()

    def left_of(self, budget: TimeBudget) -> TimeBudget:
        """Return all of the time."""
        return budget

    def use(self) -> None:
        """Return None: nothing comes from a checkpoint."""


@contextmanager
def continued_fit(
    config: TrainingJobConfig, paths: JobPaths, data: TrainingData
) -> Iterator[ContinuedFit | FreshFit]:
    """Yield what a fit continues, and count the seconds of the body.

    Raises:
        InputError: the earlier run that the job is to continue did other work.
    """
    if not config.checkpoints:
        yield FreshFit()
        return
    work = work_of(config, (data.train, data.tuning), autogluon.tabular.__version__)
    fit = _opened(config, paths, work)
    with fit.used.counting():
        yield fit


def _opened(config: TrainingJobConfig, paths: JobPaths, work: str) -> ContinuedFit:
    opened = open_checkpoint(config, paths, work)
    if opened.goes_on:
        return _going_on(opened.checkpoint, paths.fit)
    return _continued(opened.checkpoint, [], paths.fit, opened.warnings)


def _going_on(checkpoint: Checkpoint, folder: Path) -> ContinuedFit:
    parts = checkpoint.whole_parts()
    lost = checkpoint.lost(len(parts))
    warnings = (_torn(len(parts), lost),) if lost else ()
    fit = _continued(checkpoint, parts, folder, warnings)
    print(
        f"Going on with {len(parts)} finished models of run {checkpoint.run}; "
        f"{fit.used.before:.0f} s of the time are used.",
        flush=True,
    )
    return fit


def _continued(
    checkpoint: Checkpoint, parts: Sequence[Part], folder: Path, warnings: tuple[str, ...]
) -> ContinuedFit:
    return ContinuedFit(
        run=checkpoint.run,
        parts=tuple(parts),
        used=UsedTime(checkpoint.folder, checkpoint.work),
        kept=KeptModels(checkpoint, parts, folder),
        fit_args=_stack_as_before(parts),
        warnings=warnings,
    )


def _torn(whole: int, lost: int) -> str:
    return (
        f"The checkpoint was incomplete: {whole} of its models were whole, and the other {lost} "
        "were trained again."
    )


def _stack_as_before(parts: Sequence[Part]) -> dict[str, Any]:
    """Return arguments that spare AutoGluon the trials by which it decided on the stack's form."""
    stack = parts[-1].facts["stack"] if parts else {}
    return {**stack, "dynamic_stacking": False} if stack.get("num_bag_folds") else {}
