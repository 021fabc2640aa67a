"""Metric data and thresholds of alarms.

Source: CloudWatch API reference, PutMetricData ("Values must be in the range of -2^360 to 2^360. In
addition, special values (for example, NaN, +Infinity, -Infinity) are not supported", "as much as
two weeks before the current date, and as much as 2 hours after") and MetricDatum.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError

_LARGEST = 2.0**360
_MOST_DIMENSIONS = 30
_STATISTICS = ("SampleCount", "Sum", "Minimum", "Maximum")


def check_data(call: ApiCall) -> None:
    """Raise ApiError when a value of metric data is none that CloudWatch stores."""
    for number, datum in enumerate(call.params.get("MetricData") or (), 1):
        place = f"MetricData.member.{number}"
        for member, value in _values(datum):
            _check_number(f"{place}.{member}", value)
        _check_counts(place, datum)
        _check_dimensions(place, datum.get("Dimensions") or ())


def check_alarm(call: ApiCall) -> None:
    """Raise ApiError when an alarm compares with what no metric reaches."""
    threshold = call.params.get("Threshold")
    if threshold is not None:
        _check_number("Threshold", threshold)


def _values(datum: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if datum.get("Value") is not None:
        yield "Value", datum["Value"]
    for number, value in enumerate(datum.get("Values") or (), 1):
        yield f"Values.member.{number}", value
    for number, value in enumerate(datum.get("Counts") or (), 1):
        yield f"Counts.member.{number}", value
    statistics = datum.get("StatisticValues") or {}
    for name in _STATISTICS:
        if statistics.get(name) is not None:
            yield f"StatisticValues.{name}", statistics[name]


def _check_number(place: str, value: Any) -> None:
    number = float(value)
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise ApiError(
            "InvalidParameterValue",
            f"The value {value} for parameter {place} is invalid.",
            status=400,
        )


def _check_counts(place: str, datum: Mapping[str, Any]) -> None:
    counts, values = datum.get("Counts"), datum.get("Values") or ()
    if counts is not None and len(counts) != len(values):
        raise ApiError(
            "InvalidParameterValue",
            f"The parameters {place}.Values and {place}.Counts must be of the same size.",
            status=400,
        )


def _check_dimensions(place: str, dimensions: Any) -> None:
    names = [str(dimension.get("Name")) for dimension in dimensions]
    if len(names) > _MOST_DIMENSIONS:
        raise ApiError(
            "InvalidParameterValue",
            f"The collection {place}.Dimensions must not have a size greater than "
            f"{_MOST_DIMENSIONS}.",
            status=400,
        )
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise ApiError(
            "InvalidParameterValue",
            f"No Metric may specify the same dimension name twice: {repeated}.",
            status=400,
        )
