"""Killed at any moment, the embedded AWS leaves no process behind."""

from __future__ import annotations

import contextlib
import random
import time
from pathlib import Path

import psutil
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.integration.standalone import StandaloneAws
from tests.waiting import until

# A script with a child in a session of its own, which ignores the polite signal, and a pool of
# workers; all would run for a minute.
TRAIN = """
import multiprocessing, subprocess, sys, time

CHILD = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"

if __name__ == "__main__":
    subprocess.Popen([sys.executable, "-c", CHILD], start_new_session=True)
    with multiprocessing.Pool(2) as pool:
        print("the family is complete", flush=True)
        pool.map(time.sleep, [60, 60])
"""
ROUNDS = 50
LONGEST_SECONDS = 14.0  # by then, the job trains and the endpoint serves


class Family:
    """The processes of one embedded AWS, as they come and go."""

    def __init__(self, aws: StandaloneAws) -> None:
        self._aws = aws
        self._seen: dict[int, psutil.Process] = {}

    def look(self) -> int:
        """Note all descendants; returns how many live now."""
        with contextlib.suppress(psutil.NoSuchProcess):
            found = self._aws.family()
            self._seen.update((process.pid, process) for process in found)
            return len(found)
        return 0

    def left(self) -> list[str]:
        """Return the command lines of those that still run."""
        lines = []
        for process in self._seen.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                    lines.append(f"{process.pid}: {' '.join(process.cmdline())}")
        return [*lines, *self._of_its_folder()]

    def _of_its_folder(self) -> list[str]:
        """Return processes that were never seen, but name the folder of this embedded AWS."""
        lines = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                text = " ".join([*process.cmdline(), *process.environ().values()])
                is_own = process.pid != psutil.Process().pid
                if is_own and str(self._aws.folder) in text and process.pid not in self._seen:
                    lines.append(f"{process.pid}: {text[:200]}")
        return lines

    def expect_none(self) -> None:
        with contextlib.suppress(AssertionError):  # the one below shows which are left
            until(lambda: not self.left(), 10, "no process is left")
        assert self.left() == []


def _work(aws: StandaloneAws) -> None:
    """Train and serve, as a demo does; ends early with the embedded AWS."""
    with contextlib.suppress(ClientError, BotoCoreError):
        role = aws.create_role()
        aws.start_training(role, "job", TRAIN)
        aws.create_endpoint(role)


def test_a_kill_in_mid_training_and_serving_leaves_no_process(tmp_path: Path) -> None:
    with StandaloneAws(tmp_path / "aws") as aws:
        _work(aws)
        aws.wait_for_endpoint()
        family = Family(aws)
        until(lambda: _log_says(aws, "the family is complete"), 60, "the script has started all")
        # Launcher, toolkit, script, its child, a pool of two; launcher, server, worker. (Two more
        # where each container has a process namespace.)
        assert family.look() >= 9
        aws.kill()
        family.expect_none()


@pytest.mark.long
def test_fifty_kills_at_random_moments_leave_no_process(tmp_path: Path) -> None:
    moments = random.Random(10)
    sizes = []
    for number in range(ROUNDS):
        with StandaloneAws(tmp_path / str(number)) as aws:
            family = Family(aws)
            _work(aws)
            moment = time.monotonic() + moments.uniform(0, LONGEST_SECONDS)
            while time.monotonic() < moment:
                family.look()
                time.sleep(0.02)
            sizes.append(family.look())
            aws.kill()
            family.expect_none()
    print(f"{ROUNDS} kills; processes at the moment: {sizes}")
    assert max(sizes) >= 9


def _log_says(aws: StandaloneAws, text: str) -> bool:
    logs = aws.client("logs")
    with contextlib.suppress(ClientError):
        found = logs.filter_log_events(
            logGroupName="/aws/sagemaker/TrainingJobs", filterPattern=f'"{text}"'
        )
        return bool(found["events"])
    return False
