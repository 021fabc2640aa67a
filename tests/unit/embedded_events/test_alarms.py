"""Alarms change their state by the metric and the clock, and their actions happen."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.alarm_actions import AlarmTransition
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_events.conftest import ACCOUNT, NotingFunction, Recorder
from tests.waiting import until


@pytest.fixture
def cloudwatch(client: Callable[[str], Any]) -> Any:
    return client("cloudwatch")


class MadeAlarm:
    """An alarm of a metric of its own: more than 5 in one minute."""

    def __init__(self, aws: EmbeddedAws, cloudwatch: Any, **settings: Any) -> None:
        self._aws = aws
        self._cloudwatch = cloudwatch
        self.name = f"a-{uuid.uuid4().hex[:8]}"
        self.arn = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:{self.name}"
        request = {
            "AlarmName": self.name,
            "Namespace": "Test",
            "MetricName": self.name,
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
        } | settings
        cloudwatch.put_metric_alarm(**{k: v for k, v in request.items() if v is not None})

    def measure(self, value: float, seconds: float = 60) -> None:
        """Write a value, and let time pass."""
        datum = {"MetricName": self.name, "Value": value}
        self._cloudwatch.put_metric_data(Namespace="Test", MetricData=[datum])
        self._aws.runtime.clock.advance(seconds)

    def state(self) -> str:
        """Return the state now."""
        (found,) = self._cloudwatch.describe_alarms(AlarmNames=[self.name])["MetricAlarms"]
        return str(found["StateValue"])

    def history(self, kind: str) -> list[str]:
        """Return the summaries of one kind, oldest first."""
        items = self._cloudwatch.describe_alarm_history(
            AlarmName=self.name, HistoryItemType=kind, ScanBy="TimestampAscending"
        )["AlarmHistoryItems"]
        return [item["HistorySummary"] for item in items]


@pytest.fixture
def alarm(aws: EmbeddedAws, cloudwatch: Any) -> Callable[..., MadeAlarm]:
    """Makes alarms; members that are None are left out."""
    return lambda **settings: MadeAlarm(aws, cloudwatch, **settings)


def test_an_alarm_follows_its_metric(alarm: Callable[..., MadeAlarm]) -> None:
    made = alarm()
    assert made.state() == "INSUFFICIENT_DATA"
    made.measure(1)
    assert made.state() == "OK"
    made.measure(9)
    assert made.state() == "ALARM"
    made.measure(1)
    assert made.state() == "OK"
    assert made.history("StateUpdate") == [
        "Alarm updated from INSUFFICIENT_DATA to OK",
        "Alarm updated from OK to ALARM",
        "Alarm updated from ALARM to OK",
    ]


def test_fewer_values_than_it_takes_alarm_only_when_the_oldest_is_old_enough(
    alarm: Callable[..., MadeAlarm], aws: EmbeddedAws
) -> None:
    made = alarm(EvaluationPeriods=3)
    made.measure(9)
    assert made.state() == "INSUFFICIENT_DATA"
    made.measure(9)
    assert made.state() == "INSUFFICIENT_DATA"
    aws.runtime.clock.advance(60)
    assert made.state() == "ALARM"


def test_an_alarm_reaches_a_topic_by_its_policy_and_key(
    alarm: Callable[..., MadeAlarm],
    client: Callable[[str], Any],
    queue: Callable[..., Recorder],
    log: io.StringIO,
) -> None:
    sns, subscriber = client("sns"), queue("sns.amazonaws.com")
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex[:8]}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=subscriber.arn)
    made = alarm(AlarmActions=[topic], OKActions=[topic], AlarmDescription="too many")
    made.measure(9)
    notification = subscriber.next_body()
    message = json.loads(notification["Message"])
    assert notification["Subject"] == f'ALARM: "{made.name}" in US East (N. Virginia)'
    assert (message["NewStateValue"], message["OldStateValue"]) == ("ALARM", "INSUFFICIENT_DATA")
    assert (message["AlarmArn"], message["AWSAccountId"]) == (made.arn, ACCOUNT)
    assert message["Trigger"]["Threshold"] == 5
    assert "1 out of the last 1 datapoints [9.0" in message["NewStateReason"]
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=key)
    made.measure(1)
    failed = until(
        lambda: [s for s in made.history("Action") if "Failed" in s], 10, "the action has failed"
    )
    assert topic in failed[0]
    assert f"alarm {made.name}: {topic} failed: the policy of" in log.getvalue()
    assert subscriber.take() == []


def test_an_alarm_starts_a_function_that_admits_it(
    alarm: Callable[..., MadeAlarm], noting_function: NotingFunction
) -> None:
    made = alarm(AlarmActions=[noting_function.arn])
    noting_function.admit("lambda.alarms.cloudwatch.amazonaws.com", made.arn)
    made.measure(9)
    event = noting_function.next()
    assert (event["source"], event["alarmArn"]) == ("aws.cloudwatch", made.arn)
    assert event["alarmData"]["state"]["value"] == "ALARM"
    assert event["alarmData"]["configuration"]["metrics"][0]["metricStat"]["stat"] == "Sum"


def test_a_state_set_by_hand_runs_actions_and_reaches_the_bus(
    alarm: Callable[..., MadeAlarm],
    cloudwatch: Any,
    client: Callable[[str], Any],
    queue: Callable[..., Recorder],
) -> None:
    target, events = queue("events.amazonaws.com"), client("events")
    made = alarm()
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": [made.name]}}
    events.put_rule(Name=made.name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=made.name, Targets=[{"Id": "1", "Arn": target.arn}])
    cloudwatch.set_alarm_state(AlarmName=made.name, StateValue="ALARM", StateReason="by hand")
    event = target.next_body()
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    assert event["resources"] == [made.arn]
    assert event["detail"]["state"]["reason"] == "by hand"
    assert event["detail"]["previousState"]["value"] == "INSUFFICIENT_DATA"
    with pytest.raises(ClientError, match="Unknown"):
        cloudwatch.set_alarm_state(AlarmName="gone", StateValue="OK", StateReason="r")


def test_scaling_actions_are_repeated_while_the_alarm_lasts(
    aws: EmbeddedAws, alarm: Callable[..., MadeAlarm]
) -> None:
    seen: list[AlarmTransition] = []
    aws.runtime.alarm_actions.register("arn:aws:autoscaling:", lambda _arn, what: seen.append(what))
    policy = f"arn:aws:autoscaling:us-east-1:{ACCOUNT}:scalingPolicy:1:resource/x:policyName/p"
    made = alarm(
        AlarmActions=[policy],
        DatapointsToAlarm=2,
        EvaluationPeriods=3,
        TreatMissingData="notBreaching",
    )
    made.measure(9)
    made.measure(1)
    assert made.state() == "OK"
    made.measure(8)
    made.measure(8)
    until(lambda: len(seen) >= 2, 10, "the action was run and repeated")
    assert [what.old_state for what in seen][:2] == ["OK", "ALARM"]
    assert seen[0].breach_value == 8
    actions = made.history("Action")
    assert actions[0].startswith("Successfully executed")


def test_an_alarm_of_high_resolution_is_evaluated_every_ten_seconds(
    alarm: Callable[..., MadeAlarm],
) -> None:
    made = alarm(Period=10, TreatMissingData="notBreaching")
    made.measure(9, seconds=10)
    assert made.state() == "ALARM"
    made.measure(1, seconds=50)
    assert made.state() == "OK"


def test_percentiles_and_low_sample_counts(alarm: Callable[..., MadeAlarm]) -> None:
    evaluated = alarm(Statistic=None, ExtendedStatistic="p90")
    ignored = alarm(
        Statistic=None, ExtendedStatistic="p90", EvaluateLowSampleCountPercentile="ignore"
    )
    evaluated.measure(9, seconds=0)
    ignored.measure(9)
    assert (evaluated.state(), ignored.state()) == ("ALARM", "INSUFFICIENT_DATA")


def test_metric_math_is_evaluated(alarm: Callable[..., MadeAlarm], cloudwatch: Any) -> None:
    def query(name: str) -> dict[str, Any]:
        metric = {"Namespace": "Test", "MetricName": name}
        return {
            "Id": name[0],
            "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        }

    unique = uuid.uuid4().hex[:8]
    failed, total = f"f{unique}", f"t{unique}"
    expression = {"Id": "share", "Expression": "100 * f / t"}
    made = alarm(
        Namespace=None, MetricName=None, Statistic=None, Period=None,
        Metrics=[query(failed), query(total), expression],
    )  # fmt: skip
    data = [{"MetricName": failed, "Value": 1}, {"MetricName": total, "Value": 10}]
    cloudwatch.put_metric_data(Namespace="Test", MetricData=data)
    made.measure(0)
    assert made.state() == "ALARM"


@pytest.mark.parametrize("age", [timedelta(days=15), timedelta(hours=-3)])
def test_data_of_long_ago_or_far_ahead_are_refused(
    aws: EmbeddedAws, cloudwatch: Any, age: timedelta
) -> None:
    def put(moment: datetime) -> None:
        datum = {"MetricName": "late", "Value": 1, "Timestamp": moment}
        cloudwatch.put_metric_data(Namespace="Late", MetricData=[datum])

    now = aws.runtime.clock.now()
    with pytest.raises(ClientError, match="within the past two weeks"):
        put(now - age)
    put(now - age / 2)


def test_a_composite_alarm_follows_its_children(
    alarm: Callable[..., MadeAlarm], cloudwatch: Any
) -> None:
    one, other = alarm(), alarm()
    name = f"c-{one.name}"
    cloudwatch.put_composite_alarm(
        AlarmName=name, AlarmRule=f'ALARM("{one.name}") AND NOT ALARM({other.arn})'
    )

    def state() -> str:
        answer = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])
        return str(answer["CompositeAlarms"][0]["StateValue"])

    assert state() == "OK"
    cloudwatch.set_alarm_state(AlarmName=one.name, StateValue="ALARM", StateReason="r")
    assert state() == "ALARM"
    cloudwatch.set_alarm_state(AlarmName=other.name, StateValue="ALARM", StateReason="r")
    assert state() == "OK"
    with pytest.raises(ClientError, match="do not exist"):
        cloudwatch.put_composite_alarm(AlarmName="x", AlarmRule="ALARM(gone)")
    with pytest.raises(ClientError, match="the alarm itself"):
        cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=f"ALARM({name})")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"Period": 7}, "Period must be 10, 20, 30 or a multiple of 60"),
        ({"AlarmActions": ["nonsense"]}, "Invalid arn syntax: nonsense"),
        ({"OKActions": [f"arn:aws:ec2:us-east-1:{ACCOUNT}:x"]}, "Invalid arn syntax"),
        (
            {"AlarmActions": [f"arn:aws:ssm:us-east-1:{ACCOUNT}:opsitem:1"]},
            "does not support cloudwatch:PutMetricAlarm with the action",
        ),
        ({"DatapointsToAlarm": 2}, "DatapointsToAlarm must be less than or equal"),
        ({"EvaluationPeriods": 2000}, "more than a day"),
        ({"Period": 3600, "EvaluationPeriods": 169}, "more than seven days"),
        ({"Statistic": None}, "Exactly one of Statistic and ExtendedStatistic"),
        ({"Statistic": None, "ExtendedStatistic": "tm90"}, "the statistic tm90"),
        ({"TreatMissingData": "nonsense"}, "unsupported for parameter TreatMissingData"),
        ({"Threshold": None}, "Threshold is required"),
        (
            {"ComparisonOperator": "GreaterThanUpperThreshold", "ThresholdMetricId": "x"},
            "with ThresholdMetricId",
        ),
        ({"MetricName": None}, "Exactly one of MetricName and Metrics"),
    ],
)
def test_alarms_that_cloudwatch_refuses_are_refused(
    alarm: Callable[..., MadeAlarm], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        alarm(**settings)


def test_alarms_are_switched_tagged_found_and_deleted(
    alarm: Callable[..., MadeAlarm], cloudwatch: Any
) -> None:
    made = alarm(Tags=[{"Key": "a", "Value": "b"}])
    cloudwatch.disable_alarm_actions(AlarmNames=[made.name])
    (found,) = cloudwatch.describe_alarms(AlarmNamePrefix=made.name)["MetricAlarms"]
    assert (found["ActionsEnabled"], found["Threshold"]) == (False, 5)
    assert cloudwatch.list_tags_for_resource(ResourceARN=made.arn)["Tags"][0]["Value"] == "b"
    by_metric = cloudwatch.describe_alarms_for_metric(Namespace="Test", MetricName=made.name)
    assert [alarm["AlarmName"] for alarm in by_metric["MetricAlarms"]] == [made.name]
    cloudwatch.delete_alarms(AlarmNames=[made.name, "gone"])
    assert cloudwatch.describe_alarms(AlarmNames=[made.name])["MetricAlarms"] == []
