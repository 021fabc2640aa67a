"""Read and write objects in S3."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_lambdas.ports import NotReadableError, NotWritableError

_CHUNK_BYTES = 4 * 1024 * 1024
_PART_BYTES = 8 * 1024 * 1024  # S3 takes parts from 5 MiB, and 10,000 of them: up to 80 GB
_DENIED = ("the function's role may not read it", "Use the environment's data bucket.")
_ABSENT = ("the object does not exist", "")
_REASONS = {
    "NoSuchBucket": ("the bucket does not exist", ""),
    "NoSuchKey": _ABSENT,
    "404": _ABSENT,
    "AccessDenied": _DENIED,
    "403": _DENIED,
    "InvalidObjectState": ("it is archived", "Restore it first."),
    "PermanentRedirect": ("the bucket is in another region", ""),
    "KMS.DisabledException": ("its KMS key is disabled", ""),
}
_NOT_TAKEN = {
    "NoSuchBucket": "the bucket does not exist",
    "AccessDenied": "the function's role, or the bucket's policy or key, does not allow it",
    "403": "the function's role may not read the result",
    "KMS.DisabledException": "the bucket's KMS key is disabled",
}


class S3Objects:
    """An `ObjectStore` over boto3; what it writes is encrypted with `kms_key_arn`."""

    def __init__(self, client: Any, kms_key_arn: str) -> None:
        self._client = client
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_arn}

    def find(self, bucket: str, prefix: str, limit: int) -> list[S3Object]:
        """Return objects whose key starts with `prefix`, in key order, at most `limit`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket,
            Prefix=prefix,
            PaginationConfig={"MaxItems": limit, "PageSize": min(limit, 1000)},
        )
        with _readable(S3Location(bucket, prefix)):
            return [
                S3Object(
                    S3Location(bucket, entry["Key"]),
                    entry["Size"],
                    entry["ETag"].strip('"'),
                    entry["LastModified"],
                )
                for page in pages
                for entry in page.get("Contents", [])
            ]

    def read(self, location: S3Location, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`; empty for an empty object."""
        try:
            with _readable(location):
                answer = self._client.get_object(
                    Bucket=location.bucket,
                    Key=location.key,
                    Range=f"bytes={start}-{start + length - 1}",
                )
                return bytes(answer["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":
                return b""
            raise

    def stream(self, location: S3Location) -> Iterator[bytes]:
        """Yield the object's bytes in chunks of 4 MiB."""
        with _readable(location):
            body = self._client.get_object(Bucket=location.bucket, Key=location.key)["Body"]
        try:
            yield from body.iter_chunks(_CHUNK_BYTES)
        finally:
            body.close()

    def write(self, location: S3Location, body: bytes, content_type: str) -> None:
        """Create or replace an object."""
        self._client.put_object(
            Bucket=location.bucket,
            Key=location.key,
            Body=body,
            ContentType=content_type,
            **self._encryption,
        )

    @contextmanager
    def writer(self, location: S3Location, content_type: str) -> Iterator["_Parts"]:
        """Open a multipart upload, completed when the context ends well and aborted otherwise."""
        target = {"Bucket": location.bucket, "Key": location.key}
        upload = self._client.create_multipart_upload(
            **target, ContentType=content_type, **self._encryption
        )
        target["UploadId"] = upload["UploadId"]
        parts = _Parts(self._client, target)
        try:
            yield parts
            parts.finish()
        except BaseException:
            self._client.abort_multipart_upload(**target)
            raise

    def delete(self, locations: Sequence[S3Location]) -> None:
        """Delete objects one by one, so that the error names a denied object."""
        for location in locations:
            self._client.delete_object(Bucket=location.bucket, Key=location.key)

    def copy_outside(self, source: S3Location, target: S3Location) -> None:
        """Copy an object of any size, encrypted as the target's bucket says.

        Raises NotWritableError.
        """
        with _writable(target):
            # Large objects in parts; without tags, which the role may not read.
            self._client.copy(
                {"Bucket": source.bucket, "Key": source.key},
                target.bucket,
                target.key,
                ExtraArgs={"TaggingDirective": "REPLACE"},
            )

    def write_outside(self, location: S3Location, body: bytes, content_type: str) -> None:
        """Create or replace an object, encrypted as its bucket says; raises NotWritableError."""
        with _writable(location):
            self._client.put_object(
                Bucket=location.bucket, Key=location.key, Body=body, ContentType=content_type
            )


class _Parts:
    """Collects bytes into parts of an upload."""

    def __init__(self, client: Any, target: dict[str, str]) -> None:
        self._client = client
        self._target = target
        self._buffer = bytearray()
        self._done: list[dict[str, object]] = []

    def write(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= _PART_BYTES:
            self._send(bytes(self._buffer[:_PART_BYTES]))
            del self._buffer[:_PART_BYTES]

    def finish(self) -> None:
        if self._buffer or not self._done:
            self._send(bytes(self._buffer))
        self._client.complete_multipart_upload(
            **self._target, MultipartUpload={"Parts": self._done}
        )

    def _send(self, body: bytes) -> None:
        number = len(self._done) + 1
        answer = self._client.upload_part(**self._target, PartNumber=number, Body=body)
        self._done.append({"PartNumber": number, "ETag": answer["ETag"]})


@contextmanager
def _readable(location: S3Location) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        known = _REASONS.get(error.response["Error"]["Code"])
        if known is None:
            raise
        reason, advice = known
        raise NotReadableError(location, reason, advice=advice) from error


@contextmanager
def _writable(location: S3Location) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        reason = _NOT_TAKEN.get(error.response["Error"]["Code"])
        if reason is None:
            raise
        raise NotWritableError(location, reason) from error
