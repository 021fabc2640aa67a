"""Define the folders of a drift job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autogluon_jobs.jobs.processing_program import ProcessingPaths


@dataclass(frozen=True)
class DriftPaths(ProcessingPaths):
    """The folders of the job; `base` is `/opt/ml`."""

    def input(self, name: str) -> Path:
        """Return the folder of an input: `captured`, `labels`, `model` or `config`."""
        return self.processing / name

    @property
    def output(self) -> Path:
        """Return the folder that is uploaded."""
        return self.processing / "output"
