"""What a benchmark found: both sides of every round, and the ratios with their spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Spread:
    """Median, lowest and highest of several rounds."""

    median: float
    min: float
    max: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """The spread of at least one value."""
        return cls(median(values), min(values), max(values))

    def to_json(self) -> dict[str, float]:
        """Four significant digits: more would pretend."""
        return {name: float(f"{getattr(self, name):.4g}") for name in ("median", "min", "max")}


@dataclass(frozen=True)
class Finding:
    """One measured thing.

    Ratios are formed within a round, whose sides ran right after each other, so that what slows
    the machine slows both.

    Attributes:
        name: `<model>/<measure>/<point>`, such as `ensemble/latency/1 rows`.
        unit: of the values.
        higher_is_better: whether a ratio above 1 speaks for us.
        ours, peer, limit: one value a round; no `limit` where there is none to compare with.
    """

    name: str
    unit: str
    higher_is_better: bool
    ours: list[float]
    peer: list[float]
    limit: list[float] | None = None

    @property
    def to_peer(self) -> Spread:
        """Our value divided by the peer's, round by round."""
        return Spread.of([a / b for a, b in zip(self.ours, self.peer, strict=True)])

    @property
    def to_limit(self) -> Spread | None:
        """Our value divided by the limit's, round by round."""
        if self.limit is None:
            return None
        return Spread.of([a / b for a, b in zip(self.ours, self.limit, strict=True)])

    @property
    def times_better(self) -> float:
        """How many times better than the peer, whatever the direction."""
        ratio = self.to_peer.median
        return ratio if self.higher_is_better else 1 / ratio

    def to_json(self, machine: str, versions: dict[str, str]) -> dict[str, Any]:
        """The record of `latest.json`."""
        limit = self.to_limit
        return {
            "name": self.name,
            "unit": self.unit,
            "higher_is_better": self.higher_is_better,
            "ours": Spread.of(self.ours).to_json(),
            "peer": Spread.of(self.peer).to_json(),
            "ratio_to_peer": self.to_peer.to_json(),
            "ratio_to_limit": None if limit is None else limit.to_json(),
            "machine": machine,
            "versions": versions,
        }


def interleaved(rounds: int, *sides: Callable[[], float]) -> list[list[float]]:
    """Each side once a round, every second round backwards; one list of values a side."""
    values: list[list[float]] = [[] for _ in sides]
    for number in range(rounds):
        order = range(len(sides)) if number % 2 == 0 else reversed(range(len(sides)))
        for side in order:
            values[side].append(sides[side]())
    return values
