"""Memory of a group of processes, where pages that they share count once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

_INTERVAL_SECONDS = 0.05


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
        while not self._done.wait(_INTERVAL_SECONDS):
            self._look()

    def _look(self) -> None:
        self.megabytes = max(self.megabytes, megabytes(self._pids()))
