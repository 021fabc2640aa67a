"""Upload a folder of files, such as parts of a table or a checkpoint, to where jobs read it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autogluon_client.data.storage import file_digest, upload_as
from autogluon_client.errors import InvalidDataError
from autogluon_contracts.data.files.file_forms import is_data_name


def local_files(argument: str, data: Any) -> Mapping[str, Path]:
    """Return the files below a local folder by their names; what is hidden is left out.

    Raises:
        InvalidDataError: it is not a folder, or holds no file.
    """
    if not isinstance(data, str | os.PathLike):
        raise InvalidDataError(
            f"{argument}: got {type(data).__name__}; allowed: the path of a folder, or its s3:// "
            "address."
        )
    folder = Path(data).expanduser()
    if not folder.is_dir():
        raise InvalidDataError(
            f"{argument}: folder {folder} not found (in {Path.cwd()}).",
            advice="Pass the path of a folder, or its s3:// address.",
        )
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*"))}
    files = {
        name.as_posix(): path
        for name, path in found.items()
        if path.is_file() and not any(part.startswith(".") for part in name.parts)
    }
    if not files:
        raise InvalidDataError(
            f"{argument}: folder {folder} holds no file.", advice="Pass the folder above it."
        )
    return files


def data_files(folder: Path) -> list[Path]:
    """Return the data files below a folder, sorted, without hidden ones and markers (`_SUCCESS`).

    Training jobs and batches read the same ones.
    """
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if is_data_name(path.relative_to(folder).as_posix()))


def upload_folder_once(s3: Any, folder_uri: str, files: Mapping[str, Path]) -> str:
    """Store files below a subfolder named after all their content; the same ones go there once."""
    digests = "".join(f"{name} {file_digest(path)}\n" for name, path in files.items())
    uri = f"{folder_uri.rstrip('/')}/{hashlib.sha256(digests.encode()).hexdigest()[:24]}/"
    for name, path in files.items():
        upload_as(s3, f"{uri}{name}", path)
    return uri
