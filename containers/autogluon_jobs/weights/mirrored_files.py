"""Hash downloaded files, compare them with the hub's list, and read a checkpoint's headers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open

from autogluon_contracts.documents.mirrored_weights import MirroredFile
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.weights.hub import HubFile

_CHUNK_BYTES = 1024 * 1024


def hashed_files(folder: Path, listed: Mapping[str, HubFile]) -> dict[str, MirroredFile]:
    """Return size and SHA-256 of each file.

    Raises:
        InputError: a file that the hub lists is missing, or differs from what it lists.
    """
    return {name: _hashed(folder / name, name, file) for name, file in sorted(listed.items())}


def check_checkpoint(folder: Path) -> None:
    """Read what can be read without loading weights.

    Raises:
        InputError: the configuration is not JSON, or a file of weights is not safetensors.
    """
    try:
        json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"config.json of the repository is not valid JSON ({error}).") from error
    for file in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(file, framework="numpy") as weights:
                names = list(weights.keys())
        except SafetensorError as error:
            raise InputError(f"{file.name} is not a file of safetensors ({error}).") from error
        if not names:
            raise InputError(f"{file.name} has no weights.")


def _hashed(path: Path, name: str, listed: HubFile) -> MirroredFile:
    if not path.is_file():
        raise InputError(f"{name} is missing from what the hub sent.")
    size = path.stat().st_size
    sha256, blob = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            sha256.update(chunk)
            blob.update(chunk)
    found = MirroredFile(bytes=size, sha256=sha256.hexdigest())
    if listed.sha256 is not None:
        differs = found.sha256 != listed.sha256
    else:
        differs = listed.blob_id is not None and blob.hexdigest() != listed.blob_id
    if differs or listed.size not in (None, size):
        raise InputError(f"{name} is not the file that the hub lists: it was changed on its way.")
    return found
