"""Define how `agcdk embedded` and the embedded AWS find each other on one machine.

An instance has a folder. The process holds a lock on a file in it for as long as it lives, writes a
record of itself beside it, and takes requests on a path of its port that only those who can read
the record can use.
"""

from __future__ import annotations

import fcntl
import json
from dataclasses import asdict, dataclass
from pathlib import Path

DEFAULT_NAME = "default"
DEFAULT_PORT = 4566
RECORD, LOCK, LOG, KEY = "instance.json", "lock", "log.txt", "signing-key"
CONTROL_PATH = "/_embedded/instance/"
TOKEN_HEADER = "X-Embedded-Token"  # noqa: S105 - the header's name


@dataclass(frozen=True)
class EmbeddedInstance:
    """A running embedded AWS, as it describes itself.

    Attributes:
        started: local time in ISO 8601.
        token: what a request to CONTROL_PATH carries in TOKEN_HEADER.
        image_env: virtual environment that represents the AutoGluon container.
        variables: what points any AWS tool at it, with administrator rights.
    """

    name: str
    url: str
    port: int
    pid: int
    started: str
    token: str
    image_env: str
    faults: str | None
    variables: dict[str, str]

    def to_json(self) -> str:
        """Return the text of the record."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def of_folder(cls, folder: Path) -> EmbeddedInstance | None:
        """Return the instance that runs in a folder, or None.

        The lock decides, and not the process id: the kernel releases it when the process ends,
        however that happens, so an id that another process has by now is never mistaken for it.
        """
        return cls.recorded_in(folder) if is_locked(folder / LOCK) else None

    @classmethod
    def recorded_in(cls, folder: Path) -> EmbeddedInstance | None:
        """Return the record in a folder, whether its process runs or not; None without one."""
        try:
            return cls(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None  # its process is starting, or about to end


def is_locked(lock: Path) -> bool:
    """Return whether a process holds the lock of an instance's folder."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
