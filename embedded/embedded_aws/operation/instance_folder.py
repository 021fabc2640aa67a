"""The folder of one running embedded AWS, which no second process can take."""

from __future__ import annotations

import fcntl
import os
import secrets
import sys
import time
from pathlib import Path
from typing import IO

from autogluon_contracts.embedded_instance import LOCK, LOG, RECORD, EmbeddedInstance

_TRIES, _PAUSE_SECONDS = 10, 0.05  # one that looks whether it is taken holds it for an instant


class InstanceTakenError(Exception):
    """Another process runs in the folder."""


class InstanceFolder:
    """Holds the folder's lock until this process ends.

    Raises:
        InstanceTakenError: another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)  # the record holds the token
        self._lock: IO[bytes] = (path / LOCK).open("ab")
        if not _locked(self._lock):
            self._lock.close()
            raise InstanceTakenError(f"An embedded AWS already runs in {path}.")
        (path / RECORD).unlink(missing_ok=True)  # of a process that was killed
        if not _is_output(path / LOG):
            (path / LOG).unlink(missing_ok=True)  # of an earlier process in the background

    @property
    def name(self) -> str:
        """Return the instance's name."""
        return self.path.name

    def publish(self, instance: EmbeddedInstance) -> None:
        """Write the record, complete or not at all."""
        partial = self.path / f".{RECORD}.{secrets.token_hex(4)}"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(instance.to_json())
        partial.replace(self.path / RECORD)

    def release(self) -> None:
        """Remove the record of this process and give the folder free.

        A folder that was deleted and made again has a new lock, and the record of another process.
        """
        recorded = EmbeddedInstance.recorded_in(self.path)
        if recorded is not None and recorded.pid == os.getpid():
            (self.path / RECORD).unlink(missing_ok=True)
        self._lock.close()


def _is_output(log: Path) -> bool:
    """Return whether this process writes to the log."""
    try:
        return os.path.samestat(os.fstat(sys.stdout.fileno()), log.stat())
    except (OSError, ValueError):
        return False


def _locked(lock: IO[bytes]) -> bool:
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return True
    return False
