"""Place values along a chart's axis: numbers, evenly or by magnitude, or categories."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_MOST_TICKS = 5
_LONGEST_NAME = 22
# A range over more than two powers of ten is unreadable on an even axis.
_WIDE_RANGE = 100


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high`; with `names`, of categories at 0, 1, 2 and so on."""

    label: str
    low: float
    high: float
    logarithmic: bool = False
    names: tuple[str, ...] = ()

    def place(self, value: float) -> float:
        """Return where a value is, 0 at the beginning and 1 at the end."""
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Return some values with their texts."""
        if self.names:
            return [(float(place), _short(name)) for place, name in enumerate(self.names)]
        values = self._magnitudes() if self.logarithmic else self._even()
        return [(value, tick_text(value)) for value in values]

    def _even(self) -> list[float]:
        rough = (self.high - self.low) / _MOST_TICKS
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * size for size in (1, 2, 2.5, 5, 10) if unit * size >= rough)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 12) for number in range(first, last + 1)]

    def _magnitudes(self) -> list[float]:
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for sizes in ((1, 2, 5), (1,)):
            found = [
                value
                for power in powers
                for size in sizes
                if self.low <= (value := round(size * 10.0**power, 12)) <= self.high
            ]
            if len(found) <= _MOST_TICKS + 1:
                break
        every = math.ceil(len(found) / (_MOST_TICKS + 1)) or 1
        # A range within one magnitude may have no round number.
        return found[::every] if len(found) > 1 else [self.low, self.high]


def number_axis(label: str, values: Sequence[float], *, logarithmic: bool | None = None) -> Axis:
    """Return an axis that has room for all values; None lets the values decide on magnitudes."""
    low, high = min(values), max(values)
    if logarithmic is None:
        logarithmic = low > 0 and high / low >= _WIDE_RANGE
    if logarithmic and low > 0:
        margin = (high / low) ** 0.06 if high > low else 1.5
        return Axis(label, low / margin, high * margin, logarithmic=True)
    margin = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    return Axis(label, low - margin, high + margin)


def category_axis(label: str, names: Sequence[str]) -> Axis:
    """Return an axis of categories, the first of them at its beginning."""
    return Axis(label, -0.5, len(names) - 0.5, names=tuple(names))


def tick_text(value: float) -> str:
    """Write a number in few characters.

    Example:
        >>> [tick_text(value) for value in (0.05, 250.0, 40_000.0, 2_500_000.0)]
        ['0.05', '250', '40k', '2.5M']
    """
    for size, unit, least in ((1e9, "G", 1e9), (1e6, "M", 1e6), (1e3, "k", 1e4)):
        if abs(value) >= least:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
