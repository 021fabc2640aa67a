"""The state that outlives a process: what services register to be saved and restored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass
class KeptState:
    """The objects whose attributes are saved, by name, and what surrounds saving them.

    Attributes:
        roots: objects of this process; their attributes are saved and put back in place.
        only: for some roots, the attributes that are saved.
        live: objects of this process that saved state may refer to, and that are not saved.
        activities: each returns what runs and cannot be saved: "execution train/first-income".
        on_restore: called after everything is back, such as to start model servers again.
    """

    roots: dict[str, object] = field(default_factory=dict)
    only: dict[str, tuple[str, ...]] = field(default_factory=dict)
    live: dict[str, object] = field(default_factory=dict)
    activities: list[Callable[[], Iterable[str]]] = field(default_factory=list)
    on_restore: list[Callable[[], None]] = field(default_factory=list)

    def keep(self, name: str, root: object, *only: str) -> None:
        """Save the attributes of `root`: containers, records and values.

        Its locks, events and references to other objects of the process stay as they are.

        Args:
            only: the attributes to save; all of them when none is named.
        """
        self.roots[name] = root
        if only:
            self.only[name] = only

    def refer(self, name: str, live: object) -> None:
        """Let saved state refer to an object of this process, which is not saved itself."""
        self.live[name] = live

    def running(self) -> list[str]:
        """Return everything that runs and cannot be saved."""
        return [line for activity in self.activities for line in activity()]
