"""Bring what tasks of the cluster say into the log of the host that they run on.

Ray keeps the output of tasks in files of its own, or sends all of it to the head. A task says what
people are to read with `say`, and the program of its host prints that.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "AUTOGLUON_HOST_LOG"
"""The variable with the file that `say` writes to; tasks inherit it."""
_POLL_SECONDS = 0.5


def say(line: str) -> None:
    """Print a line into this host's log, from a task or from the host's own program."""
    path = os.environ.get(VARIABLE)
    if path is None:
        print(line, flush=True)
        return
    # One short write in append mode is whole, whichever tasks write beside it.
    with Path(path).open("ab", buffering=0) as file:
        file.write(f"{line}\n".encode())


@contextmanager
def host_log() -> Iterator[dict[str, str]]:
    """Print what tasks say while the block runs; yields the variables that they need."""
    with tempfile.TemporaryDirectory(prefix="host-log-") as folder:
        path = Path(folder) / "lines"
        path.touch()
        done = threading.Event()
        printer = threading.Thread(target=_print_lines, args=(path, done), daemon=True)
        printer.start()
        try:
            yield {VARIABLE: str(path)}
        finally:
            done.set()
            printer.join()


def _print_lines(path: Path, done: threading.Event) -> None:
    with path.open(encoding="utf-8") as file:
        while True:
            is_last = done.wait(_POLL_SECONDS)
            for line in file:
                print(line, end="", flush=True)
            if is_last:
                return
