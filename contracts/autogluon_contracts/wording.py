"""Format lists and counts for sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ODD_SPACES = re.compile("[\\u00a0\\u2000-\\u200b\\u202f\\u3000\\ufeff]")


def visible(text: str) -> str:
    """Return a text whose no-break and other odd spaces can be told from spaces.

    Example:
        >>> visible("unit\\u00a0price")
        'unit\\\\u00a0price'
    """
    return _ODD_SPACES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def listed(names: Iterable[str], limit: int = 30) -> str:
    """Return the names for a sentence: `a, b, c`, cut after `limit` with the number left out."""
    everything = [visible(name) for name in names]
    shown = ", ".join(everything[:limit])
    rest = len(everything) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown
