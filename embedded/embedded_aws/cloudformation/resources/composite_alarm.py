"""AWS::CloudWatch::CompositeAlarm."""

from __future__ import annotations

from embedded_aws.cloudformation.resources.alarm_handler import AlarmHandler


class CompositeAlarm(AlarmHandler):
    """An alarm over other alarms."""

    type_name = "AWS::CloudWatch::CompositeAlarm"
    operation = "PutCompositeAlarm"
    required = frozenset({"AlarmRule"})
    supported = frozenset(
        {
            "ActionsEnabled",
            "AlarmActions",
            "AlarmDescription",
            "AlarmName",
            "AlarmRule",
            "InsufficientDataActions",
            "OKActions",
            "Tags",
        }
    )


HANDLERS = (CompositeAlarm,)
