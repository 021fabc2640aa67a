"""Count the seconds that a fit takes over several instances, of which any may vanish."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = "seconds"
_EVERY_SECONDS = 10.0


class UsedTime:
    """The seconds used so far, in one file for each instance.

    Each is written every 10 seconds, so that one that vanishes loses little.

    Args:
        folder: of the checkpoint.
        work: its digest; the time of other work does not count.
    """

    def __init__(self, folder: Path, work: str) -> None:
        self._folder = folder / _FOLDER / work[:16]
        files = sorted(self._folder.glob("[0-9]*"))
        self.before = sum(_seconds(path) for path in files)
        """Seconds of earlier instances."""
        number = int(files[-1].name) + 1 if files else 1
        self._file = self._folder / f"{number:04}"

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count the seconds of the body, whatever becomes of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        started, ended = time.monotonic(), threading.Event()

        def count() -> None:
            while not ended.wait(_EVERY_SECONDS):
                self._write(time.monotonic() - started)

        thread = threading.Thread(target=count, name="used-time", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self._write(time.monotonic() - started)

    def _write(self, seconds: float) -> None:
        self._file.write_text(f"{seconds:.3f}", encoding="ascii")


def _seconds(path: Path) -> float:
    try:
        return max(0.0, float(path.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return 0.0
