"""`docs/testing.md`: what the tests did when they last ran, and when and where that was.

Long stories take hours together, so each file of them has a row of its own: running one of them
again replaces its row and no other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_HEADING = """# Test outcome

Written by `make test-all`, `make test-long` and `make test-long T=FILE`: what each part did when
it last ran. The load average at its end tells whether other work slowed it down.
"""
_TARGETS, _FILES = "The targets of `make test`", "The long stories, file by file"
_COLUMNS = (
    "| {} | on | passed | failed | skipped | seconds | machine |\n|---|---|---:|---:|---:|---:|---|"
)
_ROW = re.compile(
    r"\| `(?P<name>[^`]+)` \| (?P<day>\S+) \| (?P<passed>[\d,]+) \| (?P<failed>[\d,]+) "
    r"\| (?P<skipped>[\d,]+) \| (?P<seconds>[\d,]+) \| (?P<where>.+) \|"
)


@dataclass(frozen=True)
class Row:
    """What a target of the Makefile did, such as `make check`, or a file of tests.

    Example:
        >>> Row("make check", "2026-11-29", {"passed": 3}, 61.4, "a CPU, 2 cores").line()
        '| `make check` | 2026-11-29 | 3 | 0 | 0 | 61 | a CPU, 2 cores |'
    """

    name: str
    day: str
    counts: Mapping[str, int]
    seconds: float
    where: str

    @property
    def is_target(self) -> bool:
        """Whether it is of a target rather than of a file."""
        return self.name.startswith("make ")

    def line(self) -> str:
        """Return the row of the page's table."""
        counts = Counter(self.counts)
        return (
            f"| `{self.name}` | {self.day} | {counts['passed']:,} | {counts['failed']:,} "
            f"| {counts['skipped']:,} | {self.seconds:,.0f} | {self.where} |"
        )


def rows_of(page: str) -> list[Row]:
    """Read the rows of a page that `outcome_page` wrote."""
    return [
        Row(
            found["name"],
            found["day"],
            {
                ending: int(found[ending].replace(",", ""))
                for ending in ("passed", "failed", "skipped")
            },
            float(found["seconds"].replace(",", "")),
            found["where"],
        )
        for found in _ROW.finditer(page)
    ]


def outcome_page(earlier: Iterable[Row], now: Iterable[Row]) -> str:
    """Return the page with today's rows in place of earlier ones of the same name."""
    rows = {row.name: row for row in (*earlier, *now)}
    targets = [row for row in rows.values() if row.is_target]
    files = sorted((row for row in rows.values() if not row.is_target), key=lambda row: row.name)
    parts = [_HEADING]
    for what, title, chosen in (("target", _TARGETS, targets), ("file", _FILES, files)):
        if chosen:
            table = [_COLUMNS.format(what), *(row.line() for row in chosen)]
            parts.append(f"## {title}\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)
