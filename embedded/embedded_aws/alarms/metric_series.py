"""Series of a metric's statistics by period, read from moto's CloudWatch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from embedded_aws.alarms.statistics import Sample, compute, sample_of

Series = dict[float, float]  # value by the period's beginning, in seconds since 1970


@dataclass(frozen=True)
class Window:
    """`count` periods of `period` seconds each, the last of which ends at `end`."""

    end: float
    period: int
    count: int

    @property
    def starts(self) -> list[float]:
        """Return the beginnings of the periods, oldest first."""
        return [self.end - self.period * number for number in range(self.count, 0, -1)]


@dataclass(frozen=True)
class Metric:
    """A metric and its statistic."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]
    statistic: str
    unit: str | None

    @classmethod
    def of(cls, members: Mapping[str, Any], statistic: str, unit: str | None) -> Metric:
        """Return the metric of a request's Namespace, MetricName and Dimensions."""
        pairs = frozenset((d["Name"], d["Value"]) for d in members.get("Dimensions") or ())
        return cls(members["Namespace"], members["MetricName"], pairs, statistic, unit)


class MetricReader:
    """Reads the metrics of one region."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region

    def series(self, metric: Metric, window: Window) -> tuple[Series, dict[float, float]]:
        """Return the metric's values in a window, and how many samples each rests on."""
        begin = window.starts[0]
        samples: dict[float, list[Sample]] = defaultdict(list)
        for datum in list(cloudwatch_backends[self._account_id][self._region].metric_data):
            if datum.name != metric.name or datum.namespace != metric.namespace:
                continue
            moment = _seconds(datum.timestamp)
            if not begin <= moment < window.end:
                continue
            if metric.unit is not None and (datum.unit or "None") != metric.unit:
                continue
            if {(d.name, d.value) for d in datum.dimensions} != metric.dimensions:
                continue
            start = begin + (moment - begin) // window.period * window.period
            samples[start].append(sample_of(datum))
        values, counts = {}, {}
        for start, found in samples.items():
            value = compute(metric.statistic, found)
            if value is not None:
                values[start], counts[start] = value, sum(sample.count for sample in found)
        return values, counts


def _seconds(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
