"""The model: a mean of the label for each value of the key, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "means.json"


@dataclass(frozen=True)
class Means:
    """The mean of all rows, which answers for unknown keys, and those of the keys."""

    overall: float
    by_key: Mapping[str, float]

    def of(self, key: str | None) -> float:
        """Return what is predicted for a key; None is a missing one."""
        return self.overall if key is None else self.by_key.get(key, self.overall)

    def save(self, folder: Path) -> None:
        """Write the model into a folder."""
        (folder / FILE_NAME).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Means:
        """Read the model from a folder."""
        return cls(**json.loads((folder / FILE_NAME).read_text(encoding="utf-8")))
