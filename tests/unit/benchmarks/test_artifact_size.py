"""Tests of how an artifact is measured."""

from __future__ import annotations

from pathlib import Path

from benchmarks.artifact_size import artifact_bytes


def test_an_artifact_that_was_served_is_as_large_as_before(tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (tmp_path / "predictor.pkl").write_bytes(b"123")
    (code / "inference.py").write_bytes(b"12345")
    before = artifact_bytes(tmp_path)

    (code / "__pycache__").mkdir()
    (code / "__pycache__/inference.cpython-311.pyc").write_bytes(b"1234567")

    assert before == artifact_bytes(tmp_path) == 8
