"""Where a processing job finds and leaves things."""

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
        """`/opt/ml`, or where `SAGEMAKER_BASE_DIR` says."""
        return cls(Path(environ.get("SAGEMAKER_BASE_DIR", _BASE)))

    @property
    def data(self) -> Path:
        """The files of this instance."""
        return self._processing / "data"

    @property
    def config(self) -> Path:
        """Holds `bulk.json`."""
        return self._processing / "config"

    @property
    def archive(self) -> Path:
        """Holds `model.tar.gz`."""
        return self._processing / "model"

    @property
    def finished(self) -> Path:
        """Manifests of an earlier job of the same batch; absent unless one is resumed."""
        return self._processing / "finished"

    @property
    def results(self) -> Path:
        """What is uploaded as the batch's `results/`."""
        return self._processing / "output" / "results"

    @property
    def shards(self) -> Path:
        """What is uploaded as the batch's `shards/`: one manifest per file."""
        return self._processing / "output" / "shards"

    @property
    def scratch(self) -> Path:
        """Outside of what is uploaded: the unpacked model and unfinished results."""
        return self._processing / "scratch"

    @property
    def message(self) -> Path:
        """What SageMaker keeps as the job's ExitMessage."""
        return self.base / "output" / "message"

    @property
    def _processing(self) -> Path:
        return self.base / "processing"
