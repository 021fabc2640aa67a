"""Run the program of a processing job, and leave the cause where it fails."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from autogluon_jobs.jobs.failure import line_for_log, sentence_of
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

_BASE = "/opt/ml"


@dataclass(frozen=True)
class ProcessingPaths:
    """The folders of one instance; `base` is `/opt/ml`."""

    base: Path

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Return the folders below `/opt/ml`, or below `SAGEMAKER_BASE_DIR`."""
        return cls(Path(environ.get("SAGEMAKER_BASE_DIR", _BASE)))

    @property
    def processing(self) -> Path:
        """Return the folder that holds those of inputs and outputs."""
        return self.base / "processing"

    @property
    def resources(self) -> Path:
        """Return the file with the names of the job's instances."""
        return self.base / "config" / "resourceconfig.json"

    @property
    def message(self) -> Path:
        """Return the file that SageMaker keeps as the job's ExitMessage."""
        return self.base / "output" / "message"


def exit_code(
    program: str, argv: Sequence[str], paths: ProcessingPaths, work: Callable[[], None]
) -> int:
    """Do the work, and return 0, or 1 with the cause in one sentence in `paths.message`.

    Args:
        program: the script's name.
        argv: its arguments, of which it takes none.
        paths: of the job.
        work: what the program is for.
    """
    try:
        if argv:
            raise InputError(f"{program} takes no arguments (got {listed(argv)}).")
        work()
    except Exception as error:  # noqa: BLE001 - whatever it is, the job must say why it ends
        paths.message.parent.mkdir(parents=True, exist_ok=True)
        paths.message.write_text(_sentence(error), encoding="utf-8")
        print(line_for_log(error, "ExitMessage"), file=sys.stderr, flush=True)
        return 1
    return 0


def _sentence(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "The instance ran out of memory. Choose one with more."
    return sentence_of(error)
