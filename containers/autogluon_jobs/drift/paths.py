"""Define the folders of a drift job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BASE = "/opt/ml"


@dataclass(frozen=True)
class DriftPaths:
    """The folders of the job; `base` is `/opt/ml`."""

    base: Path

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> DriftPaths:
        """Return the folders below `/opt/ml`, or below `SAGEMAKER_BASE_DIR`."""
        return cls(Path(environ.get("SAGEMAKER_BASE_DIR", _BASE)))

    def input(self, name: str) -> Path:
        """Return the folder of an input: `captured`, `labels`, `model` or `config`."""
        return self.base / "processing" / name

    @property
    def output(self) -> Path:
        """Return the folder that is uploaded."""
        return self.base / "processing" / "output"

    @property
    def message(self) -> Path:
        """Return the file that SageMaker keeps as the job's ExitMessage."""
        return self.base / "output" / "message"
