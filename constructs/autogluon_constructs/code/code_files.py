"""Which files of a folder are code, and a digest that names their content."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

NOT_CODE = ("**/__pycache__", "**/*.pyc", "**/*.egg-info")


def code_files(folder: Path) -> list[Path]:
    """Every file below `folder` but what Python made of it, sorted."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and not any(part == "__pycache__" or part.endswith(".egg-info") for part in path.parts)
    )


def digest(folder: Path, files: Iterable[Path]) -> str:
    """SHA-256 of the files' names and content, as hexadecimal digits.

    Assets are named by it: CDK's own fingerprint keeps a cache in the person's home folder, and
    compressed bytes differ between versions of zlib.
    """
    content = hashlib.sha256()
    for path in files:
        data = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        content.update(f"{len(name)}:{name}{len(data)}:".encode() + data)
    return content.hexdigest()
