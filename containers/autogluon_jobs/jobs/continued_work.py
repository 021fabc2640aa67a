"""Open the checkpoint of a job: its own, of an earlier instance, or that of an earlier run."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from autogluon_contracts.documents.training_job import CHECKPOINT_CHANNEL, TrainingJobConfig
from autogluon_jobs.jobs.checkpoint import Checkpoint, Origin, copy_missing, origin_of
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.messages.errors import InputError


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint of the job's work; `goes_on` where an earlier instance or run began it.

    `warnings` are sentences for the user.
    """

    checkpoint: Checkpoint
    goes_on: bool
    warnings: tuple[str, ...] = ()


def work_of(
    config: TrainingJobConfig,
    frames: Sequence[pd.DataFrame | None],
    autogluon_version: str,
    folders: Sequence[Path] = (),
) -> str:
    """Return a digest of all that decides which models a fit makes, but not of its time.

    Args:
        config: of the job.
        frames: the rows that it learns from.
        autogluon_version: of the installed library.
        folders: what rows or arguments name files of. Of these, names and sizes count.
    """
    arguments = {name: value for name, value in config.fit_args.items() if name != "time_limit"}
    weights = {name: mounted.sha256 for name, mounted in config.weights.items()}
    # Models are pickles, which other versions may not read.
    major, minor, _ = platform.python_version_tuple()
    versions = [autogluon_version, f"{major}.{minor}"]
    parts = [config.type, config.init_args, arguments, weights, versions, *map(_sizes, folders)]
    if config.code is not None:
        parts.append([str(config.code.sha256)])
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
    for frame in frames:
        if frame is None:
            digest.update(b"none")
            continue
        digest.update(repr([*frame.dtypes.items()]).encode())
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()


def open_checkpoint(config: TrainingJobConfig, paths: JobPaths, work: str) -> OpenedCheckpoint:
    """Return the checkpoint that the job goes on with, or one that it begins.

    Raises:
        InputError: the earlier run that the job is to continue did other work.
    """
    folder = paths.checkpoints
    if config.continued is not None:
        copy_missing(paths.channel(CHECKPOINT_CHANNEL), folder)
    origin = origin_of(folder)
    if origin is not None and origin.work == work:
        return OpenedCheckpoint(Checkpoint(folder, origin.run, work), goes_on=True)
    if config.continued is not None:
        raise _other_work(config.continued)
    is_empty = not folder.is_dir() or not any(folder.iterdir())
    warnings = () if is_empty else (_began_anew(origin),)
    checkpoint = Checkpoint(folder, config.run, work)
    checkpoint.begin()
    return OpenedCheckpoint(checkpoint, goes_on=False, warnings=warnings)


def _sizes(folder: Path) -> list[tuple[str, int]]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [(path.relative_to(folder).as_posix(), path.stat().st_size) for path in files]


def _began_anew(origin: Origin | None) -> str:
    what = "unreadable" if origin is None else "of other data, arguments or versions"
    return f"The job's checkpoint was {what}, so that all models were trained anew."


def _other_work(run: str) -> InputError:
    return InputError(
        f"The checkpoint of run {run} is unreadable, or of other data, arguments or versions.",
        advice="Continue a run with the data and arguments that it was started with, or train "
        "without continue_run.",
    )
