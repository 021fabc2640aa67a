"""Define the parts of a page: sections with charts, tables and notes, for the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class Chart:
    """An SVG image with its text alternative inside, and a caption that says what to look at."""

    svg: str
    caption: str
    kind: str = "chart"


@dataclass(frozen=True)
class Table:
    """Cells as text; columns named in `numeric` are aligned right. `folded` ones start closed."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[str] = frozenset()
    folded: bool = False
    kind: str = "table"


@dataclass(frozen=True)
class Note:
    """A sentence or two; `warning` marks what wants attention."""

    text: str
    warning: bool = False
    kind: str = "note"


@dataclass(frozen=True)
class Code:
    """Text that is shown unchanged."""

    caption: str
    text: str
    kind: str = "code"


Part = Chart | Table | Note | Code


@dataclass(frozen=True)
class Section:
    """A titled part of the page; `anchor` is its id, `lead` says what to look at.

    `beside` sets a single chart and a single table side by side where there is room.
    """

    anchor: str
    title: str
    lead: str
    parts: Sequence[Part] = ()
    beside: bool = False

    @property
    def blocks(self) -> list[list[Part]]:
        """Return the parts in their order, neighbouring charts together."""
        groups = groupby(self.parts, lambda part: isinstance(part, Chart))
        return [
            block
            for charts, group in groups
            for block in ([list(group)] if charts else [[part] for part in group])
        ]
