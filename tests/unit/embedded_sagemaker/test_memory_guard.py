"""A container that uses more memory than it has is ended, and its log says so."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from embedded_aws.sagemaker.hosting.memory_guard import MemoryGuard
from tests.waiting import until

_HOLDS_100_MB = "kept = bytearray(100 << 20); print(len(kept), flush=True); input()"


@dataclass
class Server:
    pids: list[int]
    ended: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        self.ended.set()


@dataclass
class Log:
    lines: list[str] = field(default_factory=list)

    def write(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def process() -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _HOLDS_100_MB],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        yield child.pid
        child.kill()


def guarded(server: Server, memory_mb: int) -> tuple[MemoryGuard, Log]:
    log: Any = Log()
    held: Any = server
    return MemoryGuard(held, log, memory_mb), log


def test_a_container_above_its_memory_is_ended(process: int) -> None:
    server = Server([process])
    _, log = guarded(server, 64)
    until(server.ended.is_set, 20, "the container is ended")
    [line] = log.lines
    assert "more than its memory of 64 MB" in line


def test_one_within_its_memory_is_measured_until_it_ends(process: int) -> None:
    server = Server([process])
    guard, log = guarded(server, 1000)
    until(lambda: guard.used_mb, 20, "it is measured")
    assert 10 <= guard.percent <= 50
    server.stop()
    assert not log.lines
