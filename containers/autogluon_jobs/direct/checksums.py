"""Whether the exported files are whole. LightGBM ends the process over some that are not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError


def checksums_of(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file in `folder`, by name."""
    return {path.name: _sha256(path) for path in sorted(folder.iterdir())}


def require_whole(folder: Path, expected: Mapping[str, str]) -> None:
    """Refuse files that are missing or changed.

    Raises:
        UnusableError: naming the first such file.
    """
    for name, checksum in expected.items():
        path = folder / name
        if not path.is_file() or _sha256(path) != checksum:
            raise UnusableError(f"its file {name} is damaged or missing")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
