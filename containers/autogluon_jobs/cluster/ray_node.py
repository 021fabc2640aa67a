"""Start Ray on this host, as the head of a cluster or as one of its workers, and end it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Self

# Away from Ray's own 6379, so that jobs whose hosts share a machine do not meet. Both are below
# the ports that Linux gives to connections.
_FIRST_PORT, _PORTS = 20_000, 6_000
_END_SECONDS = 10.0
_TAIL_CHARACTERS = 2000


def port_of(run: str) -> int:
    """Return the port of a run's cluster; Ray's client server has the next one.

    Example:
        >>> port_of("income-monday-ce3e111b")
        24014
    """
    digest = hashlib.sha256(run.encode()).digest()
    return _FIRST_PORT + 2 * (int.from_bytes(digest[:4], "big") % (_PORTS // 2))


def address_of(host: str) -> str:
    """Return the address of a host of the job. Raises OSError while it has none."""
    return socket.gethostbyname(host)


class RayNode:
    """Ray's processes on this host: `ray start --block` and what it starts.

    Args:
        arguments: what makes it a head or a worker.
        address: this host's own.
        variables: what processes of the cluster find in their environment besides this one's.
    """

    def __init__(
        self, arguments: Sequence[str], *, address: str, variables: Mapping[str, str]
    ) -> None:
        # Else Ray would note the cluster where later programs of this machine look for one to join.
        # The name is short because Ray's sockets, whose paths may have 107 characters, are below.
        self._folder = tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True)
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - `stop` closes it
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "ray.scripts.scripts", "start", "--block"),
                *arguments,
                f"--node-ip-address={address}",
                "--disable-usage-stats",
                # Any free ports: fixed ones would collide where hosts share a machine.
                "--min-worker-port=0",
                "--max-worker-port=0",
                "--dashboard-agent-listen-port=0",
            ],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "RAY_TMPDIR": self._folder.name,
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @classmethod
    def head(cls, run: str, *, address: str, variables: Mapping[str, str]) -> Self:
        """Start the head of a run's cluster."""
        port = port_of(run)
        arguments = [
            "--head",
            f"--port={port}",
            f"--ray-client-server-port={port + 1}",
            "--include-dashboard=false",
        ]
        return cls(arguments, address=address, variables=variables)

    @classmethod
    def worker(cls, run: str, *, head: str, address: str, variables: Mapping[str, str]) -> Self:
        """Start a worker, which joins the cluster whose head has the address `head`."""
        return cls([f"--address={head}:{port_of(run)}"], address=address, variables=variables)

    @property
    def pid(self) -> int:
        """Return the process that started the others, and leads their session."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Return whether all of Ray's processes are up; it ends with the first that fails."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """Return the end of what Ray said."""
        size = self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, size - _TAIL_CHARACTERS))
        return self._output.read().decode("utf-8", "replace").strip()

    def stop(self) -> None:
        """End Ray's processes on this host, and no others (`ray stop` would end every Ray)."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._output.close()
        self._folder.cleanup()


def is_reachable(address: str, run: str, seconds: float = 5.0) -> bool:
    """Return whether a run's cluster answers at its head's address."""
    try:
        with socket.create_connection((address, port_of(run)), timeout=seconds):
            return True
    except OSError:
        return False
