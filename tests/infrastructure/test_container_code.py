"""The archive that jobs mount as their `code` channel."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from autogluon_constructs.code.container_code import pack
from tests.infrastructure.conftest import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    package = tmp_path / "autogluon_jobs"
    (package / "report" / "__pycache__").mkdir(parents=True)
    (tmp_path / "train.py").write_text("import autogluon_jobs\n")
    (tmp_path / "README.md").write_text("not code")
    (package / "__init__.py").write_text("")
    (package / "report" / "page.html").write_text("<html>")
    (package / "report" / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"cache")
    return tmp_path


def members(archive: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        return tar.getmembers()


def test_it_holds_the_code_and_its_data_files_and_nothing_else(folder: Path) -> None:
    assert [member.name for member in members(pack(folder))] == [
        "train.py",
        "autogluon_jobs/__init__.py",
        "autogluon_jobs/report/page.html",
    ]


def test_the_same_code_gives_the_same_bytes_whenever_and_by_whomever(folder: Path) -> None:
    before = pack(folder)
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)

    assert pack(folder) == before
    assert before[4:8] == bytes(4)  # the time in gzip's header
    for member in members(before):
        assert (member.mtime, member.uid, member.gid, member.mode) == (0, 0, 0, 0o644)
        assert (member.uname, member.gname) == ("", "")


def test_changed_code_gives_other_bytes(folder: Path) -> None:
    before = pack(folder)
    (folder / "train.py").write_text("import autogluon_jobs.jobs.train\n")

    assert pack(folder) != before


def test_the_projects_own_code_has_the_entry_points_at_its_root() -> None:
    names = {member.name for member in members(pack(ROOT / "containers"))}

    assert {"train.py", "inference.py", "autogluon_jobs/__init__.py"} <= names
