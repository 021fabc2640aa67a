"""The traffic that a capacity plan is for: requests per second over time."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import accumulate, pairwise
from pathlib import Path

from autogluon_contracts.errors import ExplainedError
from autogluon_contracts.suggestions import did_you_mean

STEP_SECONDS = 10
"""Length of a sample: the period of SageMaker's high-resolution metrics."""
_DAY = 24 * 3600
_MOST_SECONDS = 31 * _DAY
_SPIKE_BEGINS, _SPIKE_LASTS = 8 * 3600, 30 * 60
_TIMES, _COUNTS = ("timestamp", "time", "date"), ("requests", "invocations", "sum", "value")


class TrafficError(ExplainedError):
    """A description or a file holds no traffic."""


@dataclass(frozen=True)
class Traffic:
    """Requests per second in each step of `STEP_SECONDS`, from `begins` on (since 1970)."""

    name: str
    rates: Sequence[float]
    begins: float = 0.0

    @property
    def seconds(self) -> int:
        """Return how long it lasts."""
        return len(self.rates) * STEP_SECONDS

    @property
    def peak(self) -> float:
        """Return the most requests per second."""
        return max(self.rates)

    @property
    def mean(self) -> float:
        """Return the mean of the requests per second."""
        return sum(self.rates) / len(self.rates)


def parse_traffic(text: str, day: date | None = None) -> Traffic:
    """Return the traffic that `constant:50`, `daily:5:50`, `spike:5:50` or a CSV file describes.

    Args:
        day: the day in UTC that a shape is the traffic of; schedules depend on it.

    Raises:
        TrafficError: it describes none.

    Examples:
        >>> parse_traffic("constant:20").peak
        20.0
    """
    kind, *numbers = text.split(":")
    if kind in _SHAPES:
        begins = 0.0 if day is None else datetime.combine(day, time(), UTC).timestamp()
        return replace(_shaped(text, kind, numbers), begins=begins)
    path = Path(text)
    if path.is_file():
        return _recorded(path)
    hint = did_you_mean(kind, _SHAPES)
    raise TrafficError(
        f'Traffic "{text}" is neither a file nor a known shape{hint}.',
        advice="Give constant:RATE, daily:LOWEST:HIGHEST, spike:USUAL:HIGHEST (requests per "
        "second), or a CSV file with the columns timestamp and requests.",
    )


def _shaped(text: str, kind: str, numbers: Sequence[str]) -> Traffic:
    example, count, rate_at = _SHAPES[kind]
    try:
        rates = [float(number) for number in numbers]
    except ValueError:
        rates = []
    if len(rates) != count or not all(math.isfinite(rate) and rate >= 0 for rate in rates):
        raise TrafficError(
            f'Traffic "{text}" cannot be read.',
            advice=f"Write it as {example}, in requests per second.",
        )
    if max(rates) == 0:
        raise TrafficError(f'Traffic "{text}" has no requests.', advice=f"Try {example}.")
    steps = range(0, _DAY, STEP_SECONDS)
    return Traffic(text, [rate_at(second, rates) for second in steps])


def _constant(_: int, rates: Sequence[float]) -> float:
    return rates[0]


def _daily(second: int, rates: Sequence[float]) -> float:
    """A wave with its lowest point at 2 o'clock and its highest at 14 o'clock."""
    low, high = min(rates), max(rates)
    wave = (1 - math.cos(2 * math.pi * (second - 2 * 3600) / _DAY)) / 2
    return low + (high - low) * wave


def _spike(second: int, rates: Sequence[float]) -> float:
    usual, high = rates
    return high if 0 <= second - _SPIKE_BEGINS < _SPIKE_LASTS else usual


_Shape = tuple[str, int, Callable[[int, Sequence[float]], float]]
_SHAPES: dict[str, _Shape] = {
    "constant": ("constant:20", 1, _constant),
    "daily": ("daily:2:20", 2, _daily),
    "spike": ("spike:5:50", 2, _spike),
}


def _recorded(path: Path) -> Traffic:
    """Read the requests of equal periods, such as an export of CloudWatch's `Invocations`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrafficError(f"{path} cannot be read ({error}).") from error
    columns = {str(name).strip().lower(): name for name in (rows[0] if rows else {})}
    when = next((columns[name] for name in _TIMES if name in columns), None)
    count = next((columns[name] for name in _COUNTS if name in columns), None)
    if when is None or count is None or len(rows) < 2:
        raise TrafficError(
            f"{path} is not recorded traffic.",
            advice="It needs a header with the columns timestamp and requests, and two rows or "
            "more, one for each period.",
        )
    times = [_seconds(path, number, row[when]) for number, row in enumerate(rows, 2)]
    counts = [_count(path, number, row[count]) for number, row in enumerate(rows, 2)]
    period = times[1] - times[0]
    for number, (before, after) in enumerate(pairwise(times), 3):
        if after - before != period or period <= 0:
            raise TrafficError(
                f"{path}, line {number}: the period is {after - before:g} seconds, others are "
                f"{period:g}.",
                advice="Give one row for each period of one length, in the order of time; a period "
                "without requests has a row with 0.",
            )
    if period * len(times) > _MOST_SECONDS:
        raise TrafficError(f"{path} is longer than 31 days.", advice="Give a part of it.")
    if not any(counts):
        raise TrafficError(f"{path} has no requests.")
    if period * len(times) < STEP_SECONDS:
        raise TrafficError(
            f"{path} is shorter than {STEP_SECONDS} seconds.", advice="Give a longer part."
        )
    return Traffic(path.name, _rates(counts, period), begins=times[0])


def _rates(counts: Sequence[float], period: float) -> list[float]:
    """Spread the requests of each period evenly; a step may hold several periods, or parts."""
    so_far = [0.0, *accumulate(counts)]

    def sent(second: float) -> float:
        whole, part = divmod(second / period, 1)
        ended = min(int(whole), len(counts))
        return so_far[ended] + (part * counts[ended] if ended < len(counts) else 0)

    ends = range(STEP_SECONDS, int(period * len(counts)) + 1, STEP_SECONDS)
    return [max(0.0, sent(end) - sent(end - STEP_SECONDS)) / STEP_SECONDS for end in ends]


def _seconds(path: Path, line: int, text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat((text or "").strip().replace("/", "-"))
    except ValueError as error:
        raise TrafficError(
            f'{path}, line {line}: the timestamp "{text}" cannot be read.',
            advice="Write ISO 8601, such as 2026-11-29T14:00:00Z, or seconds.",
        ) from error
    # CloudWatch's own time; a local clock would make days of 23 and 25 hours.
    return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp()


def _count(path: Path, line: int, text: str | None) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = -1.0
    if not 0 <= value < math.inf:
        raise TrafficError(f'{path}, line {line}: the number of requests "{text}" cannot be read.')
    return value
