"""Download a trained predictor and unpack it."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from autogluon_client.data.download_folder import DownloadFolder
from autogluon_client.data.storage import download
from autogluon_client.errors import InvalidArgumentError

_FOLDER = "AutoGluonModels"
# AutoGluon's own files, the second one up to 1.1.
_VERSION_FILES = ("version.txt", "__version__")


def download_predictor(s3: Any, artifact_uri: str, save_path: Path) -> Path:
    """Download and unpack a `model.tar.gz`.

    A folder that an earlier call made from the same artifact is returned as it is. Another
    artifact's files are replaced, unless one was changed or added since.

    Returns:
        `<save_path>/AutoGluonModels`, which `TabularPredictor.load` takes.

    Raises:
        InvalidArgumentError: the folder holds other files, or the archive would write outside it.
    """
    folder = DownloadFolder(save_path.expanduser().resolve() / _FOLDER)
    if folder.source() == artifact_uri:
        return folder.path
    folder.require_own()
    with tempfile.TemporaryDirectory() as temporary:
        archive = download(s3, artifact_uri, Path(temporary) / "model.tar.gz")
        with tarfile.open(archive) as content:
            for member in content:
                _require_inside(member, artifact_uri)
            content.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 on
            folder.replace(artifact_uri, content.extractall)
    return folder.path


def trained_version(folder: Path) -> str | None:
    """Return the AutoGluon version that trained an unpacked predictor, if it is recorded."""
    for name in _VERSION_FILES:
        if (folder / name).is_file():
            return (folder / name).read_text().strip()
    return None


def _require_inside(member: tarfile.TarInfo, artifact_uri: str) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise InvalidArgumentError(
            f"{artifact_uri} is not the artifact of a training job: its member {member.name!r} is "
            "outside its folder or not a regular file. Nothing was unpacked.",
            argument="predictor_path",
            advice="Pass the artifact_uri that a training run returned.",
        )
