"""A downloaded artifact writes into its own folder, or not at all."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.data import artifacts
from autogluon_client.errors import ArtifactChangedError, InvalidArgumentError
from autogluon_contracts.models.artifact_hash import artifact_sha256


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
    with pytest.raises(InvalidArgumentError, match="not the artifact of a training job"):
        artifacts.download_predictor(None, "s3://b/model.tar.gz", tmp_path / "to")
    assert not (tmp_path / "to").exists()


def _bring(
    monkeypatch: pytest.MonkeyPatch, uri: str, folder: Path, sha256: str | None = None
) -> Path:
    _serve(monkeypatch, tarfile.TarInfo(uri.rpartition("/")[2]))
    return artifacts.download_predictor(None, uri, folder, sha256=sha256)


def _hash_of(folder: Path, **files: bytes) -> str:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return artifact_sha256(folder)


def test_the_same_artifact_is_brought_once_and_stays_as_its_owner_left_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _bring(monkeypatch, "s3://b/one", tmp_path)
    (folder / "predictor.pkl").write_text("fitted further")
    assert _bring(monkeypatch, "s3://b/one", tmp_path) == folder
    assert (folder / "predictor.pkl").read_text() == "fitted further"


def test_an_artifact_that_is_not_the_recorded_one_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ArtifactChangedError, match=r"s3://b/one: .* not the one that training"):
        _bring(monkeypatch, "s3://b/one", tmp_path, "0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_compiled_code_that_was_added_to_an_artifact_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "same").mkdir()
    recorded = _hash_of(tmp_path / "same", **{"predictor.pkl": b"abc"})
    _serve(monkeypatch, tarfile.TarInfo("code/__pycache__/inference.cpython-311.pyc"))
    with pytest.raises(ArtifactChangedError, match="not the one that training"):
        artifacts.download_predictor(None, "s3://b/one", tmp_path / "to", sha256=recorded)
    assert not list((tmp_path / "to").iterdir())


def test_a_folder_is_verified_by_the_record_once_and_is_its_owners_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "same").mkdir()
    recorded = _hash_of(tmp_path / "same", **{"predictor.pkl": b"abc", "one": b""})
    folder = _bring(monkeypatch, "s3://b/one", tmp_path)  # as a client without records did
    assert _bring(monkeypatch, "s3://b/one", tmp_path, recorded) == folder
    (folder / "predictor.pkl").write_text("fitted further")
    assert _bring(monkeypatch, "s3://b/one", tmp_path, recorded) == folder
    with pytest.raises(InvalidArgumentError, match="was changed since"):
        _bring(monkeypatch, "s3://b/one", tmp_path, "0" * 64)
    assert (folder / "predictor.pkl").read_text() == "fitted further"


def test_another_artifact_takes_the_place_of_an_unchanged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _bring(monkeypatch, "s3://b/one", tmp_path)
    folder = _bring(monkeypatch, "s3://b/two", tmp_path)
    names = {path.name for path in folder.iterdir()}
    assert names == {"predictor.pkl", "two", ".downloaded.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["AutoGluonModels"]


@pytest.mark.parametrize("name", ["predictor.pkl", "notes.txt", "models/mine.pkl"])
def test_what_its_owner_changed_or_added_is_never_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = _bring(monkeypatch, "s3://b/one", tmp_path)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("mine")
    with pytest.raises(InvalidArgumentError, match=f"holds {name}.*Give another save_path"):
        _bring(monkeypatch, "s3://b/two", tmp_path)
    assert (folder / name).read_text() == "mine"
    assert (folder / "one").exists()


@pytest.mark.parametrize("file", ["version.txt", "__version__"])
def test_a_predictor_says_which_autogluon_trained_it(tmp_path: Path, file: str) -> None:
    assert artifacts.trained_version(tmp_path) is None
    (tmp_path / file).write_text("1.6.3\n")
    assert artifacts.trained_version(tmp_path) == "1.6.3"


def test_plain_files_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _serve(monkeypatch, tarfile.TarInfo("metadata.json"))
    folder = artifacts.download_predictor(None, "s3://b/model.tar.gz", tmp_path)
    assert (folder / "predictor.pkl").read_bytes() == b"abc"
