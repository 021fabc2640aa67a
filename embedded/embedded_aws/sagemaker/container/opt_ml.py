"""The folder of a job that is the container's `/opt/ml`, or represents it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SCRATCH = "scratch"
_OPT_ML = re.compile(r"/opt/ml(?![A-Za-z0-9_.-])")


@dataclass(frozen=True)
class OptMl:
    """The folders of a SageMaker container, as this process sees them.

    Args:
        root: the folder.
        is_mounted: the container finds it at `/opt/ml`; otherwise at `root`, and paths in its
            settings are rewritten.
    """

    root: Path
    is_mounted: bool = False

    @property
    def inside(self) -> Path:
        """Return the folder as the container sees it."""
        return Path("/opt/ml") if self.is_mounted else self.root

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
        return self.root / SCRATCH

    def channel(self, name: str) -> Path:
        """Return `/opt/ml/input/data/<name>`."""
        return self.root / "input" / "data" / name

    def create(self) -> None:
        """Create the folders that a container finds at its start."""
        for folder in (self.config, self.model, self.output / "data", self.scratch):
            folder.mkdir(parents=True, exist_ok=True)

    def on_host(self, path: str) -> Path:
        """Return where this process finds a container's path."""
        return Path(_OPT_ML.sub(str(self.root), path))

    def rewrite(self, text: str) -> str:
        """Replace absolute `/opt/ml` paths in a setting by those that the container sees."""
        return text if self.is_mounted else _OPT_ML.sub(str(self.root), text)

    def rewrite_values(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Rewrite every value of hyperparameters or an environment."""
        return {name: self.rewrite(value) for name, value in settings.items()}
