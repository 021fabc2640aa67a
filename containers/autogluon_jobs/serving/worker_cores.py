"""Divide an instance's cores among the server's worker processes."""

from __future__ import annotations

import os


def cores_of_worker(workers: int) -> int:
    """Return the cores that a prediction in one of `workers` processes may use: its share, or two.

    Two, because requests of many rows are rarely in all workers at once.
    """
    cores = len(os.sched_getaffinity(0))
    return max(min(2, cores), cores // workers)
