"""Child processes that never outlive the embedded AWS.

All user code (Lambda handlers, jobs, model servers) runs in children. Each leads its own process
group and asks the kernel to be killed when its parent dies, so neither Ctrl-C nor a crash of the
parent leaves one running.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
_LAST_SECONDS = 2.0  # for what a child does when its input ends


def _begin(parent_pid: int, cores: Collection[int]) -> None:
    """Run in the child between fork and exec."""
    if sys.platform == "linux":
        if cores:
            os.sched_setaffinity(0, cores)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:  # the parent died before prctl took effect
            os._exit(1)


class ProcessSupervisor:
    """Starts children and stops all of them, with their descendants, at the end."""

    def __init__(self) -> None:
        self._children: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False
        # The parent-death signal is tied to the *thread* that forked; request threads come and
        # go, so one thread that lives as long as the process does all the forking.
        self._requests: list[tuple[threading.Event, dict[str, Any], list[Any]]] = []
        self._wake = threading.Condition()
        threading.Thread(target=self._fork_forever, name="process-supervisor", daemon=True).start()

    def spawn(
        self,
        argv: Sequence[str | os.PathLike[str]],
        *,
        env: Mapping[str, str],
        cwd: str | os.PathLike[str] | None = None,
        stdin: int | IO[Any] | None = subprocess.DEVNULL,
        stdout: int | IO[Any] | None = None,
        stderr: int | IO[Any] | None = None,
        pass_fds: Sequence[int] = (),
        cores: Collection[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a child in its own process group; its environment is exactly `env`.

        `cores` are those it may use, from its first instruction on; none means all.

        Raises:
            OSError: the program cannot be started.
            RuntimeError: the embedded AWS is shutting down.
        """
        done = threading.Event()
        result: list[Any] = []
        arguments = {
            "args": [os.fspath(part) for part in argv],
            "env": dict(env),
            "cwd": cwd,
            "stdin": stdin,
            "stdout": stdout,
            "stderr": stderr,
            "pass_fds": tuple(pass_fds),
            "preexec_fn": functools.partial(_begin, os.getpid(), cores),
        }
        with self._wake:
            if self._closed:
                raise RuntimeError("the embedded AWS is shutting down")
            self._requests.append((done, arguments, result))
            self._wake.notify()
        done.wait()
        outcome = result[0]
        if isinstance(outcome, BaseException):
            raise outcome
        child: subprocess.Popen[bytes] = outcome
        return child

    def terminate(self, child: subprocess.Popen[bytes]) -> None:
        """Ask a child and its descendants to end: SIGTERM."""
        _signal_group(child, signal.SIGTERM)

    def stop(self, child: subprocess.Popen[bytes], *, grace_seconds: float = 5.0) -> None:
        """End a child and its descendants: SIGTERM, then SIGKILL after the grace period.

        A child that reads from a pipe sees its end first.
        """
        _signal_group(child, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(grace_seconds)
        if child.stdin is not None:
            child.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_LAST_SECONDS)
        _signal_group(child, signal.SIGKILL)  # descendants that ignored or outlived SIGTERM
        child.wait()
        with self._lock:
            self._children.discard(child)

    def close(self) -> None:
        """End every child; later `spawn` calls fail."""
        with self._wake:
            self._closed = True
        with self._lock:
            children = list(self._children)
        for child in children:
            _signal_group(child, signal.SIGTERM)
        for child in children:
            self.stop(child, grace_seconds=1.0)

    def forget(self, child: subprocess.Popen[bytes]) -> None:
        """Stop tracking a child that has ended by itself, and end what it left behind."""
        _signal_group(child, signal.SIGKILL)
        if child.stdin is not None:
            child.stdin.close()
        with self._lock:
            self._children.discard(child)

    def _fork_forever(self) -> None:
        while True:
            with self._wake:
                while not self._requests:
                    self._wake.wait()
                done, arguments, result = self._requests.pop(0)
            try:
                child = subprocess.Popen(**arguments, start_new_session=True)
                with self._lock:
                    self._children.add(child)
                result.append(child)
            except BaseException as error:  # noqa: BLE001 - handed to the caller
                result.append(error)
            done.set()


def _signal_group(child: subprocess.Popen[bytes], signal_number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal_number)


def python_environment(path: Path) -> Path:
    """Return the interpreter of a virtual environment folder."""
    return path / "bin" / "python"
