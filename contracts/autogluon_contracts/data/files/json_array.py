"""Read a JSON array of records as JSON Lines, in memory of one record."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator

from autogluon_contracts.data.files.json_faults import (
    NESTED_ADVICE,
    WHOLE_ADVICE,
    JsonFault,
    parse_fault,
)

LONGEST_RECORD = 16_000_000
"""Characters of one record; a longer one usually is a brace that is never closed."""

_BYTE_ORDER_MARK = codecs.BOM_UTF8
_begins = re.compile(rb"\s*\[\s*(?:[{\]]|\Z)").match
_space = re.compile(r"[ \t\n\r]*").match
_decode = json.JSONDecoder().raw_decode


class JsonArrayError(ValueError):
    """The array is not valid; the text is a sentence without its subject's file."""

    def __init__(self, text: str, advice: str = NESTED_ADVICE) -> None:
        super().__init__(text)
        self.advice = advice


def is_array(head: bytes) -> bool:
    """Return whether the first bytes of a file begin an array of records.

    Example:
        >>> is_array(b' [{"a": 1}]'), is_array(b'{"a": 1}'), is_array(b"[1, 2]")
        (True, False, False)
    """
    return _begins(head.removeprefix(_BYTE_ORDER_MARK)) is not None


def as_lines(
    chunks: Iterable[bytes], is_complete: Callable[[], bool] = lambda: True
) -> Iterator[bytes]:
    """Yield each record of an array as a line, exactly as it is written between its braces.

    Args:
        chunks: the file's bytes, which begin an array.
        is_complete: asked at their end: false where they may end anywhere, so that a record that
            is cut off is left out.

    Raises:
        JsonArrayError: an element is not an object, or the text is not valid JSON, by its row.

    Example:
        >>> list(as_lines([b'[{"a":', b' 1},', b'{"a": 2}]']))
        [b'{"a": 1}\\n', b'{"a": 2}\\n']
    """
    text = _Text(chunks, is_complete)
    text.skip("[")
    row = 1
    while True:
        mark = text.next_mark()
        if mark == "]" and row == 1:
            _require_end(text)
            return
        if not mark and not is_complete():
            return
        if mark == "]":
            raise JsonArrayError(
                f"a comma follows row {row - 1}, the last one of its array.", "Leave it out."
            )
        if mark and mark != "{":
            raise JsonArrayError(f"row {row} of its array must be a JSON object.")
        record = text.take_record(row)
        if record is None:
            return
        # Between the tokens of a record, line ends are the only ones that JSON allows.
        yield record.replace("\r", " ").replace("\n", " ").encode("utf-8", "surrogatepass") + b"\n"
        mark = text.next_mark()
        if mark == "]":
            _require_end(text)
            return
        if not mark and not is_complete():
            return
        if not mark:
            raise JsonArrayError(f"its array is cut off after row {row}.", WHOLE_ADVICE)
        if mark != ",":
            raise JsonArrayError(f"its array is not valid JSON after row {row}.")
        text.skip(",")
        row += 1


def _require_end(text: _Text) -> None:
    text.skip("]")
    if text.next_mark():
        raise JsonArrayError("something follows its array.")


class _Text:
    """The text of chunks, from a position on."""

    def __init__(self, chunks: Iterable[bytes], is_complete: Callable[[], bool]) -> None:
        self._chunks = iter(chunks)
        self._is_complete = is_complete
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._ended = False

    def next_mark(self) -> str:
        """Return the next character that is not space, without taking it; empty at the end."""
        while True:
            found = _space(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def skip(self, mark: str) -> None:
        """Take one character, which is there."""
        if self.next_mark() == mark:
            self._at += 1

    def take_record(self, row: int) -> str | None:
        """Take the object that begins here; None where the chunks end within it."""
        while True:
            try:
                _, end = _decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._at <= LONGEST_RECORD and self._more():
                    continue
                if not self._is_complete():
                    return None
                fault = (
                    parse_fault(error)
                    if isinstance(error, json.JSONDecodeError)
                    else JsonFault(str(error), "")
                )
                raise JsonArrayError(
                    f"row {row} of its array is not valid JSON ({fault.what}).",
                    fault.advice or NESTED_ADVICE,
                ) from error
            record, self._at = self._text[self._at : end], end
            return record

    def _more(self) -> bool:
        """Read at least as much again as there is; return whether there was any."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        parts, length = [rest], 0
        for chunk in self._chunks:
            parts.append(self._decoded(chunk))
            length += len(parts[-1])
            if length > len(rest):
                break
        else:
            self._ended = True
            # Where the chunks end anywhere, they may end within a character.
            parts.append(self._decoded(b"", final=self._is_complete()))
        self._text, self._at = "".join(parts), 0
        return bool(length)

    def _decoded(self, chunk: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            raise JsonArrayError("it is not valid UTF-8.") from error
