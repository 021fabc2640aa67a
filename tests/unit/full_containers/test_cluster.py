"""The hosts of a job as one Ray cluster: real processes of Ray, two hosts on one machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import ray

from autogluon_jobs.cluster.head import led_cluster
from autogluon_jobs.cluster.host_log import say
from autogluon_jobs.cluster.hosts import Hosts

NAMES = ("127.0.0.2", "127.0.0.3")  # addresses are names that resolve everywhere
WORKER = """
import sys
from autogluon_jobs.cluster.hosts import Hosts
from autogluon_jobs.cluster.worker import work
own, names, run = sys.argv[1:]
work(Hosts(own, tuple(names.split(","))), run, {"SM_CURRENT_HOST": own})
"""


@contextmanager
def worker(run: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The second host's program."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, NAMES[1], ",".join(NAMES), run],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture(autouse=True)
def _one_core_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_OVERRIDE_RESOURCES", json.dumps({"CPU": 1}))


def _start(seconds: float = 1.0) -> list[ray.ObjectRef]:
    """Start two tasks, each of which needs a host of its own and returns that host's name."""

    def where() -> str:  # within a function, so that workers do not import the tests
        time.sleep(seconds)
        host = os.environ["SM_CURRENT_HOST"]
        say(f"a task ran on {host}")
        return host

    task = ray.remote(max_calls=1, num_cpus=1)(where)
    return [task.remote(), task.remote()]


def _wait_until(is_so: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait as long as a slow machine may need; a cluster that never gets there fails the test."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _raylet_of(process: subprocess.Popen[bytes]) -> psutil.Process:
    [raylet] = [
        each for each in psutil.Process(process.pid).children(recursive=True)
        if each.name() == "raylet"
    ]  # fmt: skip
    return raylet


@pytest.mark.long
def test_both_hosts_run_tasks_and_a_worker_whose_ray_dies_joins_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run, log = f"cluster-{os.getpid()}", tmp_path / "worker.log"
    head = {"SM_CURRENT_HOST": NAMES[0]}
    with worker(run, log) as process:
        with led_cluster(Hosts(NAMES[0], NAMES), run, head):
            assert sorted(ray.get(_start())) == [*NAMES]

            running = _start(seconds=3.0)
            ray.wait(running, timeout=1.5)
            _raylet_of(process).kill()
            assert len(ray.get(running)) == 2

            _wait_until(lambda: f"Ray ended on {NAMES[1]}, which joins again" in log.read_text())
            _wait_until(lambda: len([each for each in ray.nodes() if each["Alive"]]) >= 2)
            assert sorted(ray.get(_start())) == [*NAMES]
        assert process.wait(30) == 0

    assert f"{NAMES[0]} has ended the Ray cluster." in log.read_text()
    assert re.findall("a task ran on (.*)", log.read_text()) == [NAMES[1]] * 2
    assert f"a task ran on {NAMES[0]}" in capfd.readouterr().out
    assert not ray.is_initialized()
