"""Find the data files of a location, and tell SageMaker to read exactly those."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autogluon_contracts.content_types import Format
from autogluon_contracts.data.files.file_forms import file_form, is_data_name, named_form
from autogluon_contracts.data.files.file_kinds import HEAD_BYTES
from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_contracts.suggestions import did_you_mean
from autogluon_lambdas.logic.data.file_head import usable_form
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import NotReadableError, ObjectStore

MOST_FILES = 10_000  # of a training or transform job


@dataclass(frozen=True)
class DataFiles:
    """The data files of one input key.

    `prefix` is the object or folder given. `alone` tells whether the objects whose keys start with
    `prefix` (what SageMaker's S3Prefix reads: a *string* prefix) are these objects and no others.
    """

    key: str
    prefix: S3Location
    objects: tuple[S3Object, ...]
    format: Format
    alone: bool

    def relative_name(self, location: S3Location) -> str:
        """Return an object's key below the folder given, or its name when one object was given."""
        if not self.prefix.key.endswith("/"):
            return location.name
        return location.key.removeprefix(self.prefix.key)

    def manifest(self) -> bytes:
        """Return a SageMaker manifest that lists these objects and no others."""
        folder = self.prefix if self.prefix.key.endswith("/") else self.prefix.parent()
        names = [entry.location.key.removeprefix(folder.key) for entry in self.objects]
        return json.dumps([{"prefix": folder.uri}, *names]).encode()


def find_data_files(
    store: ObjectStore,
    key: str,
    location: S3Location,
    *,
    most: int = MOST_FILES,
    gzip: bool = False,
) -> DataFiles:
    """Return the data files at an object or below a folder, `most` at most; perhaps gzipped ones.

    Folder markers and hidden files (a name or folder that starts with `_` or `.`) are not data.
    Raises InvalidDataError when there are none, one is empty, or of a kind that is not read, or
    formats are mixed.
    """
    with readable(key):
        found = _exact_object(store, location) or _below_folder(store, key, location, most)
    prefix, objects, alone = found
    for entry in objects:
        if entry.size == 0:
            raise InvalidDataError(
                f"{key}: {entry.location.uri} is empty (0 bytes).",
                advice="Upload it again with its rows, or delete it.",
            )
    return DataFiles(key, prefix, objects, _one_format(store, key, objects, gzip=gzip), alone)


def require_folder(store: ObjectStore, key: str, folder: S3Location) -> None:
    """Raise InvalidDataError when a folder holds nothing, or cannot be read."""
    with readable(key):
        if not store.find(folder.bucket, folder.key, limit=1):
            raise InvalidDataError(
                f"{key}: folder {_absent(store, folder)}.", advice=_ABSENT_ADVICE
            )


@contextmanager
def readable(key: str) -> Iterator[None]:
    """Turn an unreadable location into an InvalidDataError about the input's key."""
    try:
        yield
    except NotReadableError as error:
        raise InvalidDataError(
            f"{key}: cannot read {error.location.uri}: {error.reason}.", advice=error.advice
        ) from error


_ABSENT_ADVICE = "Upload it, or correct the address."

_Found = tuple[S3Location, tuple[S3Object, ...], bool]


def _exact_object(store: ObjectStore, location: S3Location) -> _Found | None:
    if location.key.endswith("/"):
        return None
    # Keys come in order, so an object with exactly this key comes first.
    found = store.find(location.bucket, location.key, limit=2)
    if not found or found[0].location != location:
        return None
    return location, (found[0],), len(found) == 1


def _below_folder(store: ObjectStore, key: str, location: S3Location, most: int) -> _Found:
    folder = S3Location(location.bucket, location.key.rstrip("/") + "/")
    found = store.find(folder.bucket, folder.key, limit=most + 1)
    if len(found) > most:
        raise InvalidDataError(
            f"{key}: {folder.uri} holds more than {most:,} objects.",
            advice="Join files, or name a folder with fewer.",
        )
    data = tuple(entry for entry in found if is_data(entry.location, folder))
    if not found:
        raise InvalidDataError(
            f"{key}: object or prefix {_absent(store, location)}.", advice=_ABSENT_ADVICE
        )
    if not data:
        raise InvalidDataError(
            f"{key}: {folder.uri} holds no data files, only markers.",
            advice="Upload data files below it.",
        )
    return folder, data, len(data) == len(found)


def is_data(location: S3Location, folder: S3Location) -> bool:
    """Return whether an object below a folder is data: neither a folder's marker nor hidden."""
    return is_data_name(location.key.removeprefix(folder.key))


def _absent(store: ObjectStore, location: S3Location) -> str:
    folder = S3Location(location.bucket, location.key.rstrip("/")).parent()
    beside = [
        entry.location.key.removeprefix(folder.key).split("/")[0]
        for entry in store.find(folder.bucket, folder.key, limit=1000)
    ]
    name = location.key.rstrip("/").removeprefix(folder.key)
    hint = did_you_mean(name, dict.fromkeys(part for part in beside if part))
    return f"{location.uri} not found{hint}"


def _one_format(
    store: ObjectStore, key: str, objects: tuple[S3Object, ...], *, gzip: bool
) -> Format:
    names = [_named(key, entry.location, gzip) for entry in objects]
    first = names[0] or _sniffed(store, key, objects[0], gzip)
    for entry, named in zip(objects, names, strict=True):
        # Files whose names do not say it are those of one job: they are as the first one is.
        other = named or first
        if other != first:
            raise InvalidDataError(
                f"{key}: mixed formats: {objects[0].location.uri} is {first} and "
                f"{entry.location.uri} is {other}.",
                advice="Give each format its own folder.",
            )
    return first


def _sniffed(store: ObjectStore, key: str, entry: S3Object, gzip: bool) -> Format:
    with readable(key):
        head = store.read(entry.location, 0, HEAD_BYTES)
    form = file_form(entry.location.name, head)
    return usable_form(f"{key}: {entry.location.uri}", form, gzip=gzip).format


def _named(key: str, location: S3Location, gzip: bool) -> Format | None:
    """Return the format that the name says, if it does; raises InvalidDataError."""
    form = named_form(location.name)
    return None if form is None else usable_form(f"{key}: {location.uri}", form, gzip=gzip).format
