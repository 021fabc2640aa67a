"""Metric filters of CloudWatch Logs: what is logged becomes a metric's values."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import logs_backends

from embedded_aws.alarms.filter_pattern import (
    FilterPattern,
    FilterPatternError,
    find_selector,
    parse_filter_pattern,
)
from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.runtime import Runtime

_PAGE = 50
_UNSUPPORTED = ("applyOnTransformedLogs", "emitSystemFieldDimensions", "fieldSelectionCriteria")
_FILTERS_LIMIT = 100  # CloudWatch Logs quotas: metric filters per log group


class MetricFilters:
    """Answers the operations of metric filters, and counts what is logged."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        # (region, log group) -> filter by name, in DescribeMetricFilters' form
        self._filters: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self._lock = threading.RLock()
        runtime.gateway.on_call(self._heard)

    def operations(self) -> dict[str, Operation]:
        """Return the handlers by operation."""
        return {
            "PutMetricFilter": self.put,
            "DescribeMetricFilters": self.describe,
            "DeleteMetricFilter": self.delete,
            "TestMetricFilter": self.test,
        }

    def put(self, call: ApiCall) -> None:
        """Create or replace a filter."""
        params = call.params
        for member in _UNSUPPORTED:
            if params.get(member):
                raise ApiError(
                    "NotImplemented",
                    f"The embedded AWS does not support logs:PutMetricFilter with {member}.",
                    status=501,
                )
        group = params["logGroupName"]
        self._require_group(call, group)
        _pattern(params["filterPattern"])
        for transformation in params["metricTransformations"]:
            _check_transformation(transformation)
        with self._lock:
            filters = self._filters.setdefault((call.region, group), {})
            if params["filterName"] not in filters and len(filters) >= _FILTERS_LIMIT:
                raise ApiError("LimitExceededException", "Resource limit exceeded.", status=400)
            filters[params["filterName"]] = {
                "filterName": params["filterName"],
                "filterPattern": params["filterPattern"],
                "metricTransformations": params["metricTransformations"],
                "creationTime": int(self._runtime.clock.time() * 1000),
                "logGroupName": group,
            }

    def describe(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeMetricFilters."""
        params = call.params
        if params.get("logGroupName"):
            self._require_group(call, params["logGroupName"])
        prefix = params.get("filterNamePrefix") or ""
        with self._lock:
            found = [
                found
                for (region, group), filters in sorted(self._filters.items())
                if region == call.region and params.get("logGroupName") in (None, group)
                for name, found in sorted(filters.items())
                if name.startswith(prefix)
            ]
        for member, name in (("metricName", "metricName"), ("metricNamespace", "metricNamespace")):
            wanted = params.get(member)
            if wanted:
                found = [
                    each
                    for each in found
                    if any(t[name] == wanted for t in each["metricTransformations"])
                ]
        token = params.get("nextToken") or "0"
        if not token.isdigit():
            raise _invalid("The specified nextToken is invalid.")
        begin = int(token)
        end = begin + (params.get("limit") or _PAGE)
        answer: dict[str, Any] = {"metricFilters": found[begin:end]}
        return answer | ({"nextToken": str(end)} if end < len(found) else {})

    def delete(self, call: ApiCall) -> None:
        """Delete a filter."""
        group, name = call.params["logGroupName"], call.params["filterName"]
        self._require_group(call, group)
        with self._lock:
            if self._filters.get((call.region, group), {}).pop(name, None) is None:
                raise _not_found("The specified metric filter does not exist.")

    def test(self, call: ApiCall) -> dict[str, Any]:
        """Answer TestMetricFilter."""
        pattern = _pattern(call.params["filterPattern"])
        matches = []
        for number, line in enumerate(call.params["logEventMessages"], 1):
            fields = pattern.match(line)
            if fields is not None:
                values = {k: str(v) for k, v in fields.items() if k != "$"}
                matches.append(
                    {"eventNumber": number, "eventMessage": line, "extractedValues": values}
                )
        return {"matches": matches}

    def _heard(self, call: ApiCall, status: int) -> None:
        """Count what PutLogEvents has logged; forget the filters of a deleted group."""
        if call.service != "logs" or status >= 300:
            return
        if call.operation == "DeleteLogGroup":
            with self._lock:
                self._filters.pop((call.region, call.params["logGroupName"]), None)
        elif call.operation == "PutLogEvents":
            with self._lock:
                filters = list(
                    self._filters.get((call.region, call.params["logGroupName"]), {}).values()
                )
            lines = [event["message"] for event in call.params["logEvents"]] if filters else []
            for each in filters:
                self._count(call.region, each, lines)

    def _count(self, region: str, filter_: Mapping[str, Any], lines: Sequence[str]) -> None:
        pattern = _pattern(filter_["filterPattern"])
        matches = [fields for line in lines if (fields := pattern.match(line)) is not None]
        for transformation in filter_["metricTransformations"]:
            data = [datum for fields in matches if (datum := self._datum(transformation, fields))]
            default = transformation.get("defaultValue")
            if not matches and default is not None:
                data = [self._value(transformation, float(default), [])]
            if data:
                backend = cloudwatch_backends[self._runtime.account_id][region]
                backend.put_metric_data(transformation["metricNamespace"], data)

    def _datum(
        self, transformation: Mapping[str, Any], fields: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Return one value; None where the line has no number, or lacks a dimension."""
        text = transformation["metricValue"]
        try:
            value = float(find_selector(fields, text) if text.startswith("$") else text)
        except (TypeError, ValueError):
            return None
        dimensions = []
        for name, selector in (transformation.get("dimensions") or {}).items():
            found = find_selector(fields, selector)
            if found is None:
                return None
            dimensions.append({"Name": name, "Value": str(found)})
        return self._value(transformation, value, dimensions)

    def _value(
        self, transformation: Mapping[str, Any], value: float, dimensions: list[dict[str, str]]
    ) -> dict[str, Any]:
        # The time of ingestion; moto compares times without a zone, in UTC.
        moment = datetime.fromtimestamp(self._runtime.clock.time(), UTC).replace(tzinfo=None)
        return {
            "MetricName": transformation["metricName"],
            "Value": value,
            "Dimensions": dimensions,
            "Unit": transformation.get("unit") or "None",
            "Timestamp": moment,
        }

    def _require_group(self, call: ApiCall, group: str) -> None:
        if group not in logs_backends[call.account_id][call.region].groups:
            raise _not_found("The specified log group does not exist.")


@functools.lru_cache(maxsize=256)
def _pattern(text: str) -> FilterPattern:
    try:
        return parse_filter_pattern(text)
    except FilterPatternError as error:
        raise _invalid(f"Invalid filter pattern: {error}.") from error


def _check_transformation(transformation: Mapping[str, Any]) -> None:
    value = transformation["metricValue"]
    if not value.startswith("$"):
        try:
            float(value)
        except ValueError as error:
            raise _invalid(f"Invalid metric transformation: {value} is not a number.") from error
    if transformation.get("dimensions") and transformation.get("defaultValue") is not None:
        raise _invalid(
            "Invalid metric transformation: dimensions and default value are mutually exclusive "
            "properties."
        )
    if len(transformation.get("dimensions") or ()) > 3:
        raise _invalid("Invalid metric transformation: at most three dimensions are allowed.")


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterException", message, status=400)


def _not_found(message: str) -> ApiError:
    return ApiError("ResourceNotFoundException", message, status=400)
