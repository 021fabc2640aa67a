"""Copy objects to and from S3 with the credentials of a job's role."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from backports import tarfile
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from embedded_aws.sagemaker.errors import JobError

_GZIP_LEVEL = 1  # artifacts are read back on the same machine: time matters more than size
_TRANSFER = TransferConfig(multipart_threshold=64 << 20, multipart_chunksize=64 << 20)
_PARALLEL_DOWNLOADS = 4


@dataclass(frozen=True)
class S3Uri:
    """`s3://bucket/key`; the key may be empty or a prefix."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> S3Uri:
        """Parse `s3://bucket[/key]`. Raises JobError for anything else."""
        parts = urlsplit(uri, allow_fragments=False)
        if parts.scheme != "s3" or not parts.netloc:
            raise JobError(f"ClientError: {uri!r} is not an S3 URI (s3://bucket/key).")
        key = uri.removeprefix(f"s3://{parts.netloc}").removeprefix("/")
        return cls(parts.netloc, key)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    def below(self, *parts: str) -> S3Uri:
        """Return the URI of a key below this one."""
        return S3Uri(self.bucket, "/".join([self.key.rstrip("/"), *parts]).lstrip("/"))


@dataclass(frozen=True)
class S3Object:
    """An input object and its path below the job's channel or output."""

    uri: S3Uri
    relative: str


def list_objects(
    client: Any, source: dict[str, Any], *, allow_none: bool = False
) -> list[S3Object]:
    """Return the objects of an S3DataSource, in key order.

    Raises:
        JobError: nothing matches (unless allowed), or the role may not list or read.
    """
    uri = S3Uri.parse(source["S3Uri"])
    try:
        if source["S3DataType"] == "ManifestFile":
            found = list(_manifest_objects(client, uri))
        else:
            found = list(_prefix_objects(client, uri))
    except ClientError as error:
        raise JobError(f"ClientError: {explain(error, uri)}") from error
    if not found and not allow_none:
        raise JobError(
            f'ClientError: No S3 objects found under S3 URL "{uri}" given in input data source. '
            "Please ensure that the bucket exists, that objects exist under that S3 prefix, and "
            f'that the role has "s3:ListBucket" permissions on bucket "{uri.bucket}".'
        )
    return found


def _prefix_objects(client: Any, uri: S3Uri) -> Iterator[S3Object]:
    """List an `S3Prefix`, a prefix of the key's *text*: `train.csv` also finds `train.csv.bak`."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=uri.bucket, Prefix=uri.key)
    for page in pages:
        for item in page.get("Contents", ()):
            if not item["Key"].endswith("/"):  # consoles mark folders with empty objects
                relative = relative_key(uri.key, item["Key"])
                yield S3Object(S3Uri(uri.bucket, item["Key"]), relative)


def _manifest_objects(client: Any, uri: S3Uri) -> Iterator[S3Object]:
    body = client.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
    try:
        head, *names = json.loads(body)
        base = S3Uri.parse(head["prefix"])
    except (ValueError, TypeError, KeyError) as error:
        raise JobError(
            f"ClientError: manifest {uri} is not a JSON list that starts with "
            '{"prefix": "s3://..."} and continues with keys.'
        ) from error
    for name in names:
        yield S3Object(S3Uri(base.bucket, base.key + name), name)


def relative_key(prefix: str, key: str) -> str:
    """Return a key's path below its prefix, which may end in the middle of a name."""
    if key.startswith(f"{prefix.rstrip('/')}/") and prefix:
        return key[len(prefix.rstrip("/")) + 1 :]
    return key[prefix.rfind("/") + 1 :]


def download(client: Any, objects: list[S3Object], folder: Path) -> None:
    """Copy objects into a folder, keeping their relative paths. Raises JobError."""
    for item in objects:
        _check_inside(folder, item)
    with ThreadPoolExecutor(_PARALLEL_DOWNLOADS) as pool:
        list(pool.map(lambda item: download_one(client, item.uri, folder / item.relative), objects))


def download_one(client: Any, uri: S3Uri, path: Path) -> None:
    """Copy one object into a file. Raises JobError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as file:
            body = client.get_object(Bucket=uri.bucket, Key=uri.key)["Body"]
            shutil.copyfileobj(body, file, 1 << 20)
    except ClientError as error:
        raise JobError(f"ClientError: Data download failed: {explain(error, uri)}") from error


def upload(client: Any, path: Path, uri: S3Uri, kms_key_id: str | None) -> None:
    """Copy a file to S3, encrypted with a KMS key where one is given. Raises JobError."""
    extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_id} if kms_key_id else None
    try:
        client.upload_file(str(path), uri.bucket, uri.key, ExtraArgs=extra, Config=_TRANSFER)
    except Exception as error:
        # boto3 wraps a failed part in an exception of its own that derives from Exception.
        raise JobError(f"ClientError: Artifact upload failed: {explain(error, uri)}") from error


def delete(client: Any, uri: S3Uri) -> None:
    """Delete an object. Raises JobError."""
    try:
        client.delete_object(Bucket=uri.bucket, Key=uri.key)
    except ClientError as error:
        raise JobError(f"ClientError: {explain(error, uri)}") from error


def upload_folder(client: Any, folder: Path, uri: S3Uri, kms_key_id: str | None) -> None:
    """Copy every file of a folder below a prefix. Raises JobError."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            target = uri.below(*path.relative_to(folder).parts)
            upload(client, path, target, kms_key_id)


def pack(folder: Path, archive: Path) -> None:
    """Write a folder's content as `.tar.gz`, names relative to the folder."""
    with tarfile.open(archive, "w:gz", compresslevel=_GZIP_LEVEL) as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, arcname=path.name)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a `.tar.gz` into a folder. Raises JobError when it is invalid or unsafe."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive, "r:*") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise JobError(
            f"ClientError: {archive.name} is not a readable .tar.gz file: {error}"
        ) from error


def explain(error: Exception, uri: S3Uri) -> str:
    """Return one sentence about a failed S3 call: its answer, and the object."""
    if isinstance(error, ClientError):
        answer = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "?")
        return f"{answer.get('Code')} ({status}) for {uri}: {answer.get('Message')}"
    return f"{uri}: {error}"


def _check_inside(folder: Path, item: S3Object) -> None:
    target = os.path.normpath(folder / item.relative)
    if not target.startswith(f"{folder}{os.sep}"):
        raise JobError(f"ClientError: object {item.uri} would be written outside its folder.")
