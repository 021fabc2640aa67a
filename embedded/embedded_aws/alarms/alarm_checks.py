"""Check alarms as CloudWatch does, and refuse by name what is not evaluated here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from embedded_aws.alarm_actions import AlarmActions
from embedded_aws.alarms.alarm import ACTION_MEMBERS, unsupported, validation_error
from embedded_aws.alarms.composite_rule import Rule, RuleError, parse_rule
from embedded_aws.alarms.evaluation import COMPARISONS, period_of
from embedded_aws.alarms.metric_math import Expression, MathError
from embedded_aws.alarms.statistics import is_statistic

_METRIC = "PutMetricAlarm"
_COMPOSITE = "PutCompositeAlarm"
# API reference, PutMetricAlarm, "Period": 10, 20, 30 and any multiple of 60.
_HIGH_RESOLUTION = (10, 20, 30)
_DAY, _WEEK, _HOUR = 86_400, 604_800, 3600
_UNSUPPORTED = (
    "ActionConfiguration",
    "ActionsSuppressor",
    "ActionsSuppressorExtensionPeriod",
    "ActionsSuppressorWaitPeriod",
    "EvaluationCriteria",
    "EvaluationInterval",
    "EvaluationWindow",
    "ThresholdMetricId",
    "WarmUpConfiguration",
)
_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[\w-]*:\w*:.+")
# API reference, PutMetricAlarm, "AlarmActions": what AWS takes.
_KNOWN_ACTIONS = frozenset(
    {"aiops", "autoscaling", "automate", "lambda", "sns", "ssm", "ssm-incidents", "swf"}
)


def check_metric_alarm(params: Mapping[str, Any], actions: AlarmActions) -> None:
    """Refuse a metric alarm. Raises ApiError."""
    _refuse_members(params, _METRIC)
    if ("MetricName" in params) == bool(params.get("Metrics")):
        raise validation_error("Exactly one of MetricName and Metrics must be specified.")
    for member in ("EvaluationPeriods", "ComparisonOperator"):
        if params.get(member) is None:
            raise validation_error(f"The parameter {member} is required.")
    if params["ComparisonOperator"] not in COMPARISONS:
        raise unsupported(_METRIC, f"ComparisonOperator {params['ComparisonOperator']}")
    if params.get("Threshold") is None:
        raise validation_error("The parameter Threshold is required.")
    if "MetricName" in params:
        _check_metric(params)
    else:
        _check_queries(params["Metrics"])
    _check_periods(params)
    _check_treatment(params)
    check_actions(params, actions, _METRIC)


def check_composite_alarm(params: Mapping[str, Any], actions: AlarmActions) -> Rule:
    """Return the rule of a composite alarm. Raises ApiError."""
    _refuse_members(params, _COMPOSITE)
    check_actions(params, actions, _COMPOSITE)
    try:
        return parse_rule(params["AlarmRule"])
    except RuleError as error:
        raise validation_error(f"Invalid AlarmRule: {error}.") from error


def check_actions(params: Mapping[str, Any], actions: AlarmActions, operation: str) -> None:
    """Refuse actions that are not ARNs, or that nothing here carries out. Raises ApiError."""
    for member in ACTION_MEMBERS.values():
        for arn in params.get(member) or ():
            if not _ARN.fullmatch(arn) or arn.split(":")[2] not in _KNOWN_ACTIONS:
                raise validation_error(f"Invalid arn syntax: {arn}")
            if actions.find(arn) is None:
                raise unsupported(operation, f"the action {arn}")


def _refuse_members(params: Mapping[str, Any], operation: str) -> None:
    for member in _UNSUPPORTED:
        if params.get(member) is not None:
            raise unsupported(operation, member)


def _check_metric(params: Mapping[str, Any]) -> None:
    for member in ("Namespace", "Period"):
        if params.get(member) is None:
            raise validation_error(f"The parameter {member} is required.")
    given = [name for name in ("Statistic", "ExtendedStatistic") if params.get(name)]
    if len(given) != 1:
        raise validation_error("Exactly one of Statistic and ExtendedStatistic must be specified.")
    _check_statistic(params[given[0]])
    _check_period(params["Period"])


def _check_statistic(statistic: str) -> None:
    if not is_statistic(statistic):
        raise unsupported(_METRIC, f"the statistic {statistic}")


def _check_period(period: int) -> None:
    if period not in _HIGH_RESOLUTION and (period <= 0 or period % 60):
        raise validation_error("Period must be 10, 20, 30 or a multiple of 60")


def _check_queries(queries: list[Mapping[str, Any]]) -> None:
    ids = [query["Id"] for query in queries]
    if len(set(ids)) != len(ids):
        raise validation_error("The values for parameter Id in Metrics must be unique.")
    if sum(query.get("ReturnData") is not False for query in queries) != 1:
        raise validation_error("Exactly one element of the metrics list should return data.")
    periods = set()
    for query in queries:
        stat = query.get("MetricStat")
        if (stat is None) == (query.get("Expression") is None):
            raise validation_error(
                "Exactly one of MetricStat and Expression must be specified in each metric."
            )
        if query.get("AccountId"):
            raise unsupported(_METRIC, "Metrics.AccountId")
        if stat is not None:
            _check_statistic(stat["Stat"])
            _check_period(stat["Period"])
            periods.add(stat["Period"])
    if not periods:
        raise unsupported(_METRIC, "an expression without a metric")
    if len(periods) > 1:
        raise unsupported(_METRIC, "metrics of different periods")
    _check_expressions(queries)


def _check_expressions(queries: list[Mapping[str, Any]]) -> None:
    known = {query["Id"] for query in queries if query.get("MetricStat")}
    waiting = {query["Id"]: query["Expression"] for query in queries if query.get("Expression")}
    try:
        names = {name: set(Expression(text).names) for name, text in waiting.items()}
    except MathError as error:
        raise unsupported(_METRIC, f"the expression {error}") from error
    while names:
        ready = {name for name, used in names.items() if used <= known}
        if not ready:
            raise validation_error(
                f"Invalid expression: {next(iter(names))} refers to unknown metrics or to itself."
            )
        known |= ready
        names = {name: used for name, used in names.items() if name not in ready}


def _check_periods(params: Mapping[str, Any]) -> None:
    needed, to_alarm = params["EvaluationPeriods"], params.get("DatapointsToAlarm")
    if to_alarm is not None and to_alarm > needed:
        raise validation_error("DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    period = period_of(dict(params))
    limit, words = (_DAY, "a day") if period < _HOUR else (_WEEK, "seven days")
    if period * needed > limit:
        raise validation_error(
            f"Metrics cannot be checked across more than {words} (EvaluationPeriods * Period must "
            f"be <= {limit})."
        )


def _check_treatment(params: Mapping[str, Any]) -> None:
    treatment = params.get("TreatMissingData")
    if treatment is not None and treatment not in _TREATMENTS:
        raise validation_error(
            f"The value {treatment} is unsupported for parameter TreatMissingData. Supported are "
            f"{', '.join(_TREATMENTS)}."
        )
    low = params.get("EvaluateLowSampleCountPercentile")
    if low is not None and low not in ("evaluate", "ignore"):
        raise validation_error(
            f"Option {low} is not supported. Supported options for parameter "
            "EvaluateLowSampleCountPercentile are evaluate and ignore."
        )
