"""Collect CloudWatch metrics as statistic sets: memory follows their number, not the values'."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_DATA_PER_CALL = 1000  # PutMetricData's limit


@dataclass(frozen=True)
class Metric:
    """A metric of a variant, and the seconds in which its values become one data point."""

    namespace: str
    name: str
    unit: str
    period: int = 60


@dataclass(frozen=True)
class VariantKey:
    """The variant that a metric's value belongs to; None for the endpoint as a whole.

    `component` is the inference component that the value belongs to instead.
    """

    region: str
    endpoint: str
    variant: str | None = None
    component: str | None = None


class MetricStatistics:
    """The values that have not been written yet."""

    def __init__(self) -> None:
        self._sets: dict[tuple[VariantKey, Metric, int], _StatisticSet] = {}
        self._lock = threading.Lock()

    def add(self, variant: VariantKey, values: Mapping[Metric, float], time: float) -> None:
        """Add one value of each metric, measured at `time` (seconds since 1970)."""
        with self._lock:
            for metric, value in values.items():
                moment = int(time // metric.period * metric.period)
                found = self._sets.get((variant, metric, moment))
                if found is None:
                    self._sets[variant, metric, moment] = _StatisticSet(1, value, value, value)
                else:
                    found.add(value)

    def take(self) -> Iterable[tuple[str, dict[str, Any]]]:
        """Return what was added since the last call: a region and a PutMetricData request each."""
        with self._lock:
            sets, self._sets = self._sets, {}
        calls: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for (variant, metric, moment), found in sets.items():
            datum = {
                "MetricName": metric.name,
                "Dimensions": _dimensions(variant),
                "Timestamp": datetime.fromtimestamp(moment, UTC),
                "StatisticValues": found.values(),
                "Unit": metric.unit,
                "StorageResolution": 60 if metric.period >= 60 else 1,
            }
            calls.setdefault((variant.region, metric.namespace), []).append(datum)
        for (region, namespace), data in calls.items():
            for start in range(0, len(data), _DATA_PER_CALL):
                part = data[start : start + _DATA_PER_CALL]
                yield region, {"Namespace": namespace, "MetricData": part}


def _dimensions(key: VariantKey) -> list[dict[str, str]]:
    if key.component is not None:
        return [{"Name": "InferenceComponentName", "Value": key.component}]
    of_endpoint = [{"Name": "EndpointName", "Value": key.endpoint}]
    if key.variant is None:
        return of_endpoint
    return [*of_endpoint, {"Name": "VariantName", "Value": key.variant}]


@dataclass
class _StatisticSet:
    count: int
    total: float
    minimum: float
    maximum: float

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.minimum = min(self.minimum, value)
        self.maximum = max(self.maximum, value)

    def values(self) -> dict[str, float]:
        return {
            "SampleCount": self.count,
            "Sum": self.total,
            "Minimum": self.minimum,
            "Maximum": self.maximum,
        }
