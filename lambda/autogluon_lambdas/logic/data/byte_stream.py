"""Read an iterator of chunks as a binary file, within a budget."""

import io
import time
from collections.abc import Callable, Iterator
from typing import Any


class ByteStream(io.RawIOBase):
    """A readable binary file over chunks, for the text layers of the standard library."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`; 0 at the end of the chunks."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class ReadBudget:
    """How many bytes and seconds an inspection may cost, over all of its files."""

    def __init__(
        self, *, megabytes: float, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bytes_left = megabytes * 1_000_000
        self._clock = clock
        self._end = clock() + seconds

    @property
    def spent(self) -> bool:
        """Whether nothing more may be read."""
        return self._bytes_left <= 0 or self._clock() >= self._end

    def limited(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the chunks, as long as the budget lasts."""
        for chunk in chunks:
            yield chunk
            self._bytes_left -= len(chunk)
            if self.spent:
                return
