"""An archive is unpacked into its folder and nowhere else, on older Pythons, too."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autogluon_jobs.jobs import artifact_archive
from autogluon_jobs.jobs.artifact_archive import unpack
from autogluon_jobs.messages.errors import InputError

_INVALID = r"^model\.tar\.gz is not a valid tar\.gz archive"


@pytest.fixture(params=["filter", "no filter"], autouse=True)
def python(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpack as a Python with a filter does, and as one without."""
    if request.param == "no filter":
        monkeypatch.setattr(artifact_archive, "_FILTER", None)


def archive_of(path: Path, **members: Any) -> Path:
    """An archive of a file and of one odd member."""
    with tarfile.open(path, "w:gz") as tar:
        good = tarfile.TarInfo("models/model.pkl")
        good.size = 3
        tar.addfile(good, io.BytesIO(b"abc"))
        if members:
            odd = tarfile.TarInfo(members.pop("name"))
            for name, value in members.items():
                setattr(odd, name, value)
            tar.addfile(odd)
    return path


def test_members_go_into_the_folder(tmp_path: Path) -> None:
    unpack(archive_of(tmp_path / "model.tar.gz"), tmp_path / "model", "model.tar.gz")
    assert (tmp_path / "model/models/model.pkl").read_bytes() == b"abc"


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "../outside"},
        {"name": "models/../../outside"},
        {"name": "link", "type": tarfile.SYMTYPE, "linkname": "../.."},
        {"name": "device", "type": tarfile.FIFOTYPE},
    ],
)
def test_a_member_that_leads_elsewhere_is_refused(tmp_path: Path, odd: dict[str, Any]) -> None:
    archive = archive_of(tmp_path / "model.tar.gz", **odd)
    with pytest.raises(InputError, match=_INVALID):
        unpack(archive, tmp_path / "model", "model.tar.gz")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("content", [b"", b"not a tar"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(content)
    with pytest.raises(InputError, match=_INVALID):
        unpack(archive, tmp_path / "model", "model.tar.gz")


def _cut(content: bytes) -> bytes:
    return content[:-20]


def _changed(content: bytes) -> bytes:
    return content[:40] + b"\xff" * 40 + content[80:]


@pytest.mark.parametrize("damage", [_cut, _changed])
def test_a_damaged_archive_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    archive = archive_of(tmp_path / "model.tar.gz")
    archive.write_bytes(damage(archive.read_bytes()))
    with pytest.raises(InputError, match=_INVALID):
        unpack(archive, tmp_path / "model", "model.tar.gz")


def test_a_folder_that_cannot_be_written_is_not_the_archives_fault(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("a file")
    with pytest.raises(OSError, match="model"):
        unpack(archive_of(tmp_path / "model.tar.gz"), tmp_path / "model", "model.tar.gz")
