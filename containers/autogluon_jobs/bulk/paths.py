"""Define the folders of a processing job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BASE = "/opt/ml"


@dataclass(frozen=True)
class BulkPaths:
    """The folders of one instance; `base` is `/opt/ml`."""

    base: Path

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> BulkPaths:
        """Return the folders below `/opt/ml`, or below `SAGEMAKER_BASE_DIR`."""
        return cls(Path(environ.get("SAGEMAKER_BASE_DIR", _BASE)))

    @property
    def data(self) -> Path:
        """Return the folder of this instance's files."""
        return self._processing / "data"

    @property
    def config(self) -> Path:
        """Return the folder of `bulk.json`."""
        return self._processing / "config"

    @property
    def archive(self) -> Path:
        """Return the folder of `model.tar.gz`."""
        return self._processing / "model"

    @property
    def finished(self) -> Path:
        """Return the folder of an earlier job's manifests; absent unless a batch is resumed."""
        return self._processing / "finished"

    @property
    def results(self) -> Path:
        """Return the folder that is uploaded as the batch's `results/`."""
        return self._processing / "output" / "results"

    @property
    def shards(self) -> Path:
        """Return the folder that is uploaded as the batch's `shards/`: one manifest per file."""
        return self._processing / "output" / "shards"

    @property
    def scratch(self) -> Path:
        """Return the folder of the unpacked model and unfinished results, which is not uploaded."""
        return self._processing / "scratch"

    @property
    def message(self) -> Path:
        """Return the file that SageMaker keeps as the job's ExitMessage."""
        return self.base / "output" / "message"

    @property
    def _processing(self) -> Path:
        return self.base / "processing"
