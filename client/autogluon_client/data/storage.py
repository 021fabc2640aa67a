"""Read and write S3 objects by their `s3://` URIs."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from autogluon_client.errors import InvalidArgumentError, InvalidDataError

_ABSENT = ("404", "NoSuchKey", "NotFound")


def split_uri(uri: str) -> tuple[str, str]:
    """Return bucket and key of `s3://bucket/key`; raises InvalidArgumentError."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not bucket:
        raise InvalidArgumentError(
            f"S3 address: got {uri!r}; allowed: s3://<bucket>/<key>.", argument="uri"
        )
    return bucket, key


def read_bytes(s3: Any, uri: str) -> bytes:
    """Read a whole object."""
    bucket, key = split_uri(uri)
    body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def download(s3: Any, uri: str, path: Path) -> Path:
    """Download an object to a file and create its folder; a failed download leaves no file."""
    bucket, key = split_uri(uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    s3.download_file(bucket, key, str(path))
    return path


def upload_once(s3: Any, folder_uri: str, name: str, content: Path | bytes) -> str:
    """Store a file in a subfolder named after its content, unless it is there already.

    The same content always has the same URI, so that a call repeated under the same name finds
    the first one's run and nothing is sent twice.
    """
    bucket, prefix = split_uri(folder_uri)
    key = f"{prefix.strip('/')}/{file_digest(content)}/{name}".lstrip("/")
    return upload_as(s3, f"s3://{bucket}/{key}", content)


def upload_as(s3: Any, uri: str, content: Path | bytes) -> str:
    """Store a file under a URI that says what its content is, unless it is there already."""
    bucket, key = split_uri(uri)
    if not _exists(s3, bucket, key):
        if isinstance(content, bytes):
            s3.put_object(Bucket=bucket, Key=key, Body=content)
        else:
            # Not upload_file, which hides the answer of AWS in an exception of its own.
            with content.open("rb") as file:
                s3.upload_fileobj(file, bucket, key)
    return uri


def file_digest(content: Path | bytes) -> str:
    """Return 24 hex digits that tell one content from another."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()[:24]
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:24]


def _exists(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        # S3 answers 403 for an absent object if the caller may not list; then just send it.
        if error.response["Error"]["Code"] in ("403", *_ABSENT):
            return False
        raise
    return True


def is_listed(s3: Any, uri: str) -> bool:
    """Return whether an object exists, for callers who may list its bucket."""
    bucket, key = split_uri(uri)
    found = s3.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents", [])
    return any(item["Key"] == key for item in found)


@contextmanager
def local_copy(s3: Any, uri: str) -> Iterator[Path]:
    """Yield a temporary file with an object's content and name.

    Raises:
        InvalidDataError: the object does not exist.
    """
    name = split_uri(uri)[1].rpartition("/")[2] or "object"
    with tempfile.TemporaryDirectory() as folder:
        try:
            copy = download(s3, uri, Path(folder) / name)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _ABSENT:
                raise
            raise InvalidDataError(
                f"Object {uri} not found.",
                advice=f"List the folder with `aws s3 ls {uri.rpartition('/')[0]}/`.",
            ) from error
        yield copy
