"""Count the permissions that are used, to find those granted but never needed."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass

_RESOURCES_KEPT = 100  # per identity and action: a batch of objects needs no line each


@dataclass(frozen=True)
class PermissionRecord:
    """One action of one identity. `resources` holds the first hundred different ones."""

    identity_arn: str
    action: str
    allowed: bool
    count: int
    resources: tuple[str, ...]


class PermissionUse:
    """Counts, in memory, the actions of every role and user and whether they were allowed."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, bool]] = Counter()
        self._resources: dict[tuple[str, str, bool], dict[str, None]] = {}
        self._lock = threading.Lock()

    def record(self, identity_arn: str, action: str, resource: str, *, allowed: bool) -> None:
        """Count one decision."""
        key = (identity_arn, action, allowed)
        with self._lock:
            self._counts[key] += 1
            seen = self._resources.setdefault(key, {})
            if len(seen) < _RESOURCES_KEPT:
                seen[resource] = None

    def records(self) -> list[PermissionRecord]:
        """Return all counts, sorted by identity and action."""
        with self._lock:
            return [
                PermissionRecord(*key, count=count, resources=tuple(self._resources[key]))
                for key, count in sorted(self._counts.items())
            ]
