"""Cutting text files: whole records only, every byte once, whatever the quotes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogluon_jobs.bulk import record_ranges
from autogluon_jobs.bulk.record_ranges import csv_ranges, line_ranges
from autogluon_jobs.messages.errors import InputError

CELLS = st.text(alphabet='ab",;\n\r ', max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=3), min_size=1, max_size=30)


def _pieces(path: Path, target: int, delimiter: str = ",") -> list[bytes]:
    data = path.read_bytes()
    return [data[start:end] for start, end in csv_ranges(path, target, delimiter)]


def _records(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))


@given(table=TABLES, target=st.integers(1, 40), delimiter=st.sampled_from(",;"))
def test_any_quoted_table_is_cut_between_records(
    table: list[list[str]], target: int, delimiter: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", delimiter=delimiter).writerows(table)
    path = tmp_path_factory.mktemp("cut") / "a.csv"
    path.write_bytes(text.getvalue().encode())
    pieces = _pieces(path, target, delimiter)
    assert b"".join(pieces) == path.read_bytes()
    assert [record for piece in pieces for record in _records(piece, delimiter)] == _records(
        path.read_bytes(), delimiter
    )


@pytest.mark.parametrize(
    "text",
    [
        '5" pipe,x\n6" pipe,y\n"a\nb",z\n7,w\n',
        'a,b"c\n"x\n\n""y",1\n2,"q"r\n3,4\n',
        'a,"b"\r\n"c\r\nd",e\r\nf,g',
    ],
)
@pytest.mark.parametrize("target", [1, 5, 12, 1000])
def test_quotes_inside_of_unquoted_fields_open_nothing(
    text: str, target: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    pieces = _pieces(path, target)
    assert b"".join(pieces) == text.encode()
    assert [r for piece in pieces for r in _records(piece)] == _records(text.encode())


def test_lines_are_cut_at_line_feeds_only(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": "x"}\n{"a": "longer"}\n\n{"a": 1}')
    data = path.read_bytes()
    pieces = [data[start:end] for start, end in line_ranges(path, 4)]
    assert b"".join(pieces) == data
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])


def test_a_quote_that_is_never_closed_is_named_instead_of_filling_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_ranges, "LONGEST_RECORD_BYTES", 1000)
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\n1,"2\n' + b"3,4\n" * 20_000)
    with pytest.raises(InputError, match="The record at byte 5 is longer than 1,000 bytes"):
        _pieces(path, 100)
