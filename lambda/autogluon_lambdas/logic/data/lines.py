"""Counting lines in a stream; blank ones are no records."""


class LineScanner:
    """As `CsvRecordScanner`, for text whose records never span lines (JSON Lines)."""

    def __init__(self) -> None:
        self.records = 0
        self._rest = b""

    @property
    def pending_bytes(self) -> int:
        """Bytes held back because their line has not ended yet."""
        return len(self._rest)

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes; returns the complete lines among them."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return self._take(lines)

    def finish(self) -> bytes:
        """Take what has no newline behind it."""
        rest, self._rest = self._rest, b""
        return self._take([rest])

    def _take(self, lines: list[bytes]) -> bytes:
        kept = [line for line in lines if line and not line.isspace()]
        self.records += len(kept)
        return b"\n".join(kept) + b"\n" if kept else b""
