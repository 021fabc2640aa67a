"""Read bodies in the encoding `aws-chunked`: the payload, and the headers that trail it.

Source: Amazon S3 API reference, "Signature calculations for the authorization header: transferring
payload in multiple chunks" and "... with trailing headers".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from embedded_aws.gateway.api_error import ApiError

_READ_BYTES = 1024 * 1024
_LONGEST_LINE = 8 * 1024


def read_chunks(body: BinaryIO, trailers: dict[str, str]) -> Iterator[bytes]:
    """Give the payload in pieces of at most 1 MB.

    Args:
        body: at its start.
        trailers: gets the trailing headers, by their names in lower case, once all has been read.

    Raises:
        ApiError: the body ends early, or is not made of chunks.

    Example::

        trailers = {}
        size = sum(len(data) for data in read_chunks(body, trailers))
        trailers  # {"x-amz-checksum-crc32": "jNwWgw=="}
    """
    while size := _chunk_size(body):
        while size > 0:
            data = body.read(min(size, _READ_BYTES))
            if not data:
                raise _incomplete()
            size -= len(data)
            yield data
        if body.readline(_LONGEST_LINE).strip():
            raise _incomplete()
    while line := body.readline(_LONGEST_LINE).strip():
        name, _, value = line.decode("latin-1").partition(":")
        trailers[name.strip().lower()] = value.strip()


def _chunk_size(body: BinaryIO) -> int:
    # Behind the size comes `;chunk-signature=...` where chunks are signed.
    text = body.readline(_LONGEST_LINE).partition(b";")[0].strip()
    try:
        return int(text, 16)
    except ValueError:
        raise _incomplete() from None


def _incomplete() -> ApiError:
    return ApiError(
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header.",
        status=400,
    )
