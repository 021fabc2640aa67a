"""Define S3 locations: a bucket and a key or key prefix."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

_BUCKET = re.compile(r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")


@dataclass(frozen=True, order=True)
class S3Location:
    """`s3://<bucket>/<key>`; a key that ends in `/` (or is empty) is a folder."""

    ALLOWED: ClassVar[str] = "s3://<bucket>/<object or prefix>"

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> "S3Location":
        """Read an S3 URI.

        Raises ValueError with what is wrong with it.
        """
        scheme, separator, rest = uri.partition("://")
        if not separator or scheme != "s3":
            raise ValueError(f"got '{uri}'; allowed: s3://<bucket>/<object or prefix>")
        bucket, _, key = rest.partition("/")
        if not _BUCKET.match(bucket):
            raise ValueError(f"got '{uri}', where '{bucket}' is not a bucket's name")
        if not key.strip("/"):
            raise ValueError(f"got '{uri}'; name an object or a prefix inside the bucket")
        if "//" in key or key.startswith("/"):
            raise ValueError(f"got '{uri}', which has an empty folder name ('//')")
        return cls(bucket, key)

    @property
    def uri(self) -> str:
        """As `s3://bucket/key`."""
        return f"s3://{self.bucket}/{self.key}"

    def __str__(self) -> str:
        return self.uri

    @property
    def name(self) -> str:
        """Return the part of the key after its last slash."""
        return self.key.rpartition("/")[2]

    def child(self, name: str) -> "S3Location":
        """Return a location inside this folder."""
        return S3Location(self.bucket, f"{self.key.rstrip('/')}/{name}" if self.key else name)

    def parent(self) -> "S3Location":
        """Return the folder that this location lies in, with trailing slash."""
        head = self.key.rstrip("/").rpartition("/")[0]
        return S3Location(self.bucket, f"{head}/" if head else "")


@dataclass(frozen=True)
class S3Object:
    """One stored object, its size in bytes and its entity tag, which changes with its content.

    `modified` is when it was written, where a store tells.
    """

    location: S3Location
    size: int
    etag: str = ""
    modified: datetime | None = None
