"""Schedules, buses, composite alarms and notifications: created, changed, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.embedded_cloudformation.real_stack import (
    Deployed,
    Resource,
    as_map,
    document,
    tags,
    trust,
)


def test_schedule_and_group(stack: Deployed) -> None:
    def resources(hours: int, label: str) -> dict[str, Resource]:
        return {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": trust("scheduler"),
                    "Policies": [
                        {"PolicyName": "p", "PolicyDocument": document("sqs:SendMessage")}
                    ],
                },
            },
            "Group": {
                "Type": "AWS::Scheduler::ScheduleGroup",
                "Properties": {"Tags": tags(a=label)},
            },
            "R": {
                "Type": "AWS::Scheduler::Schedule",
                "Properties": {
                    "GroupName": {"Ref": "Group"},
                    "ScheduleExpression": f"rate({hours} hours)",
                    "ScheduleExpressionTimezone": "Europe/Berlin",
                    "StartDate": "2099-01-01T00:00:00Z",
                    "FlexibleTimeWindow": {"Mode": "OFF"},
                    "Target": {
                        "Arn": "arn:aws:sqs:us-east-1:123456789012:q",
                        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                        "Input": "{}",
                        "RetryPolicy": {"MaximumRetryAttempts": "2"},
                    },
                },
            },
        }

    scheduler = stack.client("scheduler")
    for hours, label in ((2, "one"), (3, "two")):
        ids = stack.deploy(**resources(hours, label))
        found = scheduler.get_schedule(Name=ids["R"], GroupName=ids["Group"])
        assert found["ScheduleExpression"] == f"rate({hours} hours)"
        assert found["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 2}
        group = scheduler.get_schedule_group(Name=ids["Group"])
        listed = scheduler.list_tags_for_resource(ResourceArn=group["Arn"])["Tags"]
        assert as_map(listed)["a"] == label
    stack.delete()
    with pytest.raises(ClientError, match="does not exist"):
        scheduler.get_schedule(Name=ids["R"], GroupName=ids["Group"])


def test_bus_with_a_rule(stack: Deployed) -> None:
    rule = {"EventBusName": {"Ref": "R"}, "EventPattern": {"source": ["a"]}}
    bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "bus", "Tags": tags(a="b")}}
    ids = stack.deploy(R=bus, Rule={"Type": "AWS::Events::Rule", "Properties": rule})
    events = stack.client("events")
    assert ids["R"] == "bus"
    assert len(events.list_rules(EventBusName="bus")["Rules"]) == 1
    stack.delete()
    assert "bus" not in [found["Name"] for found in events.list_event_buses()["EventBuses"]]


def test_composite_alarm(stack: Deployed) -> None:
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Namespace": "n",
            "MetricName": "m",
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "Period": 60,
            "Statistic": "Sum",
            "Threshold": 1,
        },
    }

    def composite(rule: str) -> Resource:
        properties = {"AlarmRule": {"Fn::Sub": rule}, "Tags": tags(a="b")}
        return {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": properties}

    cloudwatch = stack.client("cloudwatch")
    for rule in ("ALARM(${Child})", "NOT OK(${Child})"):
        ids = stack.deploy(R=composite(rule), Child=alarm)
        answer = cloudwatch.describe_alarms(AlarmNames=[ids["R"]], AlarmTypes=["CompositeAlarm"])
        (found,) = answer["CompositeAlarms"]
        assert found["AlarmRule"] == rule.replace("${Child}", ids["Child"])
    stack.delete()


def test_notifications_of_a_bucket(stack: Deployed) -> None:
    policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": "*",
            }
        ]
    }

    def resources(**configuration: Any) -> dict[str, Resource]:
        return {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Policy": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": policy},
            },
            "R": {
                "Type": "AWS::S3::Bucket",
                "DependsOn": "Policy",
                "Properties": {"NotificationConfiguration": configuration},
            },
        }

    entry = {
        "Event": "s3:ObjectCreated:*",
        "Queue": {"Fn::GetAtt": ["Queue", "Arn"]},
        "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}},
    }
    s3 = stack.client("s3")
    bucket = stack.deploy(**resources(QueueConfigurations=[entry]))["R"]
    (found,) = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    assert found["Events"] == ["s3:ObjectCreated:*"]
    assert found["Filter"]["Key"]["FilterRules"] == [{"Name": "Prefix", "Value": "in/"}]
    stack.deploy(**resources(EventBridgeConfiguration={"EventBridgeEnabled": True}))
    answer = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert "QueueConfigurations" not in answer
    assert answer["EventBridgeConfiguration"] == {}
    stack.delete()
