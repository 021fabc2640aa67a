"""Keep track of the files that a download wrote, so that only those are ever replaced."""

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
class DownloadFolder:
    """A folder for one download; `path` need not exist."""

    path: Path

    def holds(self, source: str, sha256: str | None) -> bool:
        """Return whether its files came from there, verified by that hash if one is given."""
        record = self._record()
        return record.get("source") == source and sha256 in (None, record.get("sha256"))

    def require_own(self) -> None:
        """Refuse to replace anything but unchanged downloads.

        Raises:
            InvalidArgumentError: naming a file that is not from the download, or was changed.
        """
        if not self.path.exists():
            return
        downloaded = self._record().get("files", {})
        for name, state in _states(self.path).items():
            if downloaded.get(name) != state:
                raise InvalidArgumentError(
                    f"save_path: {self.path} is not empty and holds {name}, which was not "
                    "downloaded by this client or was changed since.",
                    argument="save_path",
                    advice="Give another save_path, or remove that folder.",
                )

    def replace(self, source: str, sha256: str | None, fill: Callable[[Path], None]) -> None:
        """Replace the folder by what `fill` writes into an empty one, at once or not at all.

        Args:
            source: where it comes from.
            sha256: what `fill` verifies it by; None: nothing.
            fill: may raise, and nothing changes.

        Raises:
            InvalidArgumentError: as `require_own`.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=".") as temporary:
            new = Path(temporary) / "new"
            new.mkdir()
            fill(new)
            record = {"source": source, "sha256": sha256, "files": _states(new)}
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
    """Return size and modification time of each file, by its name within the folder."""
    files = (path for path in folder.rglob("*") if not path.is_dir() and path.name != _RECORD)
    return {
        str(path.relative_to(folder)): [path.lstat().st_size, path.lstat().st_mtime_ns]
        for path in files
    }
