"""An artifact's hash changes with every byte, file and name, and with nothing else."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from autogluon_contracts.models.artifact_hash import artifact_problem, artifact_sha256

FILES = {
    "predictor.pkl": b"pickle",
    "models/LightGBM/model.pkl": b"trees",
    "models/empty": b"",
    "code/inference.py": b"import autogluon_jobs\n",
    "n\xe4me with\nline.txt": b"odd",
}


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "model"


def test_it_is_what_sha256sum_says(artifact: Path) -> None:
    command = "find * -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum -z | sha256sum"
    listed = subprocess.run(
        ["bash", "-c", command], cwd=artifact, capture_output=True, text=True, check=True
    )
    assert listed.stdout.split()[0] == artifact_sha256(artifact)


def test_a_copy_is_the_same_artifact(artifact: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(artifact, tmp_path / "copy"))
    os.utime(copied / "predictor.pkl", (1, 1))
    (copied / "empty folder").mkdir()
    assert artifact_problem(copied, artifact_sha256(artifact)) is None


@pytest.mark.parametrize("at", ["code/__pycache__", "code/pkg/__pycache__"])
def test_compiled_code_counts_until_python_may_have_written_it(artifact: Path, at: str) -> None:
    recorded = artifact_sha256(artifact)
    (artifact / at).mkdir(parents=True)
    (artifact / at / "inference.cpython-311.pyc").write_bytes(b"compiled")
    assert artifact_problem(artifact, recorded) is not None
    assert artifact_problem(artifact, recorded, code_imported=True) is None
    (artifact / "code/inference.py").write_bytes(b"")
    assert artifact_problem(artifact, recorded, code_imported=True) is not None


def test_every_byte_of_every_file_counts(artifact: Path) -> None:
    chosen, recorded = random.Random(15), artifact_sha256(artifact)
    for name in [name for name, content in FILES.items() if content]:
        path, content = artifact / name, FILES[name]
        for at in chosen.sample(range(len(content)), 3):
            other = bytearray(content)
            other[at] ^= 1 << chosen.randrange(8)
            path.write_bytes(other)
            assert artifact_problem(artifact, recorded) is not None, (name, at)
        path.write_bytes(content)
    assert artifact_problem(artifact, recorded) is None


def _swap(folder: Path) -> None:
    (folder / "predictor.pkl").rename(folder / "held")
    (folder / "models/LightGBM/model.pkl").rename(folder / "predictor.pkl")
    (folder / "held").rename(folder / "models/LightGBM/model.pkl")


def _link_a_file(folder: Path) -> None:
    (folder / "predictor.pkl").rename(folder.parent / "outside")
    (folder / "predictor.pkl").symlink_to(folder.parent / "outside")


def _link_a_folder(folder: Path) -> None:
    (folder / "linked").symlink_to(folder / "models")


CHANGES: dict[str, Callable[[Path], object]] = {
    "added": lambda folder: (folder / "models/new.pkl").write_bytes(b""),
    "removed": lambda folder: (folder / "models/empty").unlink(),
    "renamed": lambda folder: (folder / "models/empty").rename(folder / "models/other"),
    "swapped": _swap,
    "file linked": _link_a_file,
    "folder linked": _link_a_folder,
    "cache of the code": lambda folder: (folder / "code/__pycache__").symlink_to(folder / "models"),
}


def test_only_compiled_code_is_left_out(artifact: Path) -> None:
    recorded = artifact_sha256(artifact)
    (artifact / "models/__pycache__").mkdir()
    (artifact / "models/__pycache__/a.pyc").write_bytes(b"compiled")
    assert artifact_problem(artifact, recorded, code_imported=True) is not None


@pytest.mark.parametrize("name", CHANGES)
def test_every_file_and_name_counts(artifact: Path, name: str) -> None:
    recorded = artifact_sha256(artifact)
    CHANGES[name](artifact)
    problem = artifact_problem(artifact, recorded)
    assert problem is not None
    assert recorded in problem


def test_another_record_is_another_artifact(artifact: Path) -> None:
    recorded = artifact_sha256(artifact)
    for other in ("", recorded.upper(), recorded[:-1], "0" * 64):
        assert artifact_problem(artifact, other) is not None


def test_links_are_hashed_by_python_3_8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its Path has no readlink."""
    (tmp_path / "model.txt").write_text("model")
    (tmp_path / "latest").symlink_to("model.txt")
    expected = artifact_sha256(tmp_path)
    monkeypatch.delattr(Path, "readlink")
    assert artifact_sha256(tmp_path) == expected
