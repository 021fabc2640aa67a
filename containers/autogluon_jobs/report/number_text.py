"""Format numbers and names for readers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

MISSING = "\N{EN DASH}"
_LONGEST_NAME = 24


def number(value: Any) -> str:
    """Format with four significant digits and thousands separators; a dash for missing values."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    value = float(value)
    if value.is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def percent(share: float) -> str:
    """Format a share of 1 as a percentage; small ones keep a significant digit."""
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{share:.1%}".replace("%", " %")


def seconds(value: float) -> str:
    """Format seconds with their unit; milliseconds below one."""
    return f"{value * 1000:.3g} ms" if 0 < value < 1 else f"{value:,.1f} s"


def short(name: Any, longest: int = _LONGEST_NAME) -> str:
    """Shorten a name to fit beside a chart, the cut marked by an ellipsis."""
    text = str(name)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def tick_texts(values: Sequence[float]) -> list[str]:
    """Format the numbers at an axis with one unit: 4k, 8k and 12k; 1,990 to 2,010 have none.

    Example:
        >>> tick_texts([0, 4000, 8000, 12_000])
        ['0', '4k', '8k', '12k']
    """
    largest = max((abs(value) for value in values), default=0.0)
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if largest >= max(size, 1e4):
            return [f"{value / size:g}{unit}" if value else "0" for value in values]
    return [f"{value:g}" for value in values]
