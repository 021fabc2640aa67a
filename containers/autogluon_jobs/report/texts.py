"""Numbers and names as people read them."""

from __future__ import annotations

import math
from typing import Any

_LONGEST_NAME = 24


def number(value: Any) -> str:
    """Four significant digits, thousands separated; a dash for what is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    value = float(value)
    if value.is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def percent(share: float) -> str:
    """A share of 1 as a percentage; small ones keep a digit that shows they are not nothing."""
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{share:.1%}".replace("%", " %")


def seconds(value: float) -> str:
    """Seconds with their unit; milliseconds below one."""
    return f"{value * 1000:.3g} ms" if 0 < value < 1 else f"{value:,.1f} s"


def short(name: Any, longest: int = _LONGEST_NAME) -> str:
    """A name that fits beside a chart, the cut marked by an ellipsis."""
    text = str(name)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def words(metric: str) -> str:
    """A metric's name as words: `root_mean_squared_error` -> `root mean squared error`."""
    return metric.replace("_", " ")
