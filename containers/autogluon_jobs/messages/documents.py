"""Read documents of other packages, so that a wrong one fails as any other wrong input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from autogluon_contracts.document import Document, DocumentError
from autogluon_jobs.messages.errors import InputError

_Read = TypeVar("_Read")
_Document = TypeVar("_Document", bound=Document)


def checked(read: Callable[[], _Read]) -> _Read:
    """Return what `read` returns; its DocumentError becomes an InputError."""
    try:
        return read()
    except DocumentError as error:
        raise InputError(error.message, advice=error.advice) from error


def read_document(kind: type[_Document], path: Path, channel: str) -> _Document:
    """Read the document at `path`.

    Raises:
        InputError: the file is missing from `channel`, or not what the contract says.
    """
    if not path.is_file():
        raise InputError(f"{path.name} not found in {channel}.")
    return checked(lambda: kind.from_text(path.read_text(encoding="utf-8")))
