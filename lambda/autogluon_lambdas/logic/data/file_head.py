"""Read the first bytes of an object, more where the first read is too short."""

from collections.abc import Iterator

from autogluon_contracts.content_types import Format
from autogluon_contracts.data.files.file_forms import FileForm, file_form
from autogluon_contracts.data.files.file_kinds import OtherKind
from autogluon_contracts.data.files.gunzip import GzipError, Unpacker
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

FIRST_HEAD_BYTES = 65_536
"""Objects up to this size are read whole."""
# Nearly every header fits into the first; with hundreds of files the difference is seconds.
_SIZES = (FIRST_HEAD_BYTES, 1_000_000)
LONGEST_HEAD_BYTES = _SIZES[-1]


def growing_heads(
    store: ObjectStore, where: str, entry: S3Object, file_format: Format, *, gzip: bool = True
) -> Iterator[tuple[bytes, bool]]:
    """Yield longer and longer heads, each with whether it is the whole object.

    Of an object that gzip compressed, they hold what it contains. Raises InvalidDataError when the
    first bytes show another kind of file than the format, damage, or gzip where it is not read.
    """
    for size in _SIZES:
        complete = entry.size <= size
        data = store.read(entry.location, 0, size)
        form = usable_form(where, file_form(entry.location.name, data, file_format), gzip=gzip)
        yield (_unpacked_head(where, data, complete) if form.gzipped else data), complete
        if complete:
            return


def usable_form(where: str, form: FileForm | OtherKind, *, gzip: bool) -> FileForm:
    """Return how a file is stored; raises InvalidDataError where it is not read."""
    if isinstance(form, OtherKind):
        raise InvalidDataError(f"{where} is {form.what}.", advice=form.advice)
    if form.gzipped and not gzip:
        raise InvalidDataError(
            f"{where} is compressed by gzip, which is supported for CSV and JSON of training runs "
            "alone.",
            advice="Upload it uncompressed, or as Parquet.",
        )
    return form


def _unpacked_head(where: str, data: bytes, complete: bool) -> bytes:
    unpacker = Unpacker()
    try:
        found = unpacker.feed(data)
    except GzipError as error:
        raise _damaged(where, str(error)) from error
    if complete and not unpacker.is_at_end:
        raise _damaged(where, "it is cut off")
    return found


def _damaged(where: str, what: str) -> InvalidDataError:
    return InvalidDataError(
        f"{where} is not a valid gzip file ({what}).", advice="Compress it again."
    )


def unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what gzip compressed; nothing more where the bytes are damaged."""
    unpacker = Unpacker()
    for chunk in chunks:
        try:
            yield unpacker.feed(chunk)
        except GzipError:
            return
