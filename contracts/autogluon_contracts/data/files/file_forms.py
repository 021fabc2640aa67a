"""Tell how a data file is stored: its format and compression, by its name and first bytes.

`agcdk init`, the planners, jobs and the client ask here, so that none of them accepts what another
one refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autogluon_contracts.content_types import ADVICE_OF_ENDING, FORMAT_OF_ENDING, Format
from autogluon_contracts.data.files.file_kinds import (
    HEAD_BYTES,
    OtherKind,
    content_kind,
    other_kind,
    sniffed_format,
)
from autogluon_contracts.data.files.gunzip import GZIP, GzipError, Unpacker

_COMPRESSED_PARQUET = OtherKind(
    "Parquet that gzip compressed", "Unpack it: Parquet is compressed by itself."
)
_ENDING = ".gz"


@dataclass(frozen=True)
class FileForm:
    """How a data file is stored.

    Attributes:
        format: of what it holds.
        gzipped: whether gzip compressed it.
    """

    format: Format
    gzipped: bool = False


def is_data_name(name: str) -> bool:
    """Return whether a file below a folder is data: neither a folder's marker nor hidden.

    Args:
        name: its path below the folder, with `/` between its parts.

    Example:
        >>> is_data_name("2020/part-0"), is_data_name("_SUCCESS"), is_data_name(".tmp/part-0")
        (True, False, False)
    """
    parts = name.split("/")
    return parts[-1] != "" and not any(part.startswith(("_", ".")) for part in parts)


def named_form(name: str) -> FileForm | OtherKind | None:
    """Return what a file's name alone says; None where only the first bytes tell the format.

    Example:
        >>> named_form("t.CSV.gz")
        FileForm(format='csv', gzipped=True)
        >>> named_form("part-00000"), named_form("iris.data")
        (None, None)
        >>> named_form("t.xls").what
        'an .xls file, which is not read'
    """
    plain = plain_name(name)
    ending = Path(plain.lower()).suffix
    if ending in ADVICE_OF_ENDING:
        article = "an" if ending[1] in "aox" else "a"
        return OtherKind(f"{article} {ending} file, which is not read", ADVICE_OF_ENDING[ending])
    if ending not in FORMAT_OF_ENDING:
        return None
    form = FileForm(FORMAT_OF_ENDING[ending], gzipped=plain != name)
    return _COMPRESSED_PARQUET if form == FileForm("parquet", gzipped=True) else form


def file_form(name: str, head: bytes, beside: Format | None = None) -> FileForm | OtherKind:
    """Return how a file is stored, or what it is instead of a table that is read.

    A name with an ending that means a format has to be right about it, and about gzip. Any other
    name says nothing (`part-00000`, `iris.data`): the first bytes tell.

    Args:
        name: the file's name.
        head: its first bytes, as they are stored; `HEAD_BYTES` of them are enough.
        beside: the format of the files that it belongs to, which counts where the name says
            nothing.

    Example:
        >>> file_form("part-00000", b"a,b\\n1,2\\n")
        FileForm(format='csv', gzipped=False)
        >>> file_form("t.csv", b"PAR1\\x15...").what
        'a Parquet file, not CSV'
    """
    head = head[:HEAD_BYTES]
    gzipped = head.startswith(GZIP)
    plain = plain_name(name)
    named: FileForm | OtherKind | None = named_form(name)
    if isinstance(named, FileForm):
        named = other_kind(name, head, named.format) or named
    elif named is None and plain != name and not gzipped:
        named = OtherKind("not compressed by gzip", f"Name it {plain}.")
    if isinstance(named, OtherKind):
        return named
    if gzipped:
        try:
            head = Unpacker().feed(head)[:HEAD_BYTES]
        except GzipError as error:
            return OtherKind(f"not a valid gzip file ({error})", "Compress it again.")
    found = named.format if named else beside or sniffed_format(head)
    if gzipped and "parquet" in (found, sniffed_format(head)):
        return _COMPRESSED_PARQUET
    return content_kind(plain, head, found) or FileForm(found, gzipped)


def form_of_file(path: Path, beside: Format | None = None) -> FileForm | OtherKind:
    """Return how a local file is stored, or what it is instead of a table that is read.

    `beside` is as for `file_form`.
    """
    with path.open("rb") as raw:
        return file_form(path.name, raw.read(HEAD_BYTES), beside)


def plain_name(name: str) -> str:
    """Return a file's name without `.gz`.

    Example:
        >>> plain_name("t.csv.GZ")
        't.csv'
    """
    return name[: -len(_ENDING)] if name.lower().endswith(_ENDING) else name
