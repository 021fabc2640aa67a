"""A trained predictor on its way to this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from backports import tarfile

from autogluon_client.errors import InvalidArgumentError
from autogluon_client.storage import download

_FOLDER = "AutoGluonModels"


def download_predictor(s3: Any, artifact_uri: str, save_path: Path) -> Path:
    """Download and unpack a `model.tar.gz`.

    Returns:
        `<save_path>/AutoGluonModels`, which `TabularPredictor.load` takes.

    Raises:
        InvalidArgumentError: the folder holds something already.
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
            # The filter refuses members that lead out of the folder.
            content.extractall(folder, filter="data")
    return folder
