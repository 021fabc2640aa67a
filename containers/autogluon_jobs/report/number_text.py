"""Format numbers and names for readers."""

from __future__ import annotations

import math
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


def tick(value: float, _: int | None = None) -> str:
    """Format a number at an axis: 250,000 is 250k, 2,500,000 is 2.5M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= max(size, 1e4):
            return f"{value / size:g}{unit}"
    return f"{value:g}"
