"""Payloads in signed chunks, as SDKs stream them to S3.

Source: S3 API reference, "Signature calculations for the authorization header: transferring payload
in multiple chunks" and "... with trailing headers".
"""

from __future__ import annotations

import hashlib
import hmac
from typing import BinaryIO

from embedded_aws.iam.signatures.version4 import Signature, sign

SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_CHUNKS_AND_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
_EMPTY = hashlib.sha256(b"").hexdigest()
_LONGEST_LINE = 16_384
_TRAILER_SIGNATURE = "x-amz-trailer-signature"


class ChunkError(Exception):
    """A body that is not made of chunks as its headers say."""


def chunks_are_signed(body: BinaryIO, length: int, signature: Signature, secret: str) -> bool:
    """Read a body to its end and return whether every chunk and the trailer are signed.

    Args:
        length: of the decoded data, as the request's headers give it.
        signature: that of the request's headers, which the first chunk's continues.

    Raises:
        ChunkError: the body is malformed or has another length.
    """
    previous = signature.value
    received = 0
    while True:
        size, given = _chunk_head(body.readline(_LONGEST_LINE))
        data = body.read(size)
        if len(data) != size:
            raise ChunkError(f"a chunk of {size} bytes ends after {len(data)}")
        parts = ("AWS4-HMAC-SHA256-PAYLOAD", previous, _EMPTY, hashlib.sha256(data).hexdigest())
        previous = sign(signature, secret, parts)
        if not hmac.compare_digest(previous, given):
            return False
        if size == 0:
            break
        received += size
        body.readline(_LONGEST_LINE)  # the line break after the data
    if received != length:
        raise ChunkError(f"its chunks have {received} bytes, x-amz-decoded-content-length {length}")
    return _trailer_is_signed(body, previous, signature, secret)


def _trailer_is_signed(body: BinaryIO, previous: str, signature: Signature, secret: str) -> bool:
    lines = body.read(_LONGEST_LINE).decode("latin-1").splitlines()
    trailer = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines if line.strip())
    }
    given = trailer.pop(_TRAILER_SIGNATURE, None)
    if given is None:
        return not trailer
    text = "".join(f"{name}:{value}\n" for name, value in sorted(trailer.items()))
    parts = ("AWS4-HMAC-SHA256-TRAILER", previous, hashlib.sha256(text.encode()).hexdigest())
    return hmac.compare_digest(sign(signature, secret, parts), given)


def _chunk_head(line: bytes) -> tuple[int, str]:
    """Return size and signature of `1f;chunk-signature=<hex>`."""
    size, _, extension = line.strip().decode("latin-1").partition(";")
    try:
        return int(size, 16), extension.partition("=")[2].strip()
    except ValueError:
        raise ChunkError(f"{line[:80]!r} does not start a chunk") from None
