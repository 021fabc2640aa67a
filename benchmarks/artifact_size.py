"""Measure an artifact as training leaves it."""

from __future__ import annotations

from pathlib import Path


def artifact_bytes(folder: Path) -> int:
    """Return the size of an unpacked artifact, without what Python wrote when it was served."""
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
