"""Unpack what gzip compressed, chunk by chunk, of all members of a file.

Joined gzip files are one, whose members follow each other: `cat header.csv.gz rows.csv.gz`.
"""

from __future__ import annotations

import zlib

GZIP = b"\x1f\x8b"
"""The first bytes of a file that gzip compressed."""

_WINDOW = 31  # zlib's word for a gzip header and trailer


class GzipError(ValueError):
    """The bytes are damaged; the text completes `not a valid gzip file (...)`."""


class Unpacker:
    """Unpacks one file.

    Example:
        >>> import gzip
        >>> unpacker = Unpacker()
        >>> unpacker.feed(gzip.compress(b"a,b\\n") + gzip.compress(b"1,2\\n"))
        b'a,b\\n1,2\\n'
        >>> unpacker.is_at_end
        True
    """

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_WINDOW)

    @property
    def is_at_end(self) -> bool:
        """Whether the file may end here: within a member it is cut off."""
        return self._member.eof

    def feed(self, chunk: bytes) -> bytes:
        """Return what the next bytes of the file hold; raises GzipError."""
        found = []
        while chunk:
            if self._member.eof:
                chunk = chunk.lstrip(b"\x00")  # padding, as Python's gzip has it
                if not chunk:
                    break
                self._member = zlib.decompressobj(_WINDOW)
            try:
                found.append(self._member.decompress(chunk))
            except zlib.error as error:
                raise GzipError(str(error)) from error
            chunk = self._member.unused_data
        return b"".join(found)
