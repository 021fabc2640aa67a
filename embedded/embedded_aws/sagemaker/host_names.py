"""Name the hosts of a job."""

from __future__ import annotations


def host_names(count: int) -> list[str]:
    """Return `algo-1`, `algo-2`, ...

    Example:
        >>> host_names(2)
        ['algo-1', 'algo-2']
    """
    return [f"algo-{number}" for number in range(1, count + 1)]
