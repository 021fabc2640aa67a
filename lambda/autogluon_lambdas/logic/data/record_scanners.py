"""Count the records of CSV and JSON Lines in a stream; blank lines are not records."""

import re

_QUOTE = b'"'


class CsvRecordScanner:
    """Count CSV records chunk by chunk in memory of one record; a quoted field may span lines.

    `records` is the count and `spans_lines` tells whether any record does; both are final after
    `finish`. `feed` and `finish` return the bytes without blank lines, each record ending in a
    newline.
    """

    def __init__(self, delimiter: str = ",") -> None:
        self.records = 0
        self.spans_lines = False
        mark = re.escape(delimiter.encode())
        self._opens = re.compile(rb'(?:^|%b)"' % mark)
        self._opens_later = re.compile(rb'%b"' % mark)
        self._rest = b""
        self._inside_quotes = False

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes; returns the complete lines among them."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return self._take(lines)

    def finish(self) -> bytes:
        """Take what has no newline behind it."""
        rest, self._rest = self._rest, b""
        return self._take([rest])

    @property
    def pending_bytes(self) -> int:
        """Bytes held back because their line has not ended yet."""
        return len(self._rest)

    @property
    def inside_quotes(self) -> bool:
        """Whether the bytes so far end within a quoted field."""
        return self._inside_quotes

    def _take(self, lines: list[bytes]) -> bytes:
        kept: list[bytes] = []
        ended = 0
        inside = self._inside_quotes
        for line in lines:
            if inside or _QUOTE in line:
                kept.append(line)
                inside = self._ends_inside_quotes(line, inside)
                if inside:
                    self.spans_lines = True
                else:
                    ended += 1
            elif line and not line.isspace():
                kept.append(line)
                ended += 1
        self._inside_quotes = inside
        self.records += ended
        return b"\n".join(kept) + b"\n" if kept else b""

    def _ends_inside_quotes(self, line: bytes, inside: bool) -> bool:
        """Whether a quoted field is open at the end of the line.

        As in RFC 4180 and Python's csv, only a quote at the start of a field opens one.
        """
        at = 0
        if not inside:
            opening = self._opens.search(line)
            if opening is None:
                return False
            at = opening.end()
        while True:
            at = line.find(_QUOTE, at)
            if at < 0:
                return True
            if line[at + 1 : at + 2] == _QUOTE:
                at += 2
                continue
            opening = self._opens_later.search(line, at + 1)
            if opening is None:
                return False
            at = opening.end()


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
