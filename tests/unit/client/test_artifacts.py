"""A downloaded artifact writes into its own folder, or not at all."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from autogluon_client import artifacts
from autogluon_client.errors import InvalidArgumentError


def _serve(monkeypatch: pytest.MonkeyPatch, member: tarfile.TarInfo) -> None:
    def download(_s3: Any, _uri: str, path: Path) -> Path:
        with tarfile.open(path, "w:gz") as archive:
            inside = tarfile.TarInfo("predictor.pkl")
            inside.size = 3
            archive.addfile(inside, io.BytesIO(b"abc"))
            archive.addfile(member)
        return path

    monkeypatch.setattr(artifacts, "download", download)


def _link() -> tarfile.TarInfo:
    member = tarfile.TarInfo("link")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc"
    return member


@pytest.mark.parametrize(
    "member", [tarfile.TarInfo("../out"), tarfile.TarInfo("/out"), _link()], ids=lambda m: m.name
)
def test_what_leads_out_of_the_folder_is_refused_before_anything_is_unpacked(
    member: tarfile.TarInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _serve(monkeypatch, member)
    with pytest.raises(InvalidArgumentError, match="no artifact of a training job"):
        artifacts.download_predictor(None, "s3://b/model.tar.gz", tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_plain_files_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _serve(monkeypatch, tarfile.TarInfo("metadata.json"))
    folder = artifacts.download_predictor(None, "s3://b/model.tar.gz", tmp_path)
    assert (folder / "predictor.pkl").read_bytes() == b"abc"
