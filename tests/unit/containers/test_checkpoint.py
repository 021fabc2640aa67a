"""Parts of a checkpoint are whole or absent, whatever an interruption leaves of their files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autogluon_jobs.jobs.checkpoint import Checkpoint, copy_missing, origin_of
from autogluon_jobs.jobs.used_time import UsedTime


@pytest.fixture
def checkpoint(tmp_path: Path) -> Checkpoint:
    """A checkpoint with three parts."""
    made = Checkpoint(tmp_path / "checkpoints", "first", "work")
    made.begin()
    for number in (1, 2, 3):
        keep(made, tmp_path, number)
    return made


def keep(checkpoint: Checkpoint, tmp_path: Path, number: int, content: str = "") -> None:
    folder = tmp_path / f"model-{number}"
    (folder / "inner").mkdir(parents=True, exist_ok=True)
    (folder / "model.pkl").write_text(content or f"model {number}")
    (folder / "inner" / "fold.pkl").write_text(f"fold {number}")
    checkpoint.keep(number, {"fitted": f"Model{number}"}, {"0": folder})


def names(checkpoint: Checkpoint) -> list[str]:
    return [part.facts["fitted"] for part in checkpoint.whole_parts()]


def test_parts_come_back_in_order_with_all_their_files(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    parts = checkpoint.whole_parts()

    assert [part.facts["fitted"] for part in parts] == ["Model1", "Model2", "Model3"]
    target = tmp_path / "back"
    target.mkdir()
    (target / "of-a-broken-fit").write_text("x")
    parts[1].copy("0", target)
    found = {str(path.relative_to(target)): path.read_text() for path in target.rglob("*.pkl")}
    assert found == {"model.pkl": "model 2", "inner/fold.pkl": "fold 2"}
    assert not (target / "of-a-broken-fit").exists()


def _remove(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3])


@pytest.mark.parametrize("damage", [_remove, _cut])
@pytest.mark.parametrize("file", ["0002.json", "0002/0/model.pkl", "0002/0/inner/fold.pkl"])
def test_a_torn_part_ends_the_checkpoint(
    checkpoint: Checkpoint, tmp_path: Path, file: str, damage: Callable[[Path], None]
) -> None:
    damage(checkpoint.folder / "parts" / file)

    assert names(checkpoint) == ["Model1"]
    assert checkpoint.lost(1) == (1 if file == "0002.json" and damage is _remove else 2)
    keep(checkpoint, tmp_path, 2, content="trained again")
    assert names(checkpoint) == ["Model1", "Model2"]


def test_a_part_that_was_made_after_another_one_is_not_taken(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    keep(checkpoint, tmp_path, 2, content="trained again")

    assert names(checkpoint) == ["Model1", "Model2"]


def test_nothing_is_deleted(checkpoint: Checkpoint, tmp_path: Path) -> None:
    before = {path for path in checkpoint.folder.rglob("*") if path.is_file()}
    Checkpoint(checkpoint.folder, "second", "other work").begin()
    checkpoint.whole_parts()
    keep(checkpoint, tmp_path, 1)

    assert before <= {path for path in checkpoint.folder.rglob("*") if path.is_file()}


def test_files_of_an_earlier_run_are_copied_where_there_are_none(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    target = Checkpoint(tmp_path / "new", "first", "work")
    copy_missing(checkpoint.folder, target.folder)
    keep(target, tmp_path, 4)
    copy_missing(checkpoint.folder, target.folder)

    assert names(target) == ["Model1", "Model2", "Model3", "Model4"]
    origin = origin_of(target.folder)
    assert origin is not None
    assert origin.run == "first"


def test_parts_of_other_work_are_not_taken(checkpoint: Checkpoint) -> None:
    assert names(Checkpoint(checkpoint.folder, "first", "other work")) == []


@pytest.mark.parametrize("content", ["", "{", '{"version": 9}'])
def test_a_checkpoint_without_a_readable_head_is_none(checkpoint: Checkpoint, content: str) -> None:
    assert origin_of(checkpoint.folder) is not None
    (checkpoint.folder / "checkpoint.json").write_text(content)
    assert origin_of(checkpoint.folder) is None


def test_the_time_of_all_instances_counts_and_a_torn_number_does_not(tmp_path: Path) -> None:
    for seconds in (10, 20):
        used = UsedTime(tmp_path, "work")
        with used.counting():
            pass
        file = sorted((tmp_path / "seconds" / "work").glob("[0-9]*"))[-1]
        assert float(file.read_text()) >= 0
        file.write_text(str(seconds))
    assert UsedTime(tmp_path, "work").before == 30
    assert UsedTime(tmp_path, "other").before == 0
    (tmp_path / "seconds" / "work" / "0002").write_text("")
    assert UsedTime(tmp_path, "work").before == 10


def test_time_is_counted_while_it_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autogluon_jobs.jobs.used_time._EVERY_SECONDS", 0.01)
    used = UsedTime(tmp_path, "work")
    with used.counting():
        # As the next instance would read it after a kill.
        while UsedTime(tmp_path, "work").before == 0:
            pass
