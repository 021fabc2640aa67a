"""Download a trained predictor and unpack it."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from autogluon_client.data.download_folder import DownloadFolder
from autogluon_client.data.storage import download
from autogluon_client.errors import ArtifactChangedError, InvalidArgumentError
from autogluon_contracts.models.artifact_hash import ADVICE, artifact_problem

_FOLDER = "AutoGluonModels"
# AutoGluon's own files, the second one up to 1.1.
_VERSION_FILES = ("version.txt", "__version__")


def download_predictor(
    s3: Any, artifact_uri: str, save_path: Path, *, sha256: str | None = None
) -> Path:
    """Download and unpack a `model.tar.gz`.

    A folder that an earlier call made from the same artifact is returned as it is. Another
    artifact's files are replaced, unless one was changed or added since.

    Args:
        s3: a client.
        artifact_uri: the s3:// address.
        save_path: the folder to create.
        sha256: the hash that the artifact must have; None: it is not verified.

    Returns:
        `<save_path>/AutoGluonModels`, which `TabularPredictor.load` takes.

    Raises:
        InvalidArgumentError: the folder holds other files, or the archive would write outside it.
        ArtifactChangedError: the artifact has another hash; nothing was left in the folder.
    """
    folder = DownloadFolder(save_path.expanduser().resolve() / _FOLDER)
    if folder.holds(artifact_uri, sha256):
        return folder.path
    folder.require_own()
    with tempfile.TemporaryDirectory() as temporary:
        archive = download(s3, artifact_uri, Path(temporary) / "model.tar.gz")
        _require_all_inside(archive, artifact_uri)
        folder.replace(
            artifact_uri, sha256, lambda empty: _unpack(archive, empty, artifact_uri, sha256)
        )
    return folder.path


def download_verified(s3: Any, artifact_uri: str, folder: Path, *, sha256: str) -> Path:
    """Download a `model.tar.gz` into a folder and verify it; it stays packed.

    Raises:
        InvalidArgumentError: the archive would write outside a folder.
        ArtifactChangedError: the artifact has another hash.
    """
    archive = download(s3, artifact_uri, folder / "model.tar.gz")
    _require_all_inside(archive, artifact_uri)
    with tempfile.TemporaryDirectory(dir=folder) as empty:
        _unpack(archive, Path(empty), artifact_uri, sha256)
    return archive


def unpack_foreign(archive: Path, folder: Path) -> None:
    """Unpack a `model.tar.gz` of another origin into an empty folder; its hash is not known yet.

    Raises:
        InvalidArgumentError: it is not an archive, or would write outside the folder.
    """
    try:
        _require_all_inside(archive, str(archive))
    except (tarfile.TarError, EOFError, OSError) as error:
        raise InvalidArgumentError(
            f"{archive} is not a valid tar.gz archive ({error}).",
            argument="artifact",
            advice="Give the model.tar.gz of a training job, or pack one with `tar -czf`.",
        ) from error
    _unpack(archive, folder, str(archive), None)


def _require_all_inside(archive: Path, artifact_uri: str) -> None:
    with tarfile.open(archive) as content:
        for member in content:
            _require_inside(member, artifact_uri)


def _unpack(archive: Path, empty: Path, artifact_uri: str, sha256: str | None) -> None:
    """Unpack an archive whose members `_require_all_inside` has checked, and verify its hash."""
    with tarfile.open(archive) as content:
        content.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 on
        content.extractall(empty)  # noqa: S202 - its members were checked
    _require_recorded(empty, artifact_uri, sha256)


def trained_version(folder: Path) -> str | None:
    """Return the AutoGluon version that trained an unpacked predictor, if it is recorded."""
    for name in _VERSION_FILES:
        if (folder / name).is_file():
            return (folder / name).read_text().strip()
    return None


def _require_recorded(folder: Path, artifact_uri: str, sha256: str | None) -> None:
    problem = None if sha256 is None else artifact_problem(folder, sha256)
    if problem is not None:
        raise ArtifactChangedError(f"{artifact_uri}: {problem}", advice=ADVICE)


def _require_inside(member: tarfile.TarInfo, artifact_uri: str) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise InvalidArgumentError(
            f"{artifact_uri} is not the artifact of a training job: its member {member.name!r} is "
            "outside its folder or not a regular file. Nothing was unpacked.",
            argument="predictor_path",
            advice="Pass the artifact_uri that a training run returned.",
        )
