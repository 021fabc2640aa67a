"""Read the first bytes of an object, more where the first read is too short."""

from collections.abc import Iterator

from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.ports import ObjectStore

# Nearly every header fits into the first; with hundreds of files the difference is seconds.
_SIZES = (65_536, 1_000_000)
LONGEST_HEAD_BYTES = _SIZES[-1]


def growing_heads(store: ObjectStore, entry: S3Object) -> Iterator[tuple[bytes, bool]]:
    """Yield longer and longer heads, each with whether it is the whole object."""
    for size in _SIZES:
        complete = entry.size <= size
        yield store.read(entry.location, 0, size), complete
        if complete:
            return
