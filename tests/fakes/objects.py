"""S3 as a dictionary."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from tests.fakes.pages import paginators
from tests.fakes.refusals import refused


@dataclass
class FakeS3:
    """Objects by URI; counts what is written."""

    objects: dict[str, bytes] = field(default_factory=dict)
    puts: int = 0

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str = "") -> None:
        self.puts += 1
        self.objects[f"s3://{Bucket}/{Key}"] = Body

    def upload_fileobj(self, file: BinaryIO, bucket: str, key: str) -> None:
        self.put_object(Bucket=bucket, Key=key, Body=file.read())

    def head_object(self, *, Bucket: str, Key: str) -> None:
        self._find(Bucket, Key, refused("404", "Not Found", "HeadObject"))

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        found = self._find(Bucket, Key, refused("NoSuchKey", operation="GetObject"))
        return {"Body": io.BytesIO(found), "ContentType": "binary/octet-stream"}

    def download_file(self, bucket: str, key: str, path: str) -> None:
        found = self._find(bucket, key, refused("404", "Not Found", "HeadObject"))
        Path(path).write_bytes(found)

    def list_objects_v2(self, *, Bucket: str, Prefix: str) -> dict[str, Any]:
        folder = f"s3://{Bucket}/"
        keys = [uri.removeprefix(folder) for uri in self.objects if uri.startswith(folder)]
        return {"Contents": [{"Key": key} for key in keys if key.startswith(Prefix)]}

    def list_object_versions(self, *, Bucket: str) -> dict[str, Any]:
        folder = f"s3://{Bucket}/"
        keys = [uri.removeprefix(folder) for uri in self.objects if uri.startswith(folder)]
        return {"Versions": [{"Key": key, "VersionId": "null"} for key in keys]} if keys else {}

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any]) -> None:
        for found in Delete["Objects"]:
            del self.objects[f"s3://{Bucket}/{found['Key']}"]

    def delete_object(self, *, Bucket: str, Key: str) -> None:
        self.objects.pop(f"s3://{Bucket}/{Key}", None)

    @property
    def get_paginator(self) -> Any:
        return paginators(
            list_objects_v2=self.list_objects_v2, list_object_versions=self.list_object_versions
        )

    def _find(self, bucket: str, key: str, error: Exception) -> bytes:
        if f"s3://{bucket}/{key}" not in self.objects:
            raise error
        return self.objects[f"s3://{bucket}/{key}"]
