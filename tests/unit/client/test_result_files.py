"""Results in parts: downloaded as one file, in order, with one header."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.data.result_files import download_results
from autogluon_client.errors import InvalidDataError
from tests.fakes.account import FakeAws

FOLDER = "s3://artifacts/income/batches/job/"
RESULTS = FOLDER + "results/"


def _batch(session: FakeAws, name: str, parts: list[bytes], **more: bytes) -> dict[str, Any]:
    suffix = name.rpartition(".")[2]
    uris = [
        f"{RESULTS}{name}/part-{at}-of-{len(parts)}.{suffix}" for at in range(1, 1 + len(parts))
    ]
    files: list[dict[str, Any]] = [
        {"output": f"{RESULTS}{name}/", "parts": [{"output": uri} for uri in uris]}
    ]
    session.s3.objects.update(zip(uris, parts, strict=True))
    for small, content in more.items():
        session.s3.objects[RESULTS + small] = content
        files.insert(0, {"output": RESULTS + small})
    manifest = {"files": files, "columns": ["class", 'p "x"']}
    session.s3.objects[FOLDER + "manifest.json"] = json.dumps(manifest).encode()
    return {
        "results": [file["output"] for file in files],
        "manifest_uri": FOLDER + "manifest.json",
    }


def test_parts_of_csv_become_one_file_with_one_header(session: FakeAws, tmp_path: Path) -> None:
    header = b'class,"p ""x"""\n'
    output = _batch(session, "big.csv", [header + b"a,1\n", header + b"b,2\n"], small=b"c,3\n")
    small, big = download_results(session.s3, output, tmp_path)
    assert (small, big) == (tmp_path / "small", tmp_path / "big.csv")
    assert big.read_bytes() == header + b"a,1\nb,2\n"
    assert small.read_bytes() == b"c,3\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["big.csv", "small"]


def test_results_are_downloaded_over_those_of_an_earlier_download(
    session: FakeAws, tmp_path: Path
) -> None:
    output = _batch(session, "big.jsonl", [b'{"a": 1}\n', b'{"a": 2}\n'])
    for _ in range(2):
        [path] = download_results(session.s3, output, tmp_path)
        assert path.read_bytes() == b'{"a": 1}\n{"a": 2}\n'


def test_parts_of_parquet_stay_a_folder(session: FakeAws, tmp_path: Path) -> None:
    output = _batch(session, "big.parquet", [b"PAR1", b"PAR2"])
    [path] = download_results(session.s3, output, tmp_path)
    assert path == tmp_path / "big.parquet"
    assert [part.read_bytes() for part in sorted(path.iterdir())] == [b"PAR1", b"PAR2"]


def test_a_part_with_other_columns_is_not_joined(session: FakeAws, tmp_path: Path) -> None:
    output = _batch(session, "big.csv", [b'class,"p ""x"""\na,1\n', b"class\nb,2\n"])
    with pytest.raises(InvalidDataError, match="does not begin with the columns of its batch"):
        download_results(session.s3, output, tmp_path)
