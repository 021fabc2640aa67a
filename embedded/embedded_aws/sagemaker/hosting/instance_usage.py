"""Measure how much processor time and memory an instance's processes use."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import psutil

from embedded_aws.sagemaker.hosting.instance import Instance

# Where the clock is moved, measurements follow each other too quickly to say anything new.
_SHORTEST_SECONDS = 0.5


@dataclass(frozen=True)
class Usage:
    """What an instance uses, in percent: 100 is one core, and all of this machine's memory."""

    cpu: float
    memory: float


@dataclass
class UsageMeter:
    """Measures instances; a processor's use is that since the last measurement."""

    _last: dict[str, tuple[float, float, Usage]] = field(default_factory=dict)

    def measure(self, instances: list[Instance]) -> dict[str, Usage]:
        """Return the use of each instance that has been measured before, by its id."""
        found: dict[str, tuple[float, float, Usage]] = {}
        for instance in instances:
            measured = self._measure(instance)
            if measured is not None:
                found[instance.id] = measured
        known = {name: usage for name, (_, _, usage) in found.items() if name in self._last}
        self._last = found
        return known

    def _measure(self, instance: Instance) -> tuple[float, float, Usage] | None:
        now = time.monotonic()
        before = self._last.get(instance.id)
        if before is not None and now - before[0] < _SHORTEST_SECONDS:
            return before
        processes = _processes(instance.server.pids)
        if not processes:
            return None
        seconds = resident = 0.0
        for process in processes:
            try:
                times = process.cpu_times()
                seconds += times.user + times.system
                resident += process.memory_info().rss
            except psutil.Error:
                continue  # it has ended
        # A restarted server begins at 0 again.
        used = max(0.0, seconds - before[1]) / (now - before[0]) if before is not None else 0.0
        memory = resident / psutil.virtual_memory().total
        return now, seconds, Usage(100 * used, 100 * memory)


def _processes(leaders: Iterable[int]) -> list[psutil.Process]:
    """Return the processes of containers by those that lead them, of containers that run."""
    found: list[psutil.Process] = []
    for pid in leaders:
        with contextlib.suppress(psutil.Error):  # it has ended
            leader = psutil.Process(pid)
            found += [leader, *leader.children(recursive=True)]
    return found
