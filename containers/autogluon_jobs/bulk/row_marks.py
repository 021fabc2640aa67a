"""Rows in sentences, before anybody knows how many rows stand before a chunk.

Chunks of a file are predicted at the same time, so a worker knows a row's position in its chunk
only. It marks the position; the parent, who takes chunks in order, puts the row's number in.
"""

from __future__ import annotations

import re

_MARK = re.compile("\x00([0-9]+)\x00")


def row_of_chunk(position: int) -> str:
    """A `Place`: the row at a zero-based position of the chunk."""
    return f"row \x00{position}\x00"


def name_rows(sentence: str, file_name: str, rows_before: int) -> str:
    """The sentence with every marked row's number in the file, and the file's name.

    Args:
        sentence: may hold marks.
        file_name: the input file.
        rows_before: how many rows of the file stand before the chunk.
    """
    named = _MARK.sub(lambda match: f"{int(match[1]) + rows_before + 1} of {file_name}", sentence)
    return named if file_name in named else f"{file_name}: {named}"
