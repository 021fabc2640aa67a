"""End a container that uses more memory than it has."""

from __future__ import annotations

import threading

import psutil

from embedded_aws.sagemaker.container.pipeline_server import ContainerLogs, PipelineServer

_PERIOD_SECONDS = 0.5
_MIB = 1 << 20


class MemoryGuard:
    """Measures a server's processes twice a second until it ends, and stops it for too much.

    Pages that processes share count once, as in the memory of a container.
    """

    def __init__(self, server: PipelineServer, log: ContainerLogs, memory_mb: int) -> None:
        self._server, self._log = server, log
        self._limit_mb = memory_mb
        self.used_mb = 0.0
        threading.Thread(target=self._watch, name="memory-guard", daemon=True).start()

    @property
    def percent(self) -> float:
        """Return how much of its memory the container used when it was last measured."""
        return 100 * self.used_mb / self._limit_mb

    def _watch(self) -> None:
        while not self._server.ended.wait(_PERIOD_SECONDS):
            pids = self._server.pids
            if not pids:
                continue
            self.used_mb = sum(map(_used_bytes, pids)) / _MIB
            if self.used_mb > self._limit_mb:
                self._log.write(
                    f"the container used {self.used_mb:,.0f} MB, more than its memory of "
                    f"{self._limit_mb:,} MB, and was ended"
                )
                self._server.stop()


def _used_bytes(pid: int) -> int:
    try:
        leader = psutil.Process(pid)
        processes = [leader, *leader.children(recursive=True)]
    except psutil.Error:
        return 0
    return sum(map(_bytes_of, processes))


def _bytes_of(process: psutil.Process) -> int:
    try:
        found = process.memory_full_info()
    except psutil.Error:
        return 0  # it has ended
    return int(getattr(found, "pss", found.uss))
