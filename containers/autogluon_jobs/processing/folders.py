"""Define the folders of a processing job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autogluon_contracts.documents.processing_job import SCRIPTS
from autogluon_jobs.jobs.processing_program import ProcessingPaths


@dataclass(frozen=True)
class Folders(ProcessingPaths):
    """The folders of one instance; `base` is `/opt/ml`."""

    @property
    def config(self) -> Path:
        """Return the folder of the job's document."""
        return self.processing / "config"

    @property
    def scripts(self) -> Path:
        """Return the folder of the archive of scripts."""
        return self.processing / SCRIPTS

    @property
    def unpacked(self) -> Path:
        """Return the folder into which it is unpacked."""
        return self.processing / "unpacked"

    def input(self, name: str) -> Path:
        """Return the folder of an input."""
        return self.processing / "input" / name

    def output(self, name: str) -> Path:
        """Return the folder of an output, which is uploaded."""
        return self.processing / "output" / name
