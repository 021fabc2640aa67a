"""Files whose names do not say what they are, as other systems write the parts of a data set."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from autogluon_jobs.data.data_files import content_of, format_of, read_file
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
def test_their_first_bytes_tell_the_format(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "part-0"
    path.write_bytes(gzip.compress(content))
    assert content_of(path) == content
    assert format_of(path, content_of(path)) == expected


def test_a_json_column_of_several_types_is_read_as_cells_of_csv_are(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"v": 1, "w": true}\n{"v": "2.5", "w": 1.0}\n{"v": null, "w": "x"}\n')
    table = read_file(path, path.read_bytes(), "jsonl")
    assert table.column("v").to_pylist() == ["1", "2.5", None]
    assert table.column("w").to_pylist() == ["true", "1.0", "x"]
