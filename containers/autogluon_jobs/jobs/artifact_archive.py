"""Unpack a model's archive, of which nothing is verified yet."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from autogluon_jobs.messages.errors import InputError

# Pythons before 3.11.4, of older images, have no filter.
_FILTER = getattr(tarfile, "data_filter", None)


def unpack(archive: Path, folder: Path, name: str) -> None:
    """Unpack `model.tar.gz` into a folder; no member is written outside of it.

    Args:
        archive: the file.
        folder: where its members go.
        name: what a message calls the archive.

    Raises:
        InputError: it is not a valid archive, or has a member that no artifact has.
    """
    try:
        with tarfile.open(archive, "r:*") as tar:
            tar.extraction_filter = _FILTER
            members = None if _FILTER is not None else _plain(tar)
            tar.extractall(folder, members)  # noqa: S202 - the lines above
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise InputError(f"{name} is not a valid tar.gz archive: {error}.") from error


def _plain(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the members while all are files and folders below the archive's own."""
    for member in tar:
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name!r} is not a file or folder below it")
        yield member
