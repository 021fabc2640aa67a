"""Notes behind the pieces of a batch's answer: taken out wherever chunks end, and never rows."""

from __future__ import annotations

import csv
import io

import pytest

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.jobs.piece_notes import PieceNotes, note_line

NOTE = note_line(UnknownCategories(2, ("city", 'a "quoted"\nname')))


def _row(*cells: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_they_are_found_wherever_chunks_end(size: int) -> None:
    rows = [_row(NOTE, "a"), _row("first\n" + NOTE + "\nlast", "b"), _row("AGNOTE", "c")]
    answer = "".join(row + NOTE + "\n" for row in rows).removesuffix("\n").encode()
    notes = PieceNotes()
    chunks = [answer[at : at + size] for at in range(0, len(answer), size)]
    assert b"".join(notes.without(chunks)).decode() == "".join(rows)
    assert notes.unknown == UnknownCategories(6, ("city", 'a "quoted"\nname'))


def test_an_answer_without_notes_stays_as_it_is() -> None:
    notes = PieceNotes()
    assert b"".join(notes.without([b"1,a\n2,", b"b"])) == b"1,a\n2,b"
    assert notes.unknown == UnknownCategories()
