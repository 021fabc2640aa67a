"""Read the first bytes of an object, more where the first read is too short."""

import zlib
from collections.abc import Iterator

from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.ports import ObjectStore

_GZIP_WINDOW = 31  # zlib's word for a gzip header and trailer
FIRST_HEAD_BYTES = 65_536
"""Objects up to this size are read whole."""
# Nearly every header fits into the first; with hundreds of files the difference is seconds.
_SIZES = (FIRST_HEAD_BYTES, 1_000_000)
LONGEST_HEAD_BYTES = _SIZES[-1]


def growing_heads(store: ObjectStore, entry: S3Object) -> Iterator[tuple[bytes, bool]]:
    """Yield longer and longer heads, each with whether it is the whole object.

    Of an object that its name says is compressed by gzip, they hold what it contains.
    """
    for size in _SIZES:
        complete = entry.size <= size
        data = store.read(entry.location, 0, size)
        if is_gzip(entry):
            data = next(unpacked(iter([data])), b"")
        yield data, complete
        if complete:
            return


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
