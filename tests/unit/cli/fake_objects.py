"""S3 as a dictionary."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError


def refused(code: str, operation: str, message: str = "no") -> ClientError:
    """An answer of AWS that is an error."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@dataclass
class FakeObjects:
    """Objects by `<bucket>/<key>`."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - AWS's names
        if f"{Bucket}/{Key}" not in self.objects:
            raise refused("NoSuchKey", "GetObject")
        return {"Body": io.BytesIO(self.objects[f"{Bucket}/{Key}"])}

    def download_file(self, bucket: str, key: str, path: str) -> None:
        if f"{bucket}/{key}" not in self.objects:
            raise refused("404", "HeadObject", "Not Found")
        Path(path).write_bytes(self.objects[f"{bucket}/{key}"])
