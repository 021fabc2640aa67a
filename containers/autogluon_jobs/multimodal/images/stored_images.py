"""Read the images that requests name by `s3://` addresses.

boto3 is in the image because `autogluon.common` requires it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from autogluon_contracts.documents.image_locations import ImageLocations
from autogluon_jobs.messages.documents import checked
from autogluon_jobs.messages.errors import InputError

SCHEME = "s3://"
MOST_BYTES = 20_000_000
"""Of one image: more than a camera's JPEG has."""
MOST_BYTES_OF_REQUEST = 200_000_000
"""Of all images of a request, which are in memory together."""

_THREADS = 8
_ABSENT = "is the address of an object that does not exist"
_REFUSED = {
    "NoSuchKey": _ABSENT,
    "NoSuchBucket": _ABSENT,
    "AccessDenied": "is the address of an object that the server's role may not read",
}
_SERVER_ERROR = 500

Read = tuple[bytes | None, str | None]
"""An image, or a clause about why it cannot be read."""


class StoredImages:
    """Reads images below the locations that the settings list, with the role of the server."""

    def __init__(self, allowed: ImageLocations, client: Callable[[], Any] | None = None) -> None:
        """Remember where images may be; `client` makes the S3 client at the first address."""
        self._allowed = allowed
        self._make_client = client or _s3
        self._client: Any = None
        self._once = threading.Lock()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> StoredImages:
        """Return what reads the images of a server with this environment: maybe none.

        Raises:
            InputError: the variable does not hold what the contract says.
        """
        text = environ.get(ImageLocations.NAME)
        if text is None:
            return cls(ImageLocations(locations=()))
        return cls(checked(lambda: ImageLocations.from_text(text)))

    def read(self, addresses: Sequence[str]) -> list[Read]:
        """Return each image, in the order of the addresses.

        Raises:
            InputError: they are too large together.
        """
        size = _Size()
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="stored-images") as pool:
            return list(pool.map(lambda address: self._one(address, size), addresses))

    def _one(self, address: str, size: _Size) -> Read:
        if not self._allowed.locations:
            return None, "is an S3 address, and this server reads no images of S3"
        if not self._allowed.covers(address):
            allowed = ", ".join(self._allowed.locations)
            return None, f"is an S3 address outside of {allowed}"
        from botocore.exceptions import ClientError

        bucket, _, key = address.removeprefix(SCHEME).partition("/")
        if not key:
            return None, _ABSENT
        try:
            found = self._s3().get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERROR:
                raise
            code = error.response["Error"]["Code"]
            # An archived object, for instance.
            return None, _REFUSED.get(code, f"is an address to which S3 answers {code}")
        with found["Body"] as body:
            length = found["ContentLength"]
            if length > MOST_BYTES:
                return None, f"is an image of more than the {MOST_BYTES:,} bytes that are read"
            size.add(length)
            return body.read(), None

    def _s3(self) -> Any:
        with self._once:
            # Made in the process that uses it: a server may fork its workers after the model is
            # loaded, and connections must not be shared.
            if self._client is None:
                self._client = self._make_client()
            return self._client


class _Size:
    """Counts the bytes of a request's images."""

    def __init__(self) -> None:
        self._bytes = 0
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self._bytes += count
            if self._bytes > MOST_BYTES_OF_REQUEST:
                raise InputError(
                    f"The images of the request have more than {MOST_BYTES_OF_REQUEST:,} bytes "
                    "together.",
                    advice="Send fewer rows in a request; in a batch, set batch.strategy to "
                    "SingleRecord.",
                )


def _s3() -> Any:
    import boto3
    from botocore.config import Config

    # A request is waited for, for 60 seconds by default.
    config = Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=_THREADS,
    )
    return boto3.session.Session().client("s3", config=config)
