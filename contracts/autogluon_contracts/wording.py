"""Format lists and counts for sentences."""

from __future__ import annotations

from collections.abc import Iterable

from autogluon_contracts.odd_spaces import visible


def listed(names: Iterable[str], limit: int = 30) -> str:
    """Return the names for a sentence: `a, b, c`, cut after `limit` with the number left out."""
    everything = [visible(name) for name in names]
    shown = ", ".join(everything[:limit])
    rest = len(everything) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown
