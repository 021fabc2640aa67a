"""Children never outlive the embedded AWS, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import psutil
import pytest

from embedded_aws.processes import ProcessSupervisor
from tests.waiting import until

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# A child with a child of its own, which ignores the polite signal.
FAMILY = [
    sys.executable,
    "-c",
    textwrap.dedent(
        """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        print(grandchild.pid, flush=True)
        time.sleep(60)
        """
    ),
]


def _is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_closing_ends_children_and_their_children() -> None:
    supervisor = ProcessSupervisor()
    child = supervisor.spawn(FAMILY, env=dict(os.environ), stdout=subprocess.PIPE)
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())
    supervisor.close()
    assert child.poll() is not None
    until(lambda: _is_gone(grandchild), 10, "the process is gone")
    child.stdout.close()


def test_nothing_starts_after_closing() -> None:
    supervisor = ProcessSupervisor()
    supervisor.close()
    with pytest.raises(RuntimeError, match="shutting down"):
        supervisor.spawn(SLEEP, env={})


def test_a_program_that_cannot_be_started_is_the_callers_error() -> None:
    supervisor = ProcessSupervisor()
    with pytest.raises(FileNotFoundError):
        supervisor.spawn(["/no/such/program"], env={})
    supervisor.close()


def test_a_child_gets_exactly_its_environment() -> None:
    supervisor = ProcessSupervisor()
    program = [sys.executable, "-c", "import os; print(sorted(os.environ))"]
    child = supervisor.spawn(program, env={"ONLY": "this"}, stdout=subprocess.PIPE)
    output, _ = child.communicate(timeout=10)
    assert "ONLY" in output.decode()
    assert "PATH" not in output.decode()
    supervisor.close()


def test_children_die_when_their_parent_is_killed() -> None:
    parent_code = textwrap.dedent(
        f"""
        import os, time
        from embedded_aws.processes import ProcessSupervisor
        child = ProcessSupervisor().spawn({SLEEP!r}, env=dict(os.environ))
        print(child.pid, flush=True)
        time.sleep(60)
        """
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", parent_code], stdout=subprocess.PIPE, env=environment
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    until(lambda: _is_gone(child), 10, "the process is gone")
    parent.stdout.close()
