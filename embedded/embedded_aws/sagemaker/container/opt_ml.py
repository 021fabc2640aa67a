"""A job's own folder that stands for the container's `/opt/ml`."""

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
        """`/opt/ml/input/config`."""
        return self.root / "input" / "config"

    @property
    def model(self) -> Path:
        """`/opt/ml/model`."""
        return self.root / "model"

    @property
    def output(self) -> Path:
        """`/opt/ml/output`: the `failure` file and `data`."""
        return self.root / "output"

    @property
    def scratch(self) -> Path:
        """Stands for the container's home and temporary folders."""
        return self.root / "scratch"

    def channel(self, name: str) -> Path:
        """`/opt/ml/input/data/<name>`."""
        return self.root / "input" / "data" / name

    def create(self) -> None:
        """Make the folders that a container finds at its start."""
        for folder in (self.config, self.model, self.output / "data", self.scratch):
            folder.mkdir(parents=True, exist_ok=True)

    def rewrite(self, text: str) -> str:
        """Replace absolute `/opt/ml` paths in a setting by this folder's."""
        return _OPT_ML.sub(str(self.root), text)

    def rewrite_values(self, settings: Mapping[str, str]) -> dict[str, str]:
        """`rewrite` for every value of hyperparameters or an environment."""
        return {name: self.rewrite(value) for name, value in settings.items()}
