"""The archives of the project's own code: the Lambdas', and the jobs' `code` channel."""

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autogluon_constructs.code.archives import (
    Sources,
    container_sources,
    digest,
    lambda_sources,
    tar_gz,
    zipped,
)

Pack = Callable[[Sources], bytes]
PACKS = pytest.mark.parametrize("pack", [tar_gz, zipped])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for package in (
        "lambda/autogluon_lambdas",
        "containers/autogluon_jobs",
        "contracts/autogluon_contracts",
    ):
        (tmp_path / package / "report" / "__pycache__").mkdir(parents=True)
        (tmp_path / package / "__init__.py").write_text("")
        (tmp_path / package / "report" / "page.html").write_text("<html>")
        (tmp_path / package / "report" / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"cache")
    (tmp_path / "containers" / "train.py").write_text("import autogluon_jobs\n")
    (tmp_path / "containers" / "README.md").write_text("not code")
    return tmp_path


def test_they_hold_code_and_data_files_with_the_contracts_and_nothing_else(project: Path) -> None:
    contracts = ["autogluon_contracts/__init__.py", "autogluon_contracts/report/page.html"]
    assert list(container_sources(project)) == [
        "train.py",
        "autogluon_jobs/__init__.py",
        "autogluon_jobs/report/page.html",
        *contracts,
    ]
    assert list(lambda_sources(project)) == [
        "autogluon_lambdas/__init__.py",
        "autogluon_lambdas/report/page.html",
        *contracts,
    ]


@PACKS
def test_the_same_code_gives_the_same_bytes_for_everyone_at_any_time(
    project: Path, pack: Pack
) -> None:
    before = pack(container_sources(project))
    name = digest(container_sources(project))
    for path in project.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700)

    assert pack(container_sources(project)) == before
    assert digest(container_sources(project)) == name


def test_members_carry_no_owner_and_no_time(project: Path) -> None:
    archive = tar_gz(container_sources(project))
    assert archive[4:8] == bytes(4)  # the time in gzip's header
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        members = tar.getmembers()
    assert len(members) == 5
    for member in members:
        assert (member.mtime, member.uid, member.gid, member.mode) == (0, 0, 0, 0o644)
        assert (member.uname, member.gname) == ("", "")
    with zipfile.ZipFile(io.BytesIO(zipped(lambda_sources(project)))) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(packed.infolist()) == 4


@PACKS
def test_changed_code_gives_other_bytes(project: Path, pack: Pack) -> None:
    before, name = pack(container_sources(project)), digest(container_sources(project))
    (project / "containers" / "train.py").write_text("import autogluon_jobs.jobs.train\n")

    assert pack(container_sources(project)) != before
    assert digest(container_sources(project)) != name


def test_the_projects_own_code_has_the_entry_points_at_its_root() -> None:
    names = set(container_sources())

    assert {"train.py", "inference.py", "predict.py", "autogluon_jobs/__init__.py"} <= names
    assert "autogluon_lambdas/handlers/plan_training.py" in lambda_sources()
