"""Compute how many worker processes an instance has room for, and the threads of each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Interpreter, pandas, pyarrow, AutoGluon and one chunk being worked on; measured: 0.5 to 0.7 GB.
_BASE_BYTES = 800_000_000
# Pickled forests and boosters take up to this much more memory than disk.
_MEMORY_PER_MODEL_BYTE = 2.5
_USABLE_SHARE = 0.8
_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
# What the libraries read to learn how many threads they may start.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT")


@dataclass(frozen=True)
class Capacity:
    """Worker processes, and threads of each."""

    workers: int
    threads: int

    def variables(self) -> Mapping[str, str]:
        """Return environment variables that hold a worker's libraries to its threads."""
        return dict.fromkeys(_THREAD_VARIABLES, str(self.threads))


def capacity_of(model_bytes: int, *, cores: int, memory_bytes: int) -> Capacity:
    """Return as many workers as there are cores, or as fit into memory with a model each.

    Args:
        model_bytes: size of the unpacked model.
        cores: cores that this container may use.
        memory_bytes: memory that it may use.
    """
    each = _BASE_BYTES + _MEMORY_PER_MODEL_BYTE * model_bytes
    fitting = int(_USABLE_SHARE * memory_bytes / each)
    workers = max(1, min(cores, fitting))
    return Capacity(workers, max(1, cores // workers))


def usable_cores() -> int:
    """Return cores that the kernel lets this process use."""
    return len(os.sched_getaffinity(0))


def usable_memory() -> int:
    """Return the machine's memory in bytes, or the container's limit where that is lower."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [
        int(text)
        for path in _CGROUP_LIMITS
        if path.is_file() and (text := path.read_text().strip()).isdigit()
    ]
    return min([machine, *limits])
