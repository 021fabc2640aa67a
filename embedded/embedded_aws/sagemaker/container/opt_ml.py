"""The folder of a job that represents the container's `/opt/ml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_OPT_ML = re.compile(r"/opt/ml(?![A-Za-z0-9_.-])")


@dataclass(frozen=True)
class OptMl:
    """Paths as a SageMaker container sees them, below `root` instead of `/opt/ml`."""

    root: Path

    @property
    def config(self) -> Path:
        """Return `/opt/ml/input/config`."""
        return self.root / "input" / "config"

    @property
    def model(self) -> Path:
        """Return `/opt/ml/model`."""
        return self.root / "model"

    @property
    def output(self) -> Path:
        """Return `/opt/ml/output`, with the `failure` file and `data`."""
        return self.root / "output"

    @property
    def scratch(self) -> Path:
        """Return the folder for the container's home and temporary files."""
        return self.root / "scratch"

    def channel(self, name: str) -> Path:
        """Return `/opt/ml/input/data/<name>`."""
        return self.root / "input" / "data" / name

    def create(self) -> None:
        """Create the folders that a container finds at its start."""
        for folder in (self.config, self.model, self.output / "data", self.scratch):
            folder.mkdir(parents=True, exist_ok=True)

    def rewrite(self, text: str) -> str:
        """Replace absolute `/opt/ml` paths in a setting by this folder's."""
        return _OPT_ML.sub(str(self.root), text)

    def rewrite_values(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Rewrite every value of hyperparameters or an environment."""
        return {name: self.rewrite(value) for name, value in settings.items()}
