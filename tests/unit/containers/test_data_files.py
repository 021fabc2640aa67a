"""Files whose names do not say what they are, as other systems write the parts of a data set."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from autogluon_contracts.content_types import Format
from autogluon_jobs.data.data_files import FileContent, content_of, list_files, read_file
from autogluon_jobs.messages.errors import InputError

CSV = b"a,b\n1,2\n"


@pytest.mark.parametrize("gzipped", [False, True])
@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"<!DOCTYPE html><html><body>Access denied</body></html>\n", "a web page (HTML) or XML"),
        (b"%PDF-1.7\n1 0 obj\n", "a PDF"),
        (b"PK\x03\x04\x14\x00\x06\x00", "a ZIP archive"),
    ],
)
def test_what_is_not_a_table_is_named(
    tmp_path: Path, content: bytes, part: str, gzipped: bool
) -> None:
    path = tmp_path / "part-0"
    path.write_bytes(gzip.compress(content) if gzipped else content)
    with pytest.raises(InputError, match=r"part-0 is .*, not CSV") as caught:
        content_of(path)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"), [(CSV, "csv"), (b'{"a": 1}\n', "jsonl"), (b"PAR1\x15\x04", "parquet")]
)
def test_their_first_bytes_tell_the_format(
    tmp_path: Path, content: bytes, expected: Format
) -> None:
    path = tmp_path / "part-0"
    path.write_bytes(gzip.compress(content))
    if expected == "parquet":
        with pytest.raises(InputError, match="part-0 is Parquet that gzip compressed"):
            content_of(path)
        path.write_bytes(content)
    assert content_of(path) == FileContent(content, expected)


def test_a_file_by_itself_is_data_whatever_its_name(tmp_path: Path) -> None:
    only = tmp_path / "_rows.csv"
    only.write_bytes(CSV)
    assert list_files(tmp_path) == [only]
    (tmp_path / "_temporary").mkdir()
    part, hidden = tmp_path / "part-0", tmp_path / "_temporary" / "part-1"
    part.write_bytes(CSV)
    hidden.write_bytes(CSV)
    assert list_files(tmp_path) == [part]


def test_a_json_column_of_several_types_is_read_as_cells_of_csv_are(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"v": 1, "w": true}\n{"v": "2.5", "w": 1.0}\n{"v": null, "w": "x"}\n')
    table = read_file(path, path.read_bytes(), "jsonl")
    assert table.column("v").to_pylist() == ["1", "2.5", None]
    assert table.column("w").to_pylist() == ["true", "1.0", "x"]
