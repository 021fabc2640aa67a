"""Digests of S3 objects that a request announces in its headers, or in those that trail its body.

Source: Amazon S3 user guide, "Checking object integrity for data uploads"; API reference, "Error
responses".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

import crcmod

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.gateway.chunked_payload import read_chunks
from embedded_aws.gateway.payload import payload_of

_READ_BYTES = 1024 * 1024


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc:
    def __init__(self, compute: Callable[[bytes, int], int], length: int) -> None:
        self._compute = compute
        self._length = length
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = self._compute(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(self._length, "big")


# Polynomials: RFC 3720, 12.1 (CRC32C); NVM Express NVM Command Set Specification, 5.2.1.3.4.
_CRC32C = crcmod.mkCrcFun(0x1_1EDC_6F41, initCrc=0, rev=True, xorOut=2**32 - 1)
_CRC64NVME = crcmod.mkCrcFun(0x1_AD93_D235_94C9_3659, initCrc=0, rev=True, xorOut=2**64 - 1)
_MD5 = "content-md5"
_DIGESTS: dict[str, Callable[[], _Digest]] = {
    _MD5: lambda: hashlib.md5(usedforsecurity=False),
    "x-amz-checksum-crc32": lambda: _Crc(zlib.crc32, 4),
    "x-amz-checksum-crc32c": lambda: _Crc(_CRC32C, 4),
    "x-amz-checksum-crc64nvme": lambda: _Crc(_CRC64NVME, 8),
    "x-amz-checksum-md5": lambda: hashlib.md5(usedforsecurity=False),
    "x-amz-checksum-sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "x-amz-checksum-sha256": hashlib.sha256,
    "x-amz-checksum-sha512": hashlib.sha512,
}
_ALGORITHM_PREFIX = "x-amz-checksum-"
_NOT_COMPUTED = ("xxhash64", "xxhash3", "xxhash128")


def check_digests(call: ApiCall) -> None:
    """Raise ApiError when the payload is not what the request says of it."""
    headers = {name.lower(): value for name, value in call.request.headers.items()}
    _refuse_not_computed(headers)
    is_chunked = "aws-chunked" in headers.get("content-encoding", "")
    trailing = _trailing(headers) if is_chunked else ()
    given = {name: headers[name] for name in _DIGESTS if name in headers}
    if not given and not trailing:
        return
    digests = {name: _DIGESTS[name]() for name in {*given, *trailing}}
    expected = {name: _decoded(name, given[name], len(digests[name].digest())) for name in given}
    body = payload_of(call.request)
    trailers: dict[str, str] = {}
    for data in read_chunks(body, trailers) if is_chunked else _pieces(body):
        for digest in digests.values():
            digest.update(data)
    body.seek(0)
    for name in trailing:
        expected[name] = _decoded(name, trailers.get(name, ""), len(digests[name].digest()))
    for name, digest in digests.items():
        if digest.digest() != expected[name]:
            raise _different(name)


def _refuse_not_computed(headers: dict[str, str]) -> None:
    announced = {*headers, *_trailer_names(headers)}
    for algorithm in _NOT_COMPUTED:
        if _ALGORITHM_PREFIX + algorithm in announced:
            raise ApiError(
                "NotImplemented",
                f"The embedded AWS does not support the checksum algorithm {algorithm.upper()}.",
                status=501,
            )


def _trailing(headers: dict[str, str]) -> tuple[str, ...]:
    """Return the digests that a request announces for the end of its body."""
    return tuple(name for name in _trailer_names(headers) if name in _DIGESTS)


def _trailer_names(headers: dict[str, str]) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in headers.get("x-amz-trailer", "").split(","))


def _pieces(body: BinaryIO) -> Iterator[bytes]:
    while data := body.read(_READ_BYTES):
        yield data


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
