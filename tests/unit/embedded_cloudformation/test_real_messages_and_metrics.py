"""Topics, queues, rules, logs, alarms, budgets: created, changed, unset, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.embedded_cloudformation.real_stack import (
    Deployed,
    Resource,
    tags,
)


def test_topic_queue_and_subscription(stack: Deployed) -> None:
    def resources(label: str, raw: bool) -> dict[str, Resource]:
        allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
        return {
            "R": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"DisplayName": label, "Tags": tags(a=label)},
            },
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"VisibilityTimeout": 60 if raw else 90, "Tags": tags(a=label)},
            },
            "QueuePolicy": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {
                    "Queues": [{"Ref": "Queue"}],
                    "PolicyDocument": {"Statement": [{**allow, "Sid": label}]},
                },
            },
            "TopicPolicy": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {
                    "Topics": [{"Ref": "R"}],
                    "PolicyDocument": {
                        "Statement": [{**allow, "Action": "sns:Publish", "Sid": label}]
                    },
                },
            },
            "Subscription": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": {"Ref": "R"},
                    "Protocol": "sqs",
                    "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
                    "RawMessageDelivery": raw,
                },
            },
        }

    sns, sqs = stack.client("sns"), stack.client("sqs")
    for label, raw in (("one", True), ("two", False)):
        ids = stack.deploy(**resources(label, raw))
        topic = sns.get_topic_attributes(TopicArn=ids["R"])["Attributes"]
        assert topic["DisplayName"] == label
        assert json.loads(topic["Policy"])["Statement"][0]["Sid"] == label
        queue = sqs.get_queue_attributes(QueueUrl=ids["Queue"], AttributeNames=["All"])
        assert queue["Attributes"]["VisibilityTimeout"] == ("60" if raw else "90")
        assert label in queue["Attributes"]["Policy"]
        found = sns.get_subscription_attributes(SubscriptionArn=ids["Subscription"])
        assert found["Attributes"]["RawMessageDelivery"] == str(raw).lower()
    stack.deploy(R=resources("two", False)["R"])
    assert (
        "__default_policy_ID" in sns.get_topic_attributes(TopicArn=ids["R"])["Attributes"]["Policy"]
    )
    stack.delete()
    assert ids["R"] not in [item["TopicArn"] for item in sns.list_topics()["Topics"]]


def test_log_group_metric_filter_alarm_and_dashboard(stack: Deployed) -> None:
    def resources(days: int | None) -> dict[str, Resource]:
        transformation = {
            "MetricName": "m",
            "MetricNamespace": "n",
            "MetricValue": "1",
        }
        return {
            "R": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {} if days is None else {"RetentionInDays": days},
            },
            "Filter": {
                "Type": "AWS::Logs::MetricFilter",
                "Properties": {
                    "LogGroupName": {"Ref": "R"},
                    "FilterPattern": f"ERROR {days}",
                    "MetricTransformations": [transformation],
                },
            },
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "Namespace": "n",
                    "MetricName": "m",
                    "ComparisonOperator": "GreaterThanThreshold",
                    "EvaluationPeriods": "2",
                    "Period": 60,
                    "Statistic": "Sum",
                    "Threshold": str(days or 1),
                    "Dimensions": [{"Name": "d", "Value": {"Ref": "R"}}],
                },
            },
            "Dashboard": {
                "Type": "AWS::CloudWatch::Dashboard",
                "Properties": {
                    "DashboardBody": json.dumps({"widgets": [], "start": f"-PT{days}H"})
                },
            },
        }

    logs, cloudwatch = stack.client("logs"), stack.client("cloudwatch")
    for days in (7, 30, None):
        ids = stack.deploy(**resources(days))
        group = logs.describe_log_groups(logGroupNamePrefix=ids["R"])["logGroups"][0]
        assert group.get("retentionInDays") == days
        found = logs.describe_metric_filters(logGroupName=ids["R"])["metricFilters"][0]
        assert found["filterPattern"] == f"ERROR {days}"
        alarm = cloudwatch.describe_alarms(AlarmNames=[ids["Alarm"]])["MetricAlarms"][0]
        assert alarm["Threshold"] == float(days or 1)
        body = cloudwatch.get_dashboard(DashboardName=ids["Dashboard"])["DashboardBody"]
        assert f"-PT{days}H" in body
    stack.delete()
    assert logs.describe_log_groups(logGroupNamePrefix=ids["R"])["logGroups"] == []
    assert cloudwatch.describe_alarms(AlarmNames=[ids["Alarm"]])["MetricAlarms"] == []


def test_rule_with_targets(stack: Deployed) -> None:
    def rule(*target_ids: str, **more: Any) -> Resource:
        targets = [
            {"Id": i, "Arn": "arn:aws:sqs:us-east-1:123456789012:q", "Input": "{}"}
            for i in target_ids
        ]
        return {"Type": "AWS::Events::Rule", "Properties": {"Targets": targets, **more}}

    events = stack.client("events")
    name = stack.deploy(R=rule("a", "b", EventPattern={"source": ["aws.sagemaker"]}))["R"]
    found = events.describe_rule(Name=name)
    assert json.loads(found["EventPattern"]) == {"source": ["aws.sagemaker"]}
    stack.deploy(R=rule("b", "c", ScheduleExpression="rate(1 hour)", State="DISABLED"))
    assert events.describe_rule(Name=name)["State"] == "DISABLED"
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    assert sorted(item["Id"] for item in targets) == ["b", "c"]
    stack.delete()
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_rule(Name=name)


def test_budget(stack: Deployed) -> None:
    budget = {
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": 100, "Unit": "USD"},
    }
    notification = {
        "Notification": {
            "ComparisonOperator": "GREATER_THAN",
            "NotificationType": "ACTUAL",
            "Threshold": 80,
        },
        "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}],
    }
    name = stack.deploy(
        R={
            "Type": "AWS::Budgets::Budget",
            "Properties": {"Budget": budget, "NotificationsWithSubscribers": [notification]},
        }
    )["R"]
    found = stack.client("budgets").describe_budget(AccountId="123456789012", BudgetName=name)
    assert float(found["Budget"]["BudgetLimit"]["Amount"]) == 100
    stack.delete()
