"""Upload data, given as a DataFrame, a file, a web address or an S3 URI, to where jobs read it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_client.data.folders import local_files, upload_folder_once
from autogluon_client.data.frames import (
    index_from_parquet,
    index_to_parquet,
    is_frame,
    to_json_lines,
    to_parquet,
)
from autogluon_client.data.storage import read_bytes, split_uri, upload_once
from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import InvalidDataError
from autogluon_contracts.names import uploads_folder

if TYPE_CHECKING:
    import pandas as pd

_INDEX_FOLDER = "index"
_ROWS = "rows.jsonl"


def upload_folder(cloud_output_path: str | None, deployment: Deployment, predictor: str) -> str:
    """Return the S3 folder for uploads: `cloud_output_path`, or one of the data bucket.

    Below it, data is stored in folders named after its content, so that two uploads never
    overwrite each other.
    """
    if not cloud_output_path:
        return uploads_folder(deployment.data_bucket, predictor).uri
    return f"s3://{cloud_output_path.removeprefix('s3://').strip('/')}"


class Uploads:
    """Upload data to one folder of S3; the same data always gets the same URI."""

    def __init__(self, s3: Any, folder_uri: str) -> None:
        self._s3 = s3
        self._folder = folder_uri.rstrip("/")

    def for_training(self, argument: str, data: Any) -> str:
        """Return the S3 URI of data to train or evaluate on; a DataFrame is sent as Parquet.

        Of a local folder, all files are sent.

        Raises:
            InvalidDataError: `data` is of another kind, or an empty folder; the message names
                `argument`.
        """
        if is_frame(data):
            return upload_once(self._s3, self._folder, f"{argument}.parquet", to_parquet(data))
        return self._of_path(argument, data)

    def for_prediction(self, argument: str, data: Any) -> str:
        """Return the S3 URI of data to predict; a DataFrame is sent as JSON Lines.

        An index that is more than the row's number is stored beside it, for `stored_index`.
        """
        if not is_frame(data):
            return self._of_path(argument, data)
        rows = b"".join(to_json_lines(data))
        index = index_to_parquet(data.index)
        # Two frames of the same rows may differ in their index.
        name = f"{_INDEX_FOLDER}-{hashlib.sha256(index).hexdigest()[:16]}" if index else "rows"
        uri = upload_once(self._s3, f"{self._folder}/{name}", _ROWS, rows)
        if index is not None:
            bucket, key = split_uri(_index_uri(uri))
            self._s3.put_object(Bucket=bucket, Key=key, Body=index)
        return uri

    def for_folder(self, argument: str, data: Any) -> str:
        """Return the S3 URI of a folder that jobs read, given as a path or an s3:// address.

        Raises:
            InvalidDataError: it is not a folder, or is empty.
        """
        if isinstance(data, str) and data.startswith("s3://"):
            split_uri(data)
            return f"{data.rstrip('/')}/"
        return upload_folder_once(self._s3, self._folder, local_files(argument, data))

    def _of_path(self, argument: str, data: Any) -> str:
        if isinstance(data, str) and data.startswith("s3://"):
            split_uri(data)
            return data
        if _is_folder(data):
            return upload_folder_once(self._s3, self._folder, local_files(argument, data))
        with local_file(argument, data) as path:
            return upload_once(self._s3, self._folder, path.name, path)


def _is_folder(data: Any) -> bool:
    return isinstance(data, str | os.PathLike) and Path(data).expanduser().is_dir()


@contextmanager
def local_file(argument: str, data: Any) -> Iterator[Path]:
    """Yield the file of a path or, as a temporary copy, of a web address.

    Raises:
        InvalidDataError: the file does not exist or cannot be read.
    """
    if not isinstance(data, str | os.PathLike):
        raise InvalidDataError(
            f"{argument}: got {type(data).__name__}; allowed: a pandas DataFrame, the path of a "
            "CSV, JSON or Parquet file, or its s3:// or https:// address."
        )
    if isinstance(data, str) and data.startswith(("https://", "http://")):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / (data.split("?")[0].rpartition("/")[2] or "data")
            _download(argument, data, path)
            yield path
        return
    path = Path(data).expanduser()
    if path.is_dir():
        raise InvalidDataError(
            f"{argument}: {path} is a folder, and this call reads single files.",
            advice="Pass the path of a file, or predict the folder in a batch, with predict().",
        )
    if not path.is_file():
        raise InvalidDataError(
            f"{argument}: file {path} not found (in {Path.cwd()}).",
            advice="Pass the path of a file, or an s3:// or https:// address.",
        )
    yield path


def stored_index(s3: Any, data_uri: str) -> pd.Index | None:
    """Return the index of the DataFrame that was uploaded to this URI, if it had one."""
    if f"/{_INDEX_FOLDER}-" not in data_uri or not data_uri.endswith(f"/{_ROWS}"):
        return None
    return index_from_parquet(read_bytes(s3, _index_uri(data_uri)))


def _index_uri(rows_uri: str) -> str:
    # Not "rows.jsonl.index": a data URI is a prefix, which that would match too.
    return f"{rows_uri.removesuffix(_ROWS)}index.parquet"


def _download(argument: str, address: str, path: Path) -> None:
    try:
        with (
            urllib.request.urlopen(address, timeout=60) as answer,  # noqa: S310 - http(s) only
            path.open("wb") as file,
        ):
            shutil.copyfileobj(answer, file)
    except OSError as error:
        raise InvalidDataError(
            f"{argument}: {address} cannot be read ({error}).",
            advice="Check the address, or download the file and pass its path.",
        ) from error
