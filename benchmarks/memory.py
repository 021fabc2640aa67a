"""Memory of a group of processes, where pages that they share count once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

_LOOKS_TAKE = 0.01
"""Share of the time that looking may take: it walks all pages, on a core that others need."""


def megabytes(pids: list[int]) -> float:
    """Proportional set size (PSS) of the processes together, in MB (10^6 bytes)."""
    kilobytes = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        kilobytes += next(int(line.split()[1]) for line in text.splitlines() if "Pss:" in line)
    return kilobytes * 1024 / 1e6


class Peak:
    """Watches the processes while in its `with` block; `megabytes` is the highest seen."""

    def __init__(self, pids: Callable[[], list[int]]) -> None:
        self._pids = pids
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.megabytes = 0.0

    def __enter__(self) -> Self:
        self._look()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        pause = 0.0
        while not self._done.wait(pause):
            started = time.perf_counter()
            self._look()
            pause = (time.perf_counter() - started) / _LOOKS_TAKE

    def _look(self) -> None:
        self.megabytes = max(self.megabytes, megabytes(self._pids()))
