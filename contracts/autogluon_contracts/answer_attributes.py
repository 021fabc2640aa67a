"""Define what an endpoint says about an answer in `CustomAttributes`, with writer and reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

# SageMaker passes on 1,024 characters; an engine's name and the numbers take the others.
_MOST_CHARACTERS = 900
_MOST_TOLD, _MOST_LISTED = 5, 30
_MORE = re.compile(r"\+[0-9]+")  # quoted names have no plus sign


@dataclass(frozen=True)
class UnknownCategories:
    """Cells with a category that the training data did not have; models take them as missing.

    Attributes:
        cells: how many.
        columns: that have some, in the schema's order; the first of them where they are many.
        more_columns: how many others have some.
    """

    cells: int = 0
    columns: tuple[str, ...] = ()
    more_columns: int = 0

    @property
    def listed(self) -> tuple[str, ...]:
        """Return the columns that documents list: the first 30."""
        return self.columns[:_MOST_LISTED]

    @classmethod
    def of_columns(cls, cells: Mapping[str, int]) -> UnknownCategories:
        """Count by the cells of each column."""
        names = tuple(name for name, count in cells.items() if count)
        return cls(sum(cells.values()), names)

    def told(self) -> str:
        """Return one sentence about some cells.

        Example:
            >>> UnknownCategories(2, ("city",)).told()
            '2 cells hold categories that training did not see, in "city"; they count as missing.'
        """
        one = self.cells == 1
        cells = "1 cell holds a category" if one else f"{self.cells:,} cells hold categories"
        names = ", ".join(f'"{name}"' for name in self.columns[:_MOST_TOLD])
        more = len(self.columns[_MOST_TOLD:]) + self.more_columns
        # A name may be longer than what an answer has room for.
        others = f" and {more} more" if names else f"{more} column{'s' if more > 1 else ''}"
        return (
            f"{cells} that training did not see, in {names}{others if more else ''}; "
            f"{'it counts' if one else 'they count'} as missing."
        )


def added(parts: Iterable[UnknownCategories]) -> UnknownCategories:
    """Return the sum of what several answers say."""
    found = list(parts)
    names = tuple(dict.fromkeys(name for part in found for name in part.columns))
    more = max((part.more_columns for part in found), default=0)
    return UnknownCategories(sum(part.cells for part in found), names, more)


@dataclass(frozen=True)
class AnswerAttributes:
    """What is said about one answer.

    Attributes:
        engine: what predicted it.
        unknown: None in the answers of artifacts by releases that did not count.
    """

    engine: str
    unknown: UnknownCategories | None = field(default_factory=UnknownCategories)

    def text(self) -> str:
        """Return the header's value, `name=value` joined by `;`, in at most 1,024 ASCII characters.

        Example:
            >>> AnswerAttributes("direct", UnknownCategories(3, ("city", "job title"))).text()
            'engine=direct;unknown_categories=3;unknown_columns=city,job%20title'
        """
        parts = [f"engine={self.engine}"]
        if self.unknown is not None:
            parts.append(f"unknown_categories={self.unknown.cells}")
            if self.unknown.columns:
                parts.append(f"unknown_columns={_listed(self.unknown)}")
        return ";".join(parts)

    @classmethod
    def from_text(cls, text: str) -> AnswerAttributes:
        """Read what `text` wrote; a server of another making may have said anything."""
        found = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
        cells = found.get("unknown_categories", "")
        unknown = None
        if cells.isdecimal():
            names = [name for name in found.get("unknown_columns", "").split(",") if name]
            has_more = bool(names) and _MORE.fullmatch(names[-1]) is not None
            more = int(names.pop()) if has_more else 0
            unknown = UnknownCategories(int(cells), tuple(map(unquote, names)), more)
        return cls(found.get("engine", ""), unknown)


def _listed(unknown: UnknownCategories) -> str:
    """Return the names, as URLs quote them, and `+12` for those that do not fit."""
    names: list[str] = []
    left = _MOST_CHARACTERS
    for name in unknown.columns:
        quoted = quote(name, safe="")
        if len(quoted) >= left:
            break
        names.append(quoted)
        left -= len(quoted) + 1
    more = len(unknown.columns) - len(names) + unknown.more_columns
    return ",".join([*names, *([f"+{more}"] if more else [])])
