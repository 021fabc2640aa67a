"""Unpack `output.tar.gz`, what a training job reports beside its model."""

import io
import tarfile
from collections.abc import Collection

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.data.byte_stream import ByteStream
from autogluon_lambdas.models.errors import TrainingFailedError
from autogluon_lambdas.ports import NotReadableError, ObjectStore

REPORT_FILES = {
    "metrics.json": "application/json",
    "leaderboard.csv": "text/csv",
    "feature_importance.csv": "text/csv",
    "feature_schema.json": "application/json",
    "baseline.json": "application/json",
    "report.html": "text/html; charset=utf-8",
}
REQUIRED_FILES = ("metrics.json", "leaderboard.csv", "feature_schema.json")
LARGEST_FILE_BYTES = 32_000_000
_MOST_MEMBERS = 10_000


def unpack_report(
    store: ObjectStore, archive: S3Location, largest_bytes: int = LARGEST_FILE_BYTES
) -> dict[str, bytes]:
    """Return the report files at the archive's root, by name; other members are ignored.

    Raises TrainingFailedError when the archive or a required file is absent, damaged or too large.
    """
    try:
        found = unpack(store, archive, REPORT_FILES, largest_bytes)
    except NotReadableError as error:
        raise TrainingFailedError(
            f"The training job left no report ({error.location.uri}: {error.reason})."
        ) from error
    missing = [name for name in REQUIRED_FILES if name not in found]
    if missing:
        raise TrainingFailedError(f"{archive.uri} lacks {', '.join(missing)}.")
    return found


def unpack(
    store: ObjectStore,
    archive: S3Location,
    wanted: Collection[str],
    largest_bytes: int = LARGEST_FILE_BYTES,
) -> dict[str, bytes]:
    """Return the wanted files at the archive's root, by name, those that it has.

    Raises TrainingFailedError when the archive is damaged or a file is too large, NotReadableError
    when it does not exist.
    """
    found: dict[str, bytes] = {}
    try:
        raw = io.BufferedReader(ByteStream(store.stream(archive)), buffer_size=1 << 20)
        with tarfile.open(fileobj=raw, mode="r|gz") as members:
            for number, member in enumerate(members):
                if number >= _MOST_MEMBERS:
                    break
                # Names are compared, never used as paths, so no member can point elsewhere.
                name = member.name.removeprefix("./")
                if member.isfile() and name in wanted:
                    found[name] = _read(archive, members, member, largest_bytes)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise TrainingFailedError(
            f"{archive.uri} is not a valid tar.gz archive: {error}."
        ) from error
    return found


def _read(
    archive: S3Location, members: tarfile.TarFile, member: tarfile.TarInfo, largest_bytes: int
) -> bytes:
    if member.size > largest_bytes:
        raise TrainingFailedError(
            f"{archive.uri}: {member.name} has {member.size:,} bytes; allowed: at most "
            f"{largest_bytes:,}."
        )
    content = members.extractfile(member)
    return content.read() if content is not None else b""
