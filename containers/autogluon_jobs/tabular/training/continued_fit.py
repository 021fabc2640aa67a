"""Continue a fit that an interruption, or a stopped run, left unfinished."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import autogluon.tabular
import pandas as pd
from autogluon.core.callbacks import AbstractCallback

from autogluon_contracts.documents.metrics import CheckpointUse
from autogluon_contracts.documents.training_job import CHECKPOINT_CHANNEL, TrainingJobConfig
from autogluon_jobs.data.training_frames import TrainingData
from autogluon_jobs.jobs.checkpoint import Checkpoint, Origin, Part, copy_missing, origin_of
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.time_budget import TimeBudget
from autogluon_jobs.jobs.used_time import UsedTime
from autogluon_jobs.messages.errors import InputError
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
    fit = _opened(config, paths, work_of(config, data))
    with fit.used.counting():
        yield fit


def work_of(config: TrainingJobConfig, data: TrainingData) -> str:
    """Return a digest of all that decides which models a fit makes, but not of its time."""
    arguments = {name: value for name, value in config.fit_args.items() if name != "time_limit"}
    weights = {name: mounted.sha256 for name, mounted in config.weights.items()}
    parts = [config.type, config.init_args, arguments, weights, _versions()]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
    for frame in (data.train, data.tuning):
        if frame is None:
            digest.update(b"none")
            continue
        digest.update(repr([*frame.dtypes.items()]).encode())
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()


def _versions() -> list[str]:
    # Models are pickles, which other versions may not read.
    major, minor, _ = platform.python_version_tuple()
    return [autogluon.tabular.__version__, f"{major}.{minor}"]


def _opened(config: TrainingJobConfig, paths: JobPaths, work: str) -> ContinuedFit:
    folder = paths.checkpoints
    if config.continued is not None:
        copy_missing(paths.channel(CHECKPOINT_CHANNEL), folder)
    origin = origin_of(folder)
    if origin is not None and origin.work == work:
        return _going_on(Checkpoint(folder, origin.run, work), paths.fit)
    if config.continued is not None:
        raise _other_work(config.continued)
    is_empty = not folder.is_dir() or not any(folder.iterdir())
    warnings = () if is_empty else (_began_anew(origin),)
    checkpoint = Checkpoint(folder, config.run, work)
    checkpoint.begin()
    return _continued(checkpoint, [], paths.fit, warnings)


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


def _began_anew(origin: Origin | None) -> str:
    what = "unreadable" if origin is None else "of other data, arguments or versions"
    return f"The job's checkpoint was {what}, so that all models were trained anew."


def _stack_as_before(parts: Sequence[Part]) -> dict[str, Any]:
    """Return arguments that spare AutoGluon the trials by which it decided on the stack's form."""
    stack = parts[-1].facts["stack"] if parts else {}
    return {**stack, "dynamic_stacking": False} if stack.get("num_bag_folds") else {}


def _other_work(run: str) -> InputError:
    return InputError(
        f"The checkpoint of run {run} is unreadable, or of other data, arguments or versions.",
        advice="Continue a run with the data and arguments that it was started with, or train "
        "without continue_run.",
    )
