"""Compare column names, and say which of training data no model takes."""

from __future__ import annotations

from collections.abc import Iterable

ADVICE = "Write the name on one line, without tabs."
_BREAKS = frozenset("\n\r\t\v\f\x00\x85\u2028\u2029")


def broken_name(names: Iterable[str]) -> str | None:
    """Return the first name with a line break or a tab, on which LightGBM fails; else None.

    Example:
        >>> broken_name(["a", "price\\n(EUR)"])
        'price\\n(EUR)'
    """
    return next((name for name in names if not _BREAKS.isdisjoint(name)), None)


def only_in(names: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return the names that the others lack, in their order.

    Example:
        >>> only_in(["b", "a", "c"], ["a"])
        ['b', 'c']
    """
    known = frozenset(others)
    return [name for name in names if name not in known]
