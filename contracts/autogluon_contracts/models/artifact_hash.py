"""Hash an unpacked model artifact, and judge it by the hash that its training recorded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

ADVICE = "Train again, and check who can write to the artifact bucket."
OWN_CODE = "code/own"
"""Where an artifact has a person's own modules, which AutoGluon's pickles refer to."""
_CODE = "code"
_PIECE_BYTES = 1 << 20
_WRITTEN_BY_PYTHON = "__pycache__"


def artifact_sha256(folder: Path, *, code_imported: bool = False) -> str:
    """Return the SHA-256, in hexadecimal, of all files below a folder with their names.

    It is that of the listing that `sha256sum -z` prints of them, sorted by name:
    `find * -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum -z | sha256sum`. A link counts
    by its target, so that it equals no file.

    Args:
        folder: the unpacked artifact.
        code_imported: Python has imported its code, and written `__pycache__` below `code`: that is
            left out. An attacker's files there are left out, too, and Python prefers them to the
            code beside them. `OWN_CODE` is compared whole: it is imported after that, and without
            writing anything.
    """
    listing = hashlib.sha256()
    for name, path in sorted(_files(folder, code_imported=code_imported)):
        listing.update(_fingerprint(path).encode() + b"  " + name + b"\0")
    return listing.hexdigest()


def artifact_problem(folder: Path, recorded: str, *, code_imported: bool = False) -> str | None:
    """Return a sentence if a folder's artifact is not the one that was recorded, else None.

    Args:
        folder: the unpacked artifact.
        recorded: the hash.
        code_imported: as in `artifact_sha256`.
    """
    found = artifact_sha256(folder, code_imported=code_imported)
    if found == recorded:
        return None
    return (
        f"The model artifact is not the one that training recorded: its SHA-256 is {found}, "
        f"recorded is {recorded}. None of its models was loaded."
    )


def _files(folder: Path, *, code_imported: bool) -> Iterator[tuple[bytes, Path]]:
    for parent, folders, files in os.walk(folder):
        below = Path(parent).relative_to(folder)
        is_own = (below / "x").as_posix().startswith(f"{OWN_CODE}/")
        if code_imported and below.parts[:1] == (_CODE,) and not is_own:
            folders[:] = [name for name in folders if name != _WRITTEN_BY_PYTHON]
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in (*files, *links):
            path = Path(parent) / name
            yield os.fsencode(path.relative_to(folder).as_posix()), path


def _fingerprint(path: Path) -> str:
    if path.is_symlink():
        # Not Path.readlink, which came with Python 3.9: images of other frameworks may have 3.8.
        return "link:" + hashlib.sha256(os.fsencode(os.readlink(str(path)))).hexdigest()
    found = hashlib.sha256()
    # Not hashlib.file_digest, which images of other frameworks lack: it came with Python 3.11.
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            found.update(piece)
    return found.hexdigest()
