"""Nothing of a snapshot is used unless it is exactly what was saved here."""

from __future__ import annotations

import json
import pickle
import stat
import zipfile
from pathlib import Path

import pytest

from embedded_aws.snapshots import archive
from embedded_aws.snapshots.errors import SnapshotError

KEY = b"k" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "snapshot"
    with archive.written(path, KEY) as (writer, manifest):
        writer.add("state", b"the state")
        assert writer.add_value(b"large") == writer.add_value(b"large")
        manifest["port"] = 4566
    return path


def _replaced(file: Path, member: str, data: bytes) -> Path:
    """The same archive with another member."""
    with zipfile.ZipFile(file) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(file, "w") as new:
        for name, content in {**members, member: data}.items():
            new.writestr(name, content)
    return file


def test_what_was_written_is_read(file: Path) -> None:
    with archive.opened(file, KEY) as reader:
        assert reader.read("state") == b"the state"
        assert reader.manifest["port"] == 4566
        (value,) = [name for name in reader.names() if name.startswith("values/")]
        assert reader.read_value(value.removeprefix("values/")) == b"large"


def test_only_the_owner_can_read_the_file_and_the_key(file: Path, tmp_path: Path) -> None:
    key = archive.signing_key(tmp_path / "folder" / "key")
    assert archive.signing_key(tmp_path / "folder" / "key") == key
    for path in (file, tmp_path / "folder" / "key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_snapshot_of_another_key_is_refused(file: Path) -> None:
    with pytest.raises(SnapshotError, match="was not saved here"), archive.opened(file, b"x" * 32):
        pass


def test_a_manifest_that_was_changed_is_refused(file: Path) -> None:
    with zipfile.ZipFile(file) as old:
        manifest = json.loads(old.read("manifest.json"))
    changed = _replaced(file, "manifest.json", json.dumps(manifest | {"port": 1}).encode())
    with pytest.raises(SnapshotError, match="signature is wrong"), archive.opened(changed, KEY):
        pass


class _Evil:
    def __reduce__(self) -> object:
        return (Path.touch, (Path("should-not-exist"),))


def test_a_pickle_that_was_put_into_it_is_never_read(file: Path) -> None:
    changed = _replaced(file, "state", pickle.dumps(_Evil()))
    with (
        archive.opened(changed, KEY) as reader,
        pytest.raises(SnapshotError, match="state was changed after it was saved"),
    ):
        reader.read("state")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + b"\0" * 18])
def test_another_file_is_not_a_snapshot(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match="is not a snapshot"), archive.opened(path, KEY):
        pass


def test_a_failed_save_leaves_the_former_snapshot(file: Path) -> None:
    before = file.read_bytes()

    def fail() -> None:
        with archive.written(file, KEY) as (writer, _):
            writer.add("state", b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]
