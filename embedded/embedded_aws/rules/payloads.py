"""Digests of S3 objects that a request announces in its headers.

Digests in the trailer of a body in chunks, and those that Python's library does not compute
(CRC32C, CRC64NVME and others), are not compared.

Source: Amazon S3 user guide, "Checking object integrity for data uploads"; API reference, "Error
responses".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable
from typing import Protocol

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.gateway.payload import payload_of

_READ_BYTES = 1024 * 1024
_MD5 = "Content-MD5"


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


_DIGESTS: dict[str, Callable[[], _Digest]] = {
    _MD5: lambda: hashlib.md5(usedforsecurity=False),
    "x-amz-checksum-crc32": _Crc32,
    "x-amz-checksum-sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "x-amz-checksum-sha256": hashlib.sha256,
}


def check_digests(call: ApiCall) -> None:
    """Raise ApiError when the payload is not what a header says of it."""
    headers = call.request.headers
    given = {name: headers[name] for name in _DIGESTS if name in headers}
    if not given or "aws-chunked" in headers.get("Content-Encoding", ""):
        return
    digests = {name: _DIGESTS[name]() for name in given}
    expected = {name: _decoded(name, given[name], len(digests[name].digest())) for name in given}
    body = payload_of(call.request)
    while data := body.read(_READ_BYTES):
        for digest in digests.values():
            digest.update(data)
    body.seek(0)
    for name, digest in digests.items():
        if digest.digest() != expected[name]:
            raise _different(name)


def _decoded(name: str, text: str, length: int) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error:
        value = b""
    if len(value) == length:
        return value
    if name == _MD5:
        message = "The Content-MD5 you specified was invalid."
        raise ApiError("InvalidDigest", message, status=400)
    raise ApiError("InvalidRequest", f"Value for {name} header is invalid.", status=400)


def _different(name: str) -> ApiError:
    if name == _MD5:
        message = "The Content-MD5 you specified did not match what we received."
    else:
        algorithm = name.rpartition("-")[2].upper()
        message = f"The {algorithm} you specified did not match the calculated checksum."
    return ApiError("BadDigest", message, status=400)
