"""Find numbers such as -999 that stand for a missing value among others."""

from __future__ import annotations

from collections.abc import Mapping

FIX_OF_PLACEHOLDERS = "leave such cells empty if they mean that the value is missing"
"""What to do about them, to go on a sentence."""

PLACEHOLDERS = frozenset(
    sign * int("9" * digits) for digits in range(2, 8) for sign in (-1, 1)
) | {-9, -1_000, -10_000}  # fmt: skip
"""Numbers that may mean a missing one."""

_FEWEST_CELLS = 2
_FEWEST_OTHERS = 3
_GAP = 3  # times the range of the others


def placeholder(counts: Mapping[float, int]) -> float | None:
    """Return a number that means a missing one; None where there is none.

    It consists of nines, or is -1000 or -10000, occurs more than once, and lies far outside of all
    others.

    Args:
        counts: how often each number occurs.

    Example:
        >>> placeholder({12.0: 5, 13.5: 4, 20.0: 1, -999.0: 3})
        -999.0
    """
    for number in (min(counts, default=0), max(counts, default=0)):
        others = [other for other in counts if other != number]
        if number not in PLACEHOLDERS or len(others) < _FEWEST_OTHERS:
            continue
        low, high = min(others), max(others)
        gap = low - number if number < low else number - high
        if counts[number] >= _FEWEST_CELLS and gap > _GAP * (high - low):
            return number
    return None
