"""Rules match events and reach their targets, with the permission that AWS asks for."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.server import EmbeddedAws
from embedded_aws.service_events import ServiceEvent
from tests.unit.embedded_events.conftest import ACCOUNT, NotingFunction, Recorder
from tests.waiting import until

EVENTS = "events.amazonaws.com"


@pytest.fixture
def events(client: Callable[[str], Any]) -> Any:
    return client("events")


class MadeRule:
    """A rule for the events of one source."""

    def __init__(self, events: Any, **settings: Any) -> None:
        self._events = events
        self.name = f"r-{uuid.uuid4().hex[:8]}"
        self.source = f"test.{self.name}"
        if not settings:
            settings = {"EventPattern": json.dumps({"source": [self.source]})}
        self.arn = events.put_rule(Name=self.name, **settings)["RuleArn"]

    def target(self, arn: str, **settings: Any) -> None:
        """Set the only target."""
        self._events.put_targets(Rule=self.name, Targets=[{"Id": "1", "Arn": arn, **settings}])

    def put(self, **detail: Any) -> dict[str, Any]:
        """Put an event of the rule's source."""
        entry = {"Source": self.source, "DetailType": "Test", "Detail": json.dumps(detail)}
        answer: dict[str, Any] = self._events.put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0
        return answer


@pytest.fixture
def rule(events: Any) -> MadeRule:
    return MadeRule(events)


def test_a_rule_sends_the_event_to_a_queue_that_admits_it(
    rule: MadeRule, queue: Callable[..., Recorder]
) -> None:
    target = queue(EVENTS)
    rule.target(target.arn)
    sent = rule.put(a=1)["Entries"][0]["EventId"]
    event = target.next_body()
    assert (event["id"], event["source"], event["detail"]) == (sent, rule.source, {"a": 1})
    assert set(event) == {
        "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"
    }  # fmt: skip
    assert event["time"].endswith("Z")


def test_a_rule_starts_a_function_that_admits_it(
    rule: MadeRule, noting_function: NotingFunction
) -> None:
    noting_function.admit(EVENTS, rule.arn)
    rule.target(noting_function.arn)
    rule.put(a=2)
    assert noting_function.next()["detail"] == {"a": 2}


def test_a_rule_starts_a_state_machine_with_its_role(
    rule: MadeRule, client: Callable[[str], Any], make_role: Callable[..., str]
) -> None:
    states = client("stepfunctions")
    definition = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}
    machine = states.create_state_machine(
        name=rule.name,
        definition=json.dumps(definition),
        roleArn=make_role("states.amazonaws.com"),
    )["stateMachineArn"]
    rule.target(
        machine,
        RoleArn=make_role(EVENTS, "states:StartExecution", machine),
        InputTransformer={
            "InputPathsMap": {"a": "$.detail.a", "gone": "$.detail.gone"},
            "InputTemplate": '{"a": <a>, "text": "is <a>", "gone": "<gone>", '
            '"rule": "<aws.events.rule-name>"}',
        },
    )
    rule.put(a={"b": [1]})
    found = until(
        lambda: states.list_executions(stateMachineArn=machine)["executions"], 10, "it has started"
    )
    described = states.describe_execution(executionArn=found[0]["executionArn"])
    assert json.loads(described["input"]) == {
        "a": {"b": [1]}, "text": 'is {"b":[1]}', "gone": "", "rule": rule.name
    }  # fmt: skip


def test_a_rule_reaches_a_topic_and_a_log_group_by_their_policies(
    rule: MadeRule, events: Any, client: Callable[[str], Any], queue: Callable[..., Recorder]
) -> None:
    sns, logs = client("sns"), client("logs")
    topic = sns.create_topic(Name=rule.name)["TopicArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": EVENTS},
        "Action": "sns:Publish",
        "Resource": topic,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    subscriber = queue("sns.amazonaws.com")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=subscriber.arn)
    group = f"/aws/events/{rule.name}"
    logs.create_log_group(logGroupName=group)
    group_arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}"
    log_statement = {
        "Effect": "Allow",
        "Principal": {"Service": EVENTS},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{group_arn}:*",
    }
    logs.put_resource_policy(
        policyName=rule.name,
        policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [log_statement]}),
    )
    targets = [
        {"Id": "topic", "Arn": topic, "InputPath": "$.detail"},
        {"Id": "logs", "Arn": group_arn, "Input": '"constant"'},
    ]
    events.put_targets(Rule=rule.name, Targets=targets)
    rule.put(a=3)
    assert json.loads(subscriber.next_body()["Message"]) == {"a": 3}
    seen = until(
        lambda: logs.filter_log_events(logGroupName=group)["events"], 10, "the event is logged"
    )
    assert seen[0]["message"] == '"constant"'


def test_a_target_that_refuses_fails_alone_visibly_and_into_its_dead_letter_queue(
    rule: MadeRule, events: Any, queue: Callable[..., Recorder], log: io.StringIO
) -> None:
    closed, open_, dead = queue(), queue(EVENTS), queue(EVENTS)
    gone = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:gone"
    targets = [
        {"Id": "closed", "Arn": closed.arn, "DeadLetterConfig": {"Arn": dead.arn}},
        {"Id": "gone", "Arn": gone},
        {"Id": "open", "Arn": open_.arn},
    ]
    events.put_targets(Rule=rule.name, Targets=targets)
    rule.put(a=4)
    assert open_.next_body()["detail"] == {"a": 4}
    letter = dead.next()
    assert json.loads(letter["Body"])["detail"] == {"a": 4}
    attributes = {k: v["StringValue"] for k, v in letter["MessageAttributes"].items()}
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert (attributes["RULE_ARN"], attributes["TARGET_ARN"]) == (rule.arn, closed.arn)
    assert closed.take() == []
    assert f"rule {rule.name} could not reach {closed.arn}" in log.getvalue()


def test_a_condition_on_the_rule_admits_no_other(
    rule: MadeRule, events: Any, queue: Callable[..., Recorder]
) -> None:
    target, witness = queue(), queue(EVENTS)
    target.admit(EVENTS, ArnEquals={"aws:SourceArn": f"{rule.arn}-other"})
    targets = [{"Id": "1", "Arn": target.arn}, {"Id": "2", "Arn": witness.arn}]
    events.put_targets(Rule=rule.name, Targets=targets)
    rule.put()
    witness.next()
    target.admit(EVENTS, ArnEquals={"aws:SourceArn": rule.arn})
    rule.put(second=True)
    assert target.next_body()["detail"] == {"second": True}


def test_a_scheduled_rule_fires_by_the_clock_and_matches_no_event(
    aws: EmbeddedAws, events: Any, queue: Callable[..., Recorder], noting_function: NotingFunction
) -> None:
    every_minute = MadeRule(events, ScheduleExpression="rate(1 minute)")
    soon = aws.runtime.clock.now() + timedelta(minutes=10)
    daily = MadeRule(events, ScheduleExpression=soon.strftime("cron(%M %H * * ? *)"))
    target = queue(EVENTS)
    every_minute.target(target.arn)
    noting_function.admit(EVENTS, daily.arn)
    daily.target(noting_function.arn, Input='{"kind": "nightly"}')
    every_minute.put()
    daily.put()
    assert target.take() == []
    aws.runtime.clock.advance(125)
    event = target.next_body()
    assert (event["detail-type"], event["source"]) == ("Scheduled Event", "aws.events")
    assert (event["resources"], event["detail"]) == ([every_minute.arn], {})
    target.next()
    events.disable_rule(Name=every_minute.name)
    aws.runtime.clock.advance(600)
    assert noting_function.next() == {"kind": "nightly"}
    assert target.take() == []
    for rule in (every_minute, daily):
        events.remove_targets(Rule=rule.name, Ids=["1"])
        events.delete_rule(Name=rule.name)


def test_a_custom_bus_has_its_own_rules(events: Any, queue: Callable[..., Recorder]) -> None:
    bus = f"bus-{uuid.uuid4().hex[:8]}"
    events.create_event_bus(Name=bus)
    target = queue(EVENTS)
    pattern = json.dumps({"detail": {"a": [{"exists": True}]}})
    rule = events.put_rule(Name="all", EventBusName=bus, EventPattern=pattern)["RuleArn"]
    assert rule.endswith(f":rule/{bus}/all")
    events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "1", "Arn": target.arn}])
    entry = {"Source": "s", "DetailType": "t", "Detail": '{"a": 1}'}
    events.put_events(Entries=[entry, {**entry, "EventBusName": bus}])
    assert target.next_body()["detail"] == {"a": 1}
    assert target.take() == []
    with pytest.raises(ClientError, match="since it has rules"):
        events.delete_event_bus(Name=bus)
    with pytest.raises(ClientError, match="only on the default event bus"):
        events.put_rule(Name="s", EventBusName=bus, ScheduleExpression="rate(1 day)")


def test_events_of_services_reach_the_default_bus(
    aws: EmbeddedAws, events: Any, queue: Callable[..., Recorder]
) -> None:
    rule = MadeRule(events, EventPattern='{"source": ["aws.test"]}')
    target = queue(EVENTS)
    rule.target(target.arn)
    aws.runtime.events.publish(
        ServiceEvent("aws.test", "Changed", "us-east-1", {"to": "Done"}, ("arn:x",))
    )
    event = target.next_body()
    assert (event["detail"], event["resources"]) == ({"to": "Done"}, ["arn:x"])


def test_entries_that_are_not_valid_fail_alone(events: Any) -> None:
    entry = {"Source": "s", "DetailType": "t", "Detail": "{}"}
    bad = [
        {**entry, "Detail": "["},
        {**entry, "Detail": "[]"},
        {**entry, "Source": "aws.sagemaker"},
        {**entry, "EventBusName": "gone"},
        {"DetailType": "t", "Detail": "{}"},
    ]
    answer = events.put_events(Entries=[entry, *bad])
    assert answer["FailedEntryCount"] == 5
    codes = [each.get("ErrorCode") for each in answer["Entries"]]
    assert codes == [
        None,
        "MalformedDetail",
        "MalformedDetail",
        "NotAuthorizedForSourceException",
        "ResourceNotFoundException",
        "InvalidArgument",
    ]
    with pytest.raises(ClientError, match="over the limit"):
        events.put_events(Entries=[{**entry, "Detail": json.dumps({"a": "x" * 262_144})}])


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({}, "ValidationException"),
        ({"ScheduleExpression": "cron(nope)"}, "ValidationException"),
        ({"ScheduleExpression": "rate(0 minutes)"}, "ValidationException"),
        ({"ScheduleExpression": "at(2030-01-01T00:00:00)"}, "ValidationException"),
        ({"EventPattern": "{}"}, "InvalidEventPatternException"),
        ({"EventPattern": '{"a": [{"like": 1}]}'}, "InvalidEventPatternException"),
        ({"EventPattern": '{"a": [1]}', "EventBusName": "gone"}, "ResourceNotFoundException"),
    ],
)
def test_rules_that_aws_refuses_are_refused(
    events: Any, settings: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientError) as failure:
        events.put_rule(Name="bad", **settings)
    assert failure.value.response["Error"]["Code"] == code


_QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Arn": "nonsense"}, "not in correct format"),
        ({"Arn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m"}, "RoleArn is required"),
        ({"Arn": f"{_QUEUE}.fifo"}, "SqsParameters must be specified"),
        ({"Arn": _QUEUE, "Input": "{}", "InputPath": "$"}, "Only one of"),
        ({"Arn": _QUEUE, "Input": "{"}, "JSON syntax error"),
        ({"Arn": _QUEUE, "InputPath": "detail"}, "Invalid InputPath"),
        ({"Arn": _QUEUE, "InputTransformer": {"InputTemplate": "<a>"}}, "Undefined variable a"),
        (
            {
                "Arn": _QUEUE,
                "InputTransformer": {
                    "InputPathsMap": {"a": "$['b']"}, "InputTemplate": '"<a>"'
                },
            },
            "Invalid InputTransformer path",
        ),
        ({"Arn": _QUEUE, "DeadLetterConfig": {"Arn": f"{_QUEUE}.fifo"}}, "standard Amazon SQS"),
        (
            {"Arn": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s"},
            "does not support events:PutTargets",
        ),
        ({"Arn": _QUEUE, "EcsParameters": {"TaskDefinitionArn": "t"}}, "Targets.EcsParameters"),
    ],
)  # fmt: skip
def test_targets_that_aws_refuses_are_refused(
    rule: MadeRule, target: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        rule.target(**{"arn": target["Arn"], **{k: v for k, v in target.items() if k != "Arn"}})


def test_a_rule_is_described_listed_tagged_and_deleted(events: Any, rule: MadeRule) -> None:
    described = events.describe_rule(Name=rule.name)
    assert (described["State"], described["EventBusName"]) == ("ENABLED", "default")
    events.tag_resource(ResourceARN=rule.arn, Tags=[{"Key": "a", "Value": "b"}])
    assert events.list_tags_for_resource(ResourceARN=rule.arn)["Tags"][0]["Value"] == "b"
    rule.target(_QUEUE)
    assert events.list_targets_by_rule(Rule=rule.name)["Targets"][0]["Arn"] == _QUEUE
    assert rule.name in events.list_rule_names_by_target(TargetArn=_QUEUE)["RuleNames"]
    with pytest.raises(ClientError, match="since it has targets"):
        events.delete_rule(Name=rule.name)
    removed = events.remove_targets(Rule=rule.name, Ids=["1", "2"])
    assert [entry["TargetId"] for entry in removed["FailedEntries"]] == ["2"]
    events.delete_rule(Name=rule.name)
    with pytest.raises(ClientError, match="does not exist"):
        events.describe_rule(Name=rule.name)


def test_a_pattern_is_tested_without_a_rule(events: Any) -> None:
    event = {
        "id": "1", "account": ACCOUNT, "source": "s", "time": "t", "region": "r",
        "resources": [], "detail-type": "d", "detail": {"n": 3},
    }  # fmt: skip
    pattern = '{"detail": {"n": [{"numeric": [">", 2]}]}}'
    assert events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"]
    event["detail"] = {"n": 1}
    assert not events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"]
    with pytest.raises(ClientError, match="required fields are missing: id"):
        events.test_event_pattern(EventPattern=pattern, Event="{}")


def test_what_is_not_delivered_is_refused_by_name(events: Any) -> None:
    source = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    with pytest.raises(ClientError, match="does not support events:CreateArchive"):
        events.create_archive(ArchiveName="a", EventSourceArn=source)
