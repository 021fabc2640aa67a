"""Define the folders of a bulk job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autogluon_jobs.jobs.processing_program import ProcessingPaths


@dataclass(frozen=True)
class BulkPaths(ProcessingPaths):
    """The folders of one instance; `base` is `/opt/ml`."""

    @property
    def data(self) -> Path:
        """Return the folder of this instance's files."""
        return self.processing / "data"

    @property
    def shared(self) -> Path:
        """Return the folder of the files of whose parts every instance has some."""
        return self.processing / "shared"

    @property
    def config(self) -> Path:
        """Return the folder of `bulk.json`."""
        return self.processing / "config"

    @property
    def archive(self) -> Path:
        """Return the folder of `model.tar.gz`."""
        return self.processing / "model"

    @property
    def finished(self) -> Path:
        """Return the folder of an earlier job's manifests; absent unless a batch is resumed."""
        return self.processing / "finished"

    @property
    def results(self) -> Path:
        """Return the folder that is uploaded as the batch's `results/`."""
        return self.processing / "output" / "results"

    @property
    def shards(self) -> Path:
        """Return the folder that is uploaded as the batch's `shards/`: the manifests of files."""
        return self.processing / "output" / "shards"

    @property
    def scratch(self) -> Path:
        """Return the folder of the unpacked model and unfinished results, which is not uploaded."""
        return self.processing / "scratch"
