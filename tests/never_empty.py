"""A floor for loops of assertions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def never_empty(found: Iterable[T]) -> list[T]:
    """Return what was found; a loop over nothing would prove nothing."""
    items = list(found)
    assert items, "nothing was found to look at"
    return items
