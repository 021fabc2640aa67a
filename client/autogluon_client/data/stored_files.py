"""Read a local data file by the rules of training: any known format, perhaps gzipped."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

from autogluon_client.errors import InvalidDataError
from autogluon_contracts.content_types import Format
from autogluon_contracts.data.files.file_forms import form_of_file
from autogluon_contracts.data.files.file_kinds import OtherKind


@dataclass(frozen=True)
class StoredFile:
    """A data file.

    Attributes:
        format: of what it holds.
        content: what it holds, unpacked; empty for Parquet, which is read from its path.
    """

    format: Format
    content: bytes


def read_stored(path: Path) -> StoredFile:
    """Read a file.

    Raises:
        InvalidDataError: it is damaged, of a kind that is not read, or of another than its name
            says.
    """
    form = form_of_file(path)
    if isinstance(form, OtherKind):
        raise InvalidDataError(f"{path} is {form.what}.", advice=form.advice)
    if form.format == "parquet":
        return StoredFile("parquet", b"")
    content = path.read_bytes()
    if form.gzipped:
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise InvalidDataError(
                f"{path} is not a valid gzip file ({error}).", advice="Compress it again."
            ) from error
    return StoredFile(form.format, content)
