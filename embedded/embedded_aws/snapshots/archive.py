"""The file of a snapshot: a zip archive whose signed manifest lists every member's digest.

Nothing of an archive is interpreted before its signature is verified with a key that only the
user of this machine can read: the state inside is a pickle, and a pickle from elsewhere could run
code. See docs/adr/0010.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedded_aws.snapshots.errors import SnapshotError

FORMAT = 1
_MANIFEST, _SIGNATURE = "manifest.json", "signature"
_MANIFEST_LIMIT_BYTES = 64 << 20
_KEY_BYTES = 32


def signing_key(path: Path) -> bytes:
    """Return the key in a file that only its owner can read; make it when there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        try:
            os.link(partial, path)  # fails where another process was faster
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_bytes()


class ArchiveWriter:
    """Adds members to a snapshot; large values become members named by their digest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.digests: dict[str, str] = {}

    def add(self, name: str, data: bytes) -> None:
        """Add a member."""
        self.digests[name] = hashlib.sha256(data).hexdigest()
        self._archive.writestr(name, data)

    def add_value(self, data: bytes) -> str:
        """Add a value, once however often it occurs, and return its digest."""
        digest = hashlib.sha256(data).hexdigest()
        name = f"values/{digest}"
        if name not in self.digests:
            self.digests[name] = digest
            self._archive.writestr(name, data)
        return digest


@contextmanager
def written(path: Path, key: bytes) -> Iterator[tuple[ArchiveWriter, dict[str, Any]]]:
    """Write an archive: the body adds members and fills the manifest.

    The file appears at `path` once it is complete and signed; it is readable by its owner only,
    since it holds the secrets of the account, such as KMS keys.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    manifest: dict[str, Any] = {"format": FORMAT}
    try:
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(descriptor, "w+b") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            writer = ArchiveWriter(archive)
            yield writer, manifest
            text = json.dumps(manifest | {"members": writer.digests}).encode()
            archive.writestr(_MANIFEST, text)
            archive.writestr(_SIGNATURE, _sign(text, key))
        os.replace(partial, path)
    except OSError as error:
        raise SnapshotError(f"{path} cannot be written: {error}.") from error
    finally:
        partial.unlink(missing_ok=True)


class ArchiveReader:
    """Reads the members of a snapshot whose signature was verified."""

    def __init__(self, archive: zipfile.ZipFile, manifest: dict[str, Any], path: Path) -> None:
        self._archive = archive
        self._path = path
        self.manifest = manifest

    def read(self, name: str) -> bytes:
        """Return a member. Raises SnapshotError when it is not the one that was signed."""
        digest = self.manifest["members"].get(name)
        try:
            data = self._archive.read(name)
        except (KeyError, OSError, zipfile.BadZipFile) as error:
            raise SnapshotError(f"{self._path} is damaged: {name} cannot be read.") from error
        if digest is None or hashlib.sha256(data).hexdigest() != digest:
            raise SnapshotError(f"{self._path} is damaged: {name} was changed after it was saved.")
        return data

    def read_value(self, digest: str) -> bytes:
        """Return a value by its digest."""
        return self.read(f"values/{digest}")

    def names(self) -> list[str]:
        """Return the names of all members."""
        return list(self.manifest["members"])


@contextmanager
def opened(path: Path, key: bytes) -> Iterator[ArchiveReader]:
    """Open an archive and verify its signature before anything else.

    Raises:
        SnapshotError: it is not a snapshot, was signed with another key, or has another format.
    """
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise SnapshotError(f"{path} does not exist.") from error
    except (OSError, zipfile.BadZipFile) as error:
        raise SnapshotError(f"{path} is not a snapshot of an embedded AWS.") from error
    with archive:
        manifest = _verified(archive, path, key)
        if manifest["format"] != FORMAT:
            raise SnapshotError(
                f"{path} has format {manifest['format']}; this version reads format {FORMAT}."
            )
        yield ArchiveReader(archive, manifest, path)


def _verified(archive: zipfile.ZipFile, path: Path, key: bytes) -> dict[str, Any]:
    try:
        if archive.getinfo(_MANIFEST).file_size > _MANIFEST_LIMIT_BYTES:
            raise KeyError(_MANIFEST)
        text, signature = archive.read(_MANIFEST), archive.read(_SIGNATURE)
    except (KeyError, zipfile.BadZipFile) as error:
        raise SnapshotError(f"{path} is not a snapshot of an embedded AWS.") from error
    if not hmac.compare_digest(signature, _sign(text, key)):
        raise SnapshotError(
            f"{path} was not saved here, or was changed: its signature is wrong.",
            advice="Snapshots are restored in the project folder that saved them.",
        )
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def _sign(text: bytes, key: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).hexdigest().encode()
