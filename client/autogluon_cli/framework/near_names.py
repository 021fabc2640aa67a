"""Which known name a mistyped one was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """`; the nearest is 'x'`, whatever the case of letters; empty where none is near."""
    by_folded = {candidate.strip().casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(name.strip().casefold(), by_folded, n=1)
    return f"; the nearest is {by_folded[near[0]]!r}" if near else ""
