"""Evaluate a metric alarm: the values of its periods against the threshold, M out of N."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from embedded_aws.alarms.alarm import Alarm
from embedded_aws.alarms.metric_math import Expression
from embedded_aws.alarms.metric_series import Metric, MetricReader, Series, Window
from embedded_aws.alarms.statistics import percentile_of

# CloudWatch guide, "Configuring how CloudWatch alarms treat missing data": alarms look at more
# periods than they evaluate; its examples look at five for three.
_FURTHER_PERIODS = 2
_MINUTE = 60
COMPARISONS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": (
        "greater than or equal to",
        lambda value, bound: value >= bound,
    ),
    "GreaterThanThreshold": ("greater than", lambda value, bound: value > bound),
    "LessThanThreshold": ("less than", lambda value, bound: value < bound),
    "LessThanOrEqualToThreshold": ("less than or equal to", lambda value, bound: value <= bound),
}


@dataclass(frozen=True)
class Verdict:
    """What an evaluation found; `state` is None where the alarm keeps its state."""

    state: str | None
    reason: str = ""
    reason_data: str = ""
    newest: float | None = None


def evaluate(alarm: Alarm, reader: MetricReader, now: float) -> Verdict:
    """Return the state that an alarm has now.

    The evaluated periods end at the last full minute, or at the last full period of an alarm of
    high resolution: the sliding window of the guide, "Alarm evaluation windows".
    """
    request = alarm.request
    needed = request["EvaluationPeriods"]
    period = period_of(request)
    step = min(period, _MINUTE)
    window = Window(now // step * step, period, needed + _FURTHER_PERIODS)
    values, counts = _values(request, reader, window)
    if _is_too_small(request, counts, window, needed):
        return Verdict(None)
    text, compare = COMPARISONS[request["ComparisonOperator"]]
    threshold = float(request["Threshold"])
    found = [values[start] for start in window.starts if start in values]
    state = judge(
        [compare(value, threshold) for value in found][-needed:],
        needed,
        request.get("DatapointsToAlarm") or needed,
        request.get("TreatMissingData") or "missing",
    )
    if state == "ALARM" and _is_premature(request, values, window, needed):
        return Verdict(None)
    recent = [(start, values[start]) for start in window.starts if start in values][-needed:]
    newest = recent[-1][1] if recent else None
    reason = _reason(state, recent, text, threshold, compare, needed, alarm)
    return Verdict(state, reason, _reason_data(request, period, recent, now), newest)


def _is_premature(request: dict[str, Any], values: Series, window: Window, needed: int) -> bool:
    """Return whether there are too few values, and too young ones, to change to ALARM.

    CloudWatch guide, "Avoiding premature transitions to alarm state": with fewer values than it
    takes, an alarm changes "when the oldest available breaching datapoint during the Evaluation
    Periods number of data points is at least as old as the value of Datapoints to Alarm".
    """
    to_alarm = request.get("DatapointsToAlarm") or needed
    if (request.get("TreatMissingData") or "missing") not in ("missing", "ignore"):
        return False
    _, compare = COMPARISONS[request["ComparisonOperator"]]
    threshold = float(request["Threshold"])
    periods = len(window.starts)
    ages = [
        periods - position
        for position, start in enumerate(window.starts)
        if start in values and compare(values[start], threshold)
    ]
    return len(ages) < to_alarm and max(ages, default=0) < to_alarm


def judge(breaching: list[bool], needed: int, to_alarm: int, treatment: str) -> str | None:
    """Return the state by the guide's tables of missing data, or None to keep it.

    Args:
        breaching: of each value that exists, oldest first, at most `needed` of them.
    """
    bad, good = sum(breaching), len(breaching) - sum(breaching)
    missing = needed - len(breaching)
    if bad >= to_alarm:
        return "ALARM"
    if missing == 0 or treatment == "notBreaching":
        return "OK"
    if treatment == "breaching":
        return "ALARM" if bad + missing >= to_alarm else "OK"
    if good:
        return "OK"
    if treatment == "ignore":
        return None
    return "ALARM" if bad else "INSUFFICIENT_DATA"


def period_of(request: dict[str, Any]) -> int:
    """Return an alarm's period; that of metric math is the longest of its metrics."""
    if "Period" in request:
        return int(request["Period"])
    periods = [
        query["MetricStat"]["Period"] for query in request["Metrics"] if query.get("MetricStat")
    ]
    return int(max(periods))


def _values(
    request: dict[str, Any], reader: MetricReader, window: Window
) -> tuple[Series, dict[float, float]]:
    if "MetricName" in request:
        statistic = request.get("Statistic") or request["ExtendedStatistic"]
        return reader.series(Metric.of(request, statistic, request.get("Unit")), window)
    series: dict[str, Series] = {}
    counts: dict[float, float] = {}
    for query in request["Metrics"]:
        if stat := query.get("MetricStat"):
            metric = Metric.of(stat["Metric"], stat["Stat"], stat.get("Unit"))
            series[query["Id"]], counts = reader.series(metric, window)
    returned = next(query for query in request["Metrics"] if query.get("ReturnData") is not False)
    waiting = [query for query in request["Metrics"] if query.get("Expression")]
    while waiting:
        ready = [q for q in waiting if set(Expression(q["Expression"]).names) <= series.keys()]
        for query in ready:
            series[query["Id"]] = Expression(query["Expression"]).evaluate(series, window.starts)
        waiting = [query for query in waiting if query not in ready]
    return series[returned["Id"]], counts


def _is_too_small(
    request: dict[str, Any], counts: dict[float, float], window: Window, needed: int
) -> bool:
    """Return whether a percentile rests on too few values to change the state.

    CloudWatch guide, "Percentile-based alarms and low data samples".
    """
    percentile = percentile_of(request.get("ExtendedStatistic"))
    if percentile is None or request.get("EvaluateLowSampleCountPercentile") != "ignore":
        return False
    share = percentile / 100
    least = 10 / (1 - share) if share >= 0.5 and share < 1 else 10 / max(share, 1e-9)
    return any(counts.get(start, 0) < least for start in window.starts[-needed:])


def _reason(
    state: str | None,
    recent: list[tuple[float, float]],
    text: str,
    threshold: float,
    compare: Callable[[float, float], bool],
    needed: int,
    alarm: Alarm,
) -> str:
    if not recent:
        points = "datapoint was" if needed == 1 else "datapoints were"
        treatment = {"breaching": "Breaching", "notBreaching": "NonBreaching"}.get(
            alarm.request.get("TreatMissingData") or "missing"
        )
        if treatment:
            return (
                f"Threshold Crossed: no datapoints were received for {needed} "
                f"period{'s' if needed > 1 else ''} and {needed} missing {points} treated as "
                f"[{treatment}]."
            )
        return f"Insufficient Data: {needed} {points} unknown."
    matters = [(s, v) for s, v in recent if compare(v, threshold)] if state == "ALARM" else recent
    shown = ", ".join(f"{value} ({_moment(start)})" for start, value in reversed(matters))
    is_are = "was" if len(matters) == 1 else "were"
    negation = "" if state == "ALARM" else "not "
    plural = "" if len(matters) == 1 else "s"
    return (
        f"Threshold Crossed: {len(matters)} out of the last {needed} datapoints [{shown}] "
        f"{is_are} {negation}{text} the threshold ({threshold}) (minimum "
        f"{alarm.request.get('DatapointsToAlarm') or needed} datapoint{plural} for "
        f"{'OK -> ALARM' if state == 'ALARM' else 'ALARM -> OK'} transition)."
    )


def _reason_data(
    request: dict[str, Any], period: int, recent: list[tuple[float, float]], now: float
) -> str:
    data = {
        "version": "1.0",
        "queryDate": _iso(now),
        "startDate": _iso(recent[0][0]) if recent else None,
        "statistic": request.get("Statistic") or request.get("ExtendedStatistic"),
        "period": period,
        "recentDatapoints": [value for _, value in recent],
        "threshold": request["Threshold"],
        "evaluatedDatapoints": [
            {"timestamp": _iso(start), "value": value} for start, value in reversed(recent)
        ],
    }
    return json.dumps({name: value for name, value in data.items() if value is not None})


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _moment(start: float) -> str:
    return datetime.fromtimestamp(start, UTC).strftime("%d/%m/%y %H:%M:%S")
