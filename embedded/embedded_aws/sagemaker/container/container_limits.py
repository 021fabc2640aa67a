"""What a container may use and write, where that is less than an instance's container may."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class ContainerLimits:
    """The bounds of a serverless container; the defaults are those of an instance's.

    Attributes:
        memory_mb: what all its processes may use together; None: as much as there is.
        cores: those that it may use; none means all.
        startup_seconds: how long it may take to be healthy; None: as its variant says.
        read_only_root: whether it can write below `/tmp` only, and has no `/dev/shm`.
    """

    memory_mb: int | None = None
    cores: Collection[int] = ()
    startup_seconds: float | None = None
    read_only_root: bool = False


UNLIMITED = ContainerLimits()
