"""Deployment packages: fetched once, stored as uploaded, unpacked once per code version."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.credentials import SERVICES
from embedded_aws.gateway import ApiError
from embedded_aws.runtime import Runtime

UNZIPPED_LIMIT_BYTES = 262_144_000  # Lambda's quota for code and layers together


@dataclass(frozen=True)
class CodePackage:
    """One version of a function's code."""

    sha256: str  # base64, as Lambda reports it
    size_bytes: int
    folder: Path  # unpacked

    @property
    def unzipped_bytes(self) -> int:
        """Return the size of all files."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


class CodeStore:
    """Stores every deployment package under the runtime's state folder."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._folder = runtime.state_dir / "lambda" / "code"
        self._lock = threading.Lock()

    def add(self, code: Mapping[str, Any], region: str) -> CodePackage:
        """Fetch and unpack the `Code` of a CreateFunction or UpdateFunctionCode request.

        Raises:
            ApiError: InvalidParameterValueException for an object or zip that cannot be read.
        """
        data = self._fetch(code, region)
        digest = hashlib.sha256(data)
        target = self._folder / digest.hexdigest()
        with self._lock:
            if not target.exists():
                _unpack(data, target)
        return CodePackage(base64.b64encode(digest.digest()).decode(), len(data), target)

    def _fetch(self, code: Mapping[str, Any], region: str) -> bytes:
        if "ImageUri" in code:
            raise ApiError(
                "InvalidParameterValueException",
                "The embedded AWS does not support container image functions (Code.ImageUri); "
                "deploy a zip file.",
            )
        if "ZipFile" in code:
            zip_file = code["ZipFile"]
            return zip_file if isinstance(zip_file, bytes) else base64.b64decode(zip_file)
        if not {"S3Bucket", "S3Key"} <= code.keys():
            raise ApiError(
                "InvalidParameterValueException", "Please provide a source for function code."
            )
        request = {"Bucket": code["S3Bucket"], "Key": code["S3Key"]}
        if "S3ObjectVersion" in code:
            request["VersionId"] = code["S3ObjectVersion"]
        s3 = self._runtime.client("s3", SERVICES, region)
        try:
            data: bytes = s3.get_object(**request)["Body"].read()
        except ClientError as error:
            details = error.response["Error"]
            raise ApiError(
                "InvalidParameterValueException",
                f"Error occurred while GetObject. S3 Error Code: {details['Code']}. "
                f"S3 Error Message: {details['Message']}",
            ) from error
        return data


def _unpack(data: bytes, target: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > UNZIPPED_LIMIT_BYTES:
                raise ApiError(
                    "InvalidParameterValueException",
                    f"Unzipped size must be smaller than {UNZIPPED_LIMIT_BYTES} bytes",
                )
            partial = target.with_suffix(".partial")
            archive.extractall(partial)  # drops absolute paths and `..` by itself
            partial.rename(target)
    except zipfile.BadZipFile as error:
        raise ApiError(
            "InvalidParameterValueException",
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ) from error
