"""A trained predictor on its way to this machine."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from autogluon_client.errors import InvalidArgumentError
from autogluon_client.storage import download

_FOLDER = "AutoGluonModels"


def download_predictor(s3: Any, artifact_uri: str, save_path: Path) -> Path:
    """Download and unpack a `model.tar.gz`.

    Returns:
        `<save_path>/AutoGluonModels`, which `TabularPredictor.load` takes.

    Raises:
        InvalidArgumentError: the folder holds something already, or the archive would write
            elsewhere.
    """
    folder = save_path.expanduser().resolve() / _FOLDER
    if folder.exists() and any(folder.iterdir()):
        raise InvalidArgumentError(
            f"{folder} is not empty, and two predictors must not mix; give another save_path, or "
            "remove it."
        )
    with tempfile.TemporaryDirectory() as temporary:
        archive = download(s3, artifact_uri, Path(temporary) / "model.tar.gz")
        with tarfile.open(archive) as content:
            for member in content:
                _require_inside(member, artifact_uri)
            content.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 on
            content.extractall(folder)  # noqa: S202 - each member was looked at
    return folder


def _require_inside(member: tarfile.TarInfo, artifact_uri: str) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise InvalidArgumentError(
            f"{artifact_uri} holds {member.name!r}, which leads out of its folder or is no plain "
            "file; it is no artifact of a training job, so nothing was unpacked."
        )
