"""Detect how CSV is written: encoding, delimiter, a `sep=` line."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

Delimiter = Literal[",", ";", "\t", "|"]
DELIMITERS: dict[Delimiter, str] = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "vertical bars",
}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<mark>[,;|\t])"?\r?\n', re.IGNORECASE)
_ROWS = 20
_HEAD_BYTES = 1 << 16


@dataclass(frozen=True)
class CsvDialect:
    """How the file is written; `skipped` are characters of a `sep=` line before the header."""

    encoding: str = "utf-8-sig"
    delimiter: Delimiter = ","
    skipped: int = 0

    @property
    def is_usual(self) -> bool:
        """Return whether it is comma-separated UTF-8."""
        return self == USUAL

    def __str__(self) -> str:
        """Return such as `Windows-1252 text separated by semicolons`."""
        names = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
        return f"{names[self.encoding]} text separated by {DELIMITERS[self.delimiter]}"

    def text_of(self, data: bytes) -> str:
        """Return the text below a `sep=` line; bytes that the encoding lacks are replaced."""
        return data.decode(self.encoding, "replace")[self.skipped :]


MARKUP_ADVICE = "Download the data again, or save them as CSV."
USUAL = CsvDialect()
"""Comma-separated UTF-8."""


def detect_dialect(head: bytes, *, complete: bool = True) -> CsvDialect:
    """Return the dialect that the first bytes of a file show.

    Args:
        head: as many bytes as show some rows.
        complete: they are the whole file, so that no character is cut off at their end.

    Example:
        >>> str(detect_dialect(b"a;b\\n1,5;2\\n"))
        'UTF-8 text separated by semicolons'
    """
    encoding = _encoding(head, complete)
    text = CsvDialect(encoding).text_of(head[:_HEAD_BYTES])
    complete = complete and len(head) <= _HEAD_BYTES
    named = separator_line(text)
    if named is not None:
        return CsvDialect(encoding, *named)
    return CsvDialect(encoding, _delimiter(text, complete))


def separator_line(text: str) -> tuple[Delimiter, int] | None:
    """Return the delimiter that a first line `sep=;` names, and the line's length; else None."""
    match = _SEPARATOR_LINE.match(text)
    if match is None:
        return None
    return next(delimiter for delimiter in DELIMITERS if delimiter == match["mark"]), match.end()


def delimiter_for(
    features: Collection[str], cells_by: Callable[[Delimiter], Sequence[str]]
) -> Delimiter:
    """Return the delimiter of data for a model, whose features are known.

    A first line that names the features decides, then one with as many cells; commas come first.
    One that nearly does is read so too, so that its mistake is named.

    Args:
        features: the names of the model's features.
        cells_by: returns the first line's cells by a delimiter.

    Example:
        >>> delimiter_for(["a", "b"], "a;b".split)
        ';'
    """
    lines = {delimiter: cells_by(delimiter) for delimiter in DELIMITERS}
    names, count = set(features), len(features)
    fitting = (
        [delimiter for delimiter, cells in lines.items() if names <= set(cells)]
        or [delimiter for delimiter, cells in lines.items() if len(cells) == count]
        or [delimiter for delimiter, cells in lines.items()
            if len(lines[","]) == 1 < min(count, len(cells))
            and (len(cells) >= count or names & set(cells))]
    )  # fmt: skip
    return fitting[0] if fitting else ","


TITLE_ADVICE = "Leave lines above the header out."


def is_markup(text: str) -> bool:
    """Return whether the text is a page of the web or XML, as a failed download leaves it."""
    return text.lstrip()[:9].lower().startswith(("<!doctype", "<html", "<?xml"))


def title_line(text: str, delimiter: Delimiter) -> str | None:
    """Return the first line of training data where it is a title above the header; else None.

    Spreadsheets pad it with empty cells. The rows below it have more cells with something in them.

    Example:
        >>> title_line("Sales of 2020,,\\n,,\\na,b,c\\n1,2,3\\n", ",")
        'Sales of 2020'
    """
    rows = _records(text, delimiter)
    if not rows:
        return None
    first, *later = rows
    if len(first) == 1:
        # The title hides the delimiter of the table below it.
        later = [row for mark in DELIMITERS for row in _records(text, mark)[1:]]
    elif len(first) == 2 or not first[0].strip() or any(cell.strip() for cell in first[1:]):
        return None
    is_title = any(sum(map(bool, map(str.strip, row))) > 1 for row in later)
    return first[0] if is_title else None


def _encoding(head: bytes, complete: bool) -> str:
    if head.startswith(_UTF_16):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    view = memoryview(head)  # a large file is not worth a copy
    try:
        for start in range(0, len(head), _HEAD_BYTES):
            decoder.decode(view[start : start + _HEAD_BYTES])
        decoder.decode(b"", final=complete)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(text: str, complete: bool) -> Delimiter:
    """Return the delimiter with which the header has the most cells and rows have as many."""
    best: Delimiter = ","
    most = 1
    for delimiter in DELIMITERS:
        rows = _records(text, delimiter)
        if not complete and len(rows) > 1:
            rows.pop()
        widths = {len(row) for row in rows}
        if len(widths) == 1 and max(widths) > most:
            best, most = delimiter, max(widths)
    return best


def _records(text: str, delimiter: str) -> list[list[str]]:
    try:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return list(islice((row for row in records if row), _ROWS))
    except csv.Error:
        return []
