"""A folder has one process, for as long as that lives."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autogluon_contracts.embedded_instance import LOCK, LOG, EmbeddedInstance, is_locked
from embedded_aws.operation.instance_folder import InstanceFolder, InstanceTakenError
from tests.waiting import until

HOLD = """
import sys, time
from pathlib import Path
from embedded_aws.operation.instance_folder import InstanceFolder
held = InstanceFolder(Path(sys.argv[1]))
time.sleep(60)
"""


def test_a_second_process_cannot_take_it_until_the_first_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    first = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)])
    try:
        until(lambda: is_locked(folder / LOCK), 30, "the first process holds the lock")
        with pytest.raises(InstanceTakenError, match="already runs in"):
            InstanceFolder(folder)
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.wait(30)
    taken = InstanceFolder(folder)
    assert is_locked(folder / LOCK)
    taken.release()
    assert not is_locked(folder / LOCK)


def _record(pid: int) -> EmbeddedInstance:
    return EmbeddedInstance("one", "http://localhost:1", 1, pid, "", "secret", "", None, {})


def test_a_process_whose_folder_was_deleted_leaves_the_record_of_the_next_one(
    tmp_path: Path,
) -> None:
    left_behind = InstanceFolder(tmp_path / "one")
    left_behind.publish(_record(os.getpid()))
    shutil.rmtree(tmp_path / "one")
    taken = InstanceFolder(tmp_path / "one")
    taken.publish(_record(1))

    left_behind.release()

    assert EmbeddedInstance.of_folder(taken.path) == _record(1)


def test_it_is_private_and_leaves_no_record_behind(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / LOG).write_text("of an earlier process")
    folder = InstanceFolder(tmp_path / "one")
    assert not (folder.path / LOG).exists()
    assert folder.path.stat().st_mode & 0o077 == 0
    record = _record(os.getpid())
    folder.publish(record)
    assert EmbeddedInstance.of_folder(folder.path) == record
    folder.release()
    assert EmbeddedInstance.of_folder(folder.path) is None
    assert [path.name for path in folder.path.iterdir()] == [LOCK]
