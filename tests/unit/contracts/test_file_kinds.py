"""A file with another one's name is told by what it is."""

from __future__ import annotations

import bz2
import gzip
import lzma

import pytest

from autogluon_contracts.content_types import Format
from autogluon_contracts.data.files.file_kinds import content_kind, other_kind

CSV = b"a,b\n1,2\n"
JSON = b'{"a": 1}\n'


@pytest.mark.parametrize(
    ("name", "head", "file_format", "what", "advice"),
    [
        ("t.csv", b"PAR1\x15", "csv", "a Parquet file, not CSV", "Name it t.parquet."),
        ("t.json", b"PAR1\x15", "jsonl", "a Parquet file, not JSON", "Name it t.parquet."),
        ("t.csv", gzip.compress(CSV, mtime=0), "csv", "compressed by gzip", "name it t.csv.gz"),
        ("t.csv.gz", CSV, "csv", "not compressed by gzip", "Name it t.csv."),
        ("t.csv.gz", b"PAR1\x15", "csv", "a Parquet file, not CSV", "Name it t.parquet."),
        ("t.csv", bz2.compress(CSV), "csv", "compressed by bzip2, not CSV", "Unpack it"),
        ("t.csv", lzma.compress(CSV), "csv", "compressed by xz, not CSV", "Unpack it"),
        ("t.csv", b"ORC\x1a\x00", "csv", "an ORC file, not CSV", "Save it as Parquet"),
        ("t.csv", b"%PDF-1.4", "csv", "a PDF, not CSV", "Save its table as CSV."),
        ("t.csv", b"<html><body>", "csv", "a web page (HTML) or XML, not CSV", "Download"),
        ("t.parquet", b"<!DOCTYPE html>", "parquet", "not Parquet", "Download"),
        ("t.csv", b"version https://git-lfs.github.com/spec/v1", "csv", "Git LFS", "git lfs pull"),
        ("t.csv", JSON, "csv", "JSON, not CSV", "Name it t.jsonl."),
        ("t.csv", b'[{"a": 1}]', "csv", "JSON, not CSV", "Name it t.jsonl."),
        ("t.json", CSV, "jsonl", "not JSON", "If it is CSV, name it t.csv."),
        ("t.parquet", CSV, "parquet", "not Parquet", "If it is CSV, name it t.csv."),
        ("t.pq", JSON, "parquet", "JSON, not Parquet", "Name it t.jsonl."),
    ],
)  # fmt: skip
def test_another_kind_is_named_with_its_fix(
    name: str, head: bytes, file_format: Format, what: str, advice: str
) -> None:
    found = other_kind(name, head, file_format)
    assert found is not None
    assert what in found.what
    assert advice in found.advice


@pytest.mark.parametrize(
    ("name", "head", "file_format"),
    [
        ("t.csv", CSV, "csv"), ("t.csv", b"\xef\xbb\xbfa,b\n", "csv"), ("t.csv", b"", "csv"),
        ("t.csv", "PKW;größe\n".encode("cp1252"), "csv"), ("t.csv", "a,b".encode("utf-16"), "csv"),
        ("t.csv", b"ORCID,name\n1,2\n", "csv"), ("t.csv", b"PAR1\tPAR2\r\n1\t2\r\n", "csv"),
        ("t.csv", b"[a],[b]\n1,2\n", "csv"), ("t.json", b"\n [\n {}]", "jsonl"),
        ("t.jsonl.gz", gzip.compress(JSON, mtime=0), "jsonl"), ("t.parquet", b"PAR1", "parquet"),
    ],
)  # fmt: skip
def test_what_may_well_be_its_format_is_left_to_the_reader(
    name: str, head: bytes, file_format: Format
) -> None:
    assert other_kind(name, head, file_format) is None


def test_what_gzip_holds_is_told_too() -> None:
    found = content_kind("t.csv", JSON, "csv")
    assert found is not None
    assert found.format == "jsonl"
