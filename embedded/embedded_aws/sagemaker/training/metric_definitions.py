"""Training metrics: apply the MetricDefinitions' regular expressions to the job's log."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.state import now


class MetricReader:
    """Keeps the last value of every defined metric, and all until they are taken.

    Raises:
        ApiError: an expression does not compile or captures no group.
    """

    def __init__(self, definitions: Iterable[Mapping[str, str]]) -> None:
        self._expressions = {
            definition["Name"]: _compile(definition["Name"], definition["Regex"])
            for definition in definitions
        }
        self._last: dict[str, tuple[float, datetime]] = {}
        self._new: list[tuple[str, float, datetime]] = []
        self._all: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def read(self, line: str) -> None:
        """Find every metric in one line."""
        for name, expression in self._expressions.items():
            match = expression.search(line)
            value = _number(match[1]) if match else None
            if value is not None:
                with self._lock:
                    time = now()
                    self._last[name] = (value, time)
                    self._new.append((name, value, time))
                    self._all.setdefault(name, []).append(value)

    def take(self) -> list[tuple[str, float, datetime]]:
        """Return the name, value and time of what was read since the last call."""
        with self._lock:
            new, self._new = self._new, []
        return new

    def values(self, name: str) -> list[float]:
        """Return every value of one metric, in the order of the log."""
        with self._lock:
            return list(self._all.get(name, ()))

    def final_metrics(self) -> list[dict[str, Any]]:
        """Return `FinalMetricDataList` of DescribeTrainingJob."""
        with self._lock:
            return [
                {"MetricName": name, "Value": value, "Timestamp": time}
                for name, (value, time) in self._last.items()
            ]


def _compile(name: str, expression: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(expression)
    except re.error as error:
        raise invalid(
            f"MetricDefinitions: the Regex of {name!r} does not compile: {error}."
        ) from None
    if compiled.groups < 1:
        raise invalid(f"MetricDefinitions: the Regex of {name!r} has no group for the value.")
    return compiled


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
