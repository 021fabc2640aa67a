"""A folder that knows which files a download brought, so that only those ever make room."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_client.errors import InvalidArgumentError

_RECORD = ".downloaded.json"


@dataclass(frozen=True)
class DownloadedFolder:
    """`path` need not exist."""

    path: Path

    def source(self) -> str | None:
        """Where all its files came from; None for a folder that no download made."""
        return self._record().get("source")

    def require_own(self) -> None:
        """Refuse to replace anything but unchanged downloads.

        Raises:
            InvalidArgumentError: naming a file that was there before, was added or was changed.
        """
        if not self.path.exists():
            return
        downloaded = self._record().get("files", {})
        for name, state in _states(self.path).items():
            if downloaded.get(name) != state:
                raise InvalidArgumentError(
                    f"{self.path} is not empty and holds {name}, which this client did not put "
                    "there as it is, and two predictors must not mix; give another save_path, or "
                    "remove it."
                )

    def replace(self, source: str, fill: Callable[[Path], None]) -> None:
        """Make the folder anew, of what `fill` writes into an empty one; at once or not at all.

        Raises:
            InvalidArgumentError: as `require_own`.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=".") as temporary:
            new = Path(temporary) / "new"
            new.mkdir()
            fill(new)
            record = {"source": source, "files": _states(new)}
            (new / _RECORD).write_text(json.dumps(record))
            self.require_own()
            if self.path.exists():
                self.path.rename(Path(temporary) / "old")
            new.rename(self.path)

    def _record(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.path / _RECORD).read_text())
        except (OSError, ValueError):
            return {}
        return found


def _states(folder: Path) -> dict[str, list[int]]:
    """Size and time of change of every file, by its name within the folder."""
    files = (path for path in folder.rglob("*") if not path.is_dir() and path.name != _RECORD)
    return {
        str(path.relative_to(folder)): [path.lstat().st_size, path.lstat().st_mtime_ns]
        for path in files
    }
