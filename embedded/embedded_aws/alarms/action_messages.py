"""What an alarm sends: to a topic, to a function, and to the event bus."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import botocore.session

from embedded_aws.alarm_actions import AlarmTransition
from embedded_aws.alarms.alarm import ACTION_MEMBERS, Alarm

_LONGEST_SUBJECT = 100  # API reference of SNS, Publish


def topic_subject(transition: AlarmTransition) -> str:
    """Return the subject of an alarm's mail."""
    text = f'{transition.new_state}: "{transition.name}" in {_region_name(transition.region)}'
    return text[:_LONGEST_SUBJECT]


def topic_message(transition: AlarmTransition, account_id: str) -> str:
    """Return the text that a topic gets: CloudWatch guide, "Notifying users on alarm changes"."""
    settings = transition.settings
    message = {
        "AlarmName": transition.name,
        "AlarmDescription": settings.get("AlarmDescription"),
        "AWSAccountId": account_id,
        "AlarmConfigurationUpdatedTimestamp": _stamp(transition.at),
        "NewStateValue": transition.new_state,
        "NewStateReason": transition.reason,
        "StateChangeTime": _stamp(transition.at),
        "Region": _region_name(transition.region),
        "AlarmArn": transition.arn,
        "OldStateValue": transition.old_state,
        **{member: settings.get(member) or [] for member in ACTION_MEMBERS.values()},
    }
    if "AlarmRule" in settings:
        message["AlarmRule"] = settings["AlarmRule"]
    else:
        message["Trigger"] = _trigger(settings)
    return json.dumps(message, default=str)


def function_event(transition: AlarmTransition, account_id: str) -> str:
    """Return a function's event: CloudWatch guide, "Invoke a Lambda function from an alarm"."""
    return json.dumps(
        {
            "source": "aws.cloudwatch",
            "alarmArn": transition.arn,
            "accountId": account_id,
            "time": _stamp(transition.at),
            "region": transition.region,
            "alarmData": {
                "alarmName": transition.name,
                "state": _state(transition),
                "previousState": {"value": transition.old_state},
                "configuration": _configuration(transition.settings, transition.arn),
            },
        },
        default=str,
    )


def bus_detail(alarm: Alarm, transition: AlarmTransition) -> dict[str, Any]:
    """Return the detail of `CloudWatch Alarm State Change`: CloudWatch guide, "Alarm events"."""
    detail = {
        "alarmName": alarm.name,
        "state": _state(transition),
        "previousState": {"value": transition.old_state},
        "configuration": _configuration(alarm.request, alarm.arn),
    }
    found: dict[str, Any] = json.loads(json.dumps(detail, default=str))
    return found


def _state(transition: AlarmTransition) -> dict[str, str]:
    state = {
        "value": transition.new_state,
        "reason": transition.reason,
        "timestamp": _stamp(transition.at),
    }
    if transition.reason_data:
        state["reasonData"] = transition.reason_data
    return state


def _configuration(settings: Mapping[str, Any], arn: str) -> dict[str, Any]:
    configuration: dict[str, Any] = {}
    if settings.get("AlarmDescription"):
        configuration["description"] = settings["AlarmDescription"]
    if "AlarmRule" in settings:
        return configuration | {"alarmRule": settings["AlarmRule"]}
    queries = settings.get("Metrics") or [
        {
            "Id": arn.rpartition(":")[2],
            "MetricStat": {
                "Metric": settings,
                "Period": settings.get("Period"),
                "Stat": settings.get("Statistic") or settings.get("ExtendedStatistic"),
            },
        }
    ]
    configuration["metrics"] = [_query(query) for query in queries]
    return configuration


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": query["Id"],
        "returnData": query.get("ReturnData") is not False,
    }
    if query.get("Expression"):
        return described | {"expression": query["Expression"]}
    stat = query["MetricStat"]
    metric = stat["Metric"]
    described["metricStat"] = {
        "metric": {
            "namespace": metric["Namespace"],
            "name": metric["MetricName"],
            "dimensions": {d["Name"]: d["Value"] for d in metric.get("Dimensions") or ()},
        },
        "period": stat["Period"],
        "stat": stat["Stat"],
    }
    return described


def _trigger(settings: Mapping[str, Any]) -> dict[str, Any]:
    trigger: dict[str, Any] = {
        "EvaluationPeriods": settings["EvaluationPeriods"],
        "ComparisonOperator": settings["ComparisonOperator"],
        "Threshold": settings["Threshold"],
        "TreatMissingData": settings.get("TreatMissingData") or "",
        "EvaluateLowSampleCountPercentile": settings.get("EvaluateLowSampleCountPercentile") or "",
    }
    if settings.get("DatapointsToAlarm"):
        trigger["DatapointsToAlarm"] = settings["DatapointsToAlarm"]
    if settings.get("Metrics"):
        return {"Metrics": settings["Metrics"], **trigger}
    statistic = settings.get("Statistic")
    kinds = (
        {"StatisticType": "Statistic", "Statistic": statistic.upper()}
        if statistic
        else {
            "StatisticType": "ExtendedStatistic",
            "ExtendedStatistic": settings["ExtendedStatistic"],
        }
    )
    return {
        "MetricName": settings["MetricName"],
        "Namespace": settings["Namespace"],
        **kinds,
        "Unit": settings.get("Unit"),
        "Dimensions": [
            {"value": d["Value"], "name": d["Name"]} for d in settings.get("Dimensions") or ()
        ],
        "Period": settings["Period"],
        **trigger,
    }


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def _region_name(region: str) -> str:
    """Return a region as mails name it: "US East (N. Virginia)"."""
    partitions = botocore.session.get_session().get_data("endpoints")["partitions"]
    for partition in partitions:
        if region in partition["regions"]:
            return str(partition["regions"][region]["description"])
    return region
