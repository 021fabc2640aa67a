"""Fetch a model's artifact into the folder that represents `/opt/ml/model`."""

from __future__ import annotations

import os
import stat
import uuid
from pathlib import Path
from typing import Any

from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.container.served_model import ServedContainer
from embedded_aws.sagemaker.errors import JobError


def fetch_model(client: Any, container: ServedContainer, folder: Path) -> None:
    """Download, unpack and write-protect a container's model data.

    Raises:
        JobError: the artifact cannot be read or unpacked.
    """
    data = container.data
    if data is None:
        return
    uri = s3_data.S3Uri.parse(data["S3Uri"])
    try:
        if data["S3DataType"] == "S3Object":
            _fetch_object(client, uri, folder, packed=data["CompressionType"] == "Gzip")
        else:
            objects = s3_data.list_objects(client, data)
            s3_data.download(client, objects, folder)
    except JobError as error:
        raise JobError(
            f'Failed to download model data for container "container_{container.position}" from '
            f'URL: "{uri}". Please ensure that there is an object located at the URL and that the '
            f"role passed to CreateModel has permissions to download the object. ({error})"
        ) from error
    _check_requirements(folder)
    _write_protect(folder)


def _fetch_object(client: Any, uri: s3_data.S3Uri, folder: Path, *, packed: bool) -> None:
    if not packed:
        s3_data.download_one(client, uri, folder / Path(uri.key).name)
        return
    archive = folder.parent / f"{uuid.uuid4().hex}.tar.gz"
    s3_data.download_one(client, uri, archive)
    s3_data.unpack(archive, folder)
    archive.unlink()


def _check_requirements(folder: Path) -> None:
    """Refuse a file that the real container installs at its start, from the internet."""
    requirements = folder / "code" / "requirements.txt"
    if requirements.is_file() and requirements.read_text("utf-8", "replace").strip():
        raise JobError(
            "The model's code/requirements.txt cannot be installed: the embedded AWS gives "
            "containers no package index; leave the file out and use what the image holds."
        )


def _write_protect(folder: Path) -> None:
    """Write-protect the model, as SageMaker mounts it. (Root can write all the same.)"""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)


def make_removable(folder: Path) -> None:
    """Undo the write protection of all folders below, so that their content can be deleted."""
    for path, _, _ in os.walk(folder):
        os.chmod(path, 0o700)
