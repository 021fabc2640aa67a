"""Upload and download S3 objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlparse


def upload(session: Any, path: Path, bucket: str, key: str) -> str:
    """Upload a file and return its `s3://` URI."""
    session.client("s3").upload_file(str(path), bucket, key)
    return f"s3://{bucket}/{key}"


def download(session: Any, uri: str, path: Path) -> Path:
    """Download `s3://bucket/key` to a file and create its folder."""
    parsed = urlparse(uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    session.client("s3").download_file(parsed.netloc, parsed.path.lstrip("/"), str(path))
    return path
