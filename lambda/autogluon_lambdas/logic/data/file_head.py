"""Read the first bytes of an object, more where the first read is too short."""

import zlib
from collections.abc import Iterator

from autogluon_contracts.content_types import Format
from autogluon_contracts.data.file_kinds import HEAD_BYTES, OtherKind, content_kind, other_kind
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

_GZIP_WINDOW = 31  # zlib's word for a gzip header and trailer
FIRST_HEAD_BYTES = 65_536
"""Objects up to this size are read whole."""
# Nearly every header fits into the first; with hundreds of files the difference is seconds.
_SIZES = (FIRST_HEAD_BYTES, 1_000_000)
LONGEST_HEAD_BYTES = _SIZES[-1]


def growing_heads(
    store: ObjectStore, where: str, entry: S3Object, file_format: Format
) -> Iterator[tuple[bytes, bool]]:
    """Yield longer and longer heads, each with whether it is the whole object.

    Of an object that its name says is compressed by gzip, they hold what it contains. Raises
    InvalidDataError when the first bytes show another kind of file than the format.
    """
    for size in _SIZES:
        complete = entry.size <= size
        data = store.read(entry.location, 0, size)
        refuse_kind(where, other_kind(entry.location.name, data[:HEAD_BYTES], file_format))
        if is_gzip(entry):
            data = next(unpacked(iter([data])), b"")
            name = entry.location.name[: -len(".gz")]
            refuse_kind(where, content_kind(name, data[:HEAD_BYTES], file_format))
        yield data, complete
        if complete:
            return


def refuse_kind(where: str, other: OtherKind | None) -> None:
    """Raise InvalidDataError when a file is of another kind than its name says."""
    if other is not None:
        raise InvalidDataError(f"{where} is {other.what}.", advice=other.advice)


def is_gzip(entry: S3Object) -> bool:
    """Return whether the object's name says that gzip compressed it."""
    return entry.location.name.lower().endswith(".gz")


def unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what gzip compressed; nothing more where the bytes are damaged."""
    reader = zlib.decompressobj(_GZIP_WINDOW)
    for chunk in chunks:
        try:
            yield reader.decompress(chunk)
        except zlib.error:
            return
