"""Define the line behind a piece of a transform job's answer that is not a row, and its reader.

The container says there what it found in the piece, and `summarize_batch` takes the line out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from autogluon_contracts.answer_attributes import UnknownCategories, added

_WORD = "AGNOTE"
# No row begins so: a CSV cell with a quote is quoted and has it doubled, JSON begins with a brace.
_NOTE = re.compile(rb'^AGNOTE (\{"u[^\n]*)(?:\n|\Z)', re.MULTILINE)


def note_line(unknown: UnknownCategories) -> str:
    """Return the line about a piece's cells with unknown categories, without its end.

    Example:
        >>> note_line(UnknownCategories(2, ("city",)))
        'AGNOTE {"unknown_categories": 2, "unknown_columns": ["city"]}'
    """
    said = {"unknown_categories": unknown.cells, "unknown_columns": unknown.listed}
    return f"{_WORD} {json.dumps(said)}"


class PieceNotes:
    """Takes the notes out of an answer that arrives in chunks, and remembers them."""

    def __init__(self) -> None:
        self._found: list[UnknownCategories] = []

    @property
    def unknown(self) -> UnknownCategories:
        """Return the sum of what the notes said."""
        return added(self._found)

    def without(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the answer in chunks of whole lines, without the notes."""
        rest = b""
        for chunk in chunks:
            head, end, tail = chunk.rpartition(b"\n")
            if end:
                yield self._rows(rest + head + end)
                rest = tail
            else:
                rest += chunk
        yield self._rows(rest)

    def _rows(self, lines: bytes) -> bytes:
        return _NOTE.sub(self._take, lines)

    def _take(self, found: re.Match[bytes]) -> bytes:
        said = json.loads(found[1])
        columns = tuple(said["unknown_columns"])
        self._found.append(UnknownCategories(said["unknown_categories"], columns))
        return b""
