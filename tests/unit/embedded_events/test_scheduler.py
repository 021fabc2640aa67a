"""Schedules invoke their targets by the clock, with their roles."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_events.conftest import ACCOUNT, NotingFunction, Recorder
from tests.waiting import until

SCHEDULER = "scheduler.amazonaws.com"


@pytest.fixture
def scheduler(client: Callable[[str], Any]) -> Any:
    return client("scheduler")


@pytest.fixture
def schedule(scheduler: Any, make_role: Callable[..., str]) -> Callable[..., str]:
    """Creates schedules; the role may do everything unless one is given."""

    def create(arn: str, expression: str, **settings: Any) -> str:
        target = {"Arn": arn, **settings.pop("Target", {})}
        target.setdefault("RoleArn", make_role(SCHEDULER, "*"))
        name = f"s-{uuid.uuid4().hex[:8]}"
        window = settings.pop("FlexibleTimeWindow", {"Mode": "OFF"})
        scheduler.create_schedule(
            Name=name,
            ScheduleExpression=expression,
            FlexibleTimeWindow=window,
            Target=target,
            **settings,
        )
        return name

    return create


def _at(aws: EmbeddedAws, seconds: float, zone: str = "UTC") -> str:
    moment = aws.runtime.clock.now().astimezone(ZoneInfo(zone)) + timedelta(seconds=seconds)
    return moment.strftime("at(%Y-%m-%dT%H:%M:%S)")


def test_a_one_off_schedule_starts_a_function_in_its_zone_and_is_deleted(
    aws: EmbeddedAws,
    scheduler: Any,
    schedule: Callable[..., str],
    noting_function: NotingFunction,
) -> None:
    kept = schedule(noting_function.arn, _at(aws, 90_000))
    name = schedule(
        noting_function.arn,
        _at(aws, 7200, "Asia/Tokyo"),
        ScheduleExpressionTimezone="Asia/Tokyo",
        ActionAfterCompletion="DELETE",
        Target={"Input": '{"arn": "<aws.scheduler.schedule-arn>"}'},
    )
    aws.runtime.clock.advance(3600)
    assert noting_function.seen() == []
    aws.runtime.clock.advance(3700)
    assert noting_function.next()["arn"].endswith(f":schedule/default/{name}")

    def names() -> list[str]:
        return [each["Name"] for each in scheduler.list_schedules()["Schedules"]]

    until(lambda: name not in names(), 10, "the schedule is deleted")
    assert kept in names()
    scheduler.delete_schedule(Name=kept)


def test_a_rate_begins_at_once_and_ends_at_its_end(
    aws: EmbeddedAws, schedule: Callable[..., str], queue: Callable[..., Recorder]
) -> None:
    target = queue()
    end = aws.runtime.clock.now() + timedelta(minutes=12)
    name = schedule(target.arn, "rate(5 minutes)", EndDate=end)
    first = target.next_body()
    assert (first["source"], first["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert first["resources"][0].endswith(name)
    aws.runtime.clock.advance(3600)
    target.next()
    target.next()
    assert target.take() == []


def test_a_start_and_a_disabled_state_are_kept(
    aws: EmbeddedAws,
    scheduler: Any,
    schedule: Callable[..., str],
    queue: Callable[..., Recorder],
) -> None:
    later, never = queue(), queue()
    start = aws.runtime.clock.now() + timedelta(hours=1)
    schedule(later.arn, "rate(1 day)", StartDate=start)
    disabled = schedule(never.arn, "cron(* * * * ? *)", State="DISABLED")
    aws.runtime.clock.advance(3000)
    assert later.take() == []
    aws.runtime.clock.advance(1000)
    later.next()
    assert never.take() == []
    described = scheduler.get_schedule(Name=disabled)
    scheduler.update_schedule(
        **{
            name: described[name]
            for name in ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
        }
    )
    aws.runtime.clock.advance(60)
    never.next()
    scheduler.delete_schedule(Name=disabled)


def test_a_role_that_may_not_reach_the_target_is_visible_and_fills_the_dead_letter_queue(
    aws: EmbeddedAws,
    schedule: Callable[..., str],
    queue: Callable[..., Recorder],
    make_role: Callable[..., str],
    log: io.StringIO,
) -> None:
    target, dead = queue(), queue()
    role = make_role(SCHEDULER, "sqs:SendMessage", dead.arn)
    name = schedule(
        target.arn,
        _at(aws, 60),
        Target={"RoleArn": role, "DeadLetterConfig": {"Arn": dead.arn}, "Input": "hello"},
    )
    aws.runtime.clock.advance(61)
    letter = dead.next()
    attributes = {key: value["StringValue"] for key, value in letter["MessageAttributes"].items()}
    assert letter["Body"] == "hello"
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert attributes["SCHEDULE_ARN"].endswith(name)
    assert target.take() == []
    assert f"schedule {name} could not reach {target.arn}" in log.getvalue()


def test_a_universal_target_calls_any_action(
    aws: EmbeddedAws, schedule: Callable[..., str], client: Callable[[str], Any]
) -> None:
    path = f"/test/{uuid.uuid4().hex}"
    schedule(
        "arn:aws:scheduler:::aws-sdk:ssm:putParameter",
        _at(aws, 60),
        Target={"Input": json.dumps({"Name": path, "Value": "v", "Type": "String"})},
    )
    aws.runtime.clock.advance(61)
    ssm = client("ssm")
    found = until(
        lambda: ssm.get_parameters(Names=[path])["Parameters"], 10, "the parameter exists"
    )
    assert found[0]["Value"] == "v"


_QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"


@pytest.mark.parametrize(
    ("expression", "settings", "message"),
    [
        ("cron(nope)", {}, "Invalid Schedule Expression"),
        ("rate(0 minutes)", {}, "Invalid Schedule Expression"),
        ("at(nope)", {}, "Invalid Schedule Expression"),
        ("rate(1 day)", {"ScheduleExpressionTimezone": "Mars/X"}, "ScheduleExpressionTimezone"),
        ("rate(1 day)", {"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes"),
        ("rate(1 day)", {"KmsKeyArn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"}, "KmsKeyArn"),
        ("rate(1 day)", {"StartDate": "2020-01-01T00:00:00Z"}, "earlier than 5 minutes"),
        ("rate(1 day)", {"EndDate": "2020-01-01T00:00:00Z"}, "EndDate"),
        ("rate(1 day)", {"GroupName": "gone"}, "group gone does not exist"),
    ],
)
def test_schedules_that_aws_refuses_are_refused(
    schedule: Callable[..., str], expression: str, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        schedule(_QUEUE, expression, **settings)


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        (f"{_QUEUE}.fifo", "MessageGroupId is required"),
        (f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/c", "does not support scheduler"),
        ("arn:aws:scheduler:::aws-sdk:sqs:receiveMessage", "read-only"),
        ("arn:aws:scheduler:::aws-sdk:sqs:nonsense", "not a supported api"),
        ("arn:aws:scheduler:::aws-sdk:nonsense:putX", "not a service integration"),
        ("arn:aws:scheduler:::aws-sdk:stepfunctions:startExecution", "not a service integration"),
        ("arn:aws:scheduler:::aws-sdk:sfn:startExecution", "Missing required parameter"),
    ],
)
def test_targets_that_aws_refuses_are_refused(
    schedule: Callable[..., str], arn: str, message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        schedule(arn, "rate(1 day)")


def test_the_role_has_to_trust_the_scheduler(
    schedule: Callable[..., str], make_role: Callable[..., str]
) -> None:
    for role in (make_role("events.amazonaws.com"), f"arn:aws:iam::{ACCOUNT}:role/gone"):
        with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume"):
            schedule(_QUEUE, "rate(1 day)", Target={"RoleArn": role})


def test_groups_hold_schedules_and_tags(scheduler: Any, schedule: Callable[..., str]) -> None:
    group = f"g-{uuid.uuid4().hex[:8]}"
    arn = scheduler.create_schedule_group(Name=group, Tags=[{"Key": "a", "Value": "b"}])
    assert scheduler.list_tags_for_resource(ResourceArn=arn["ScheduleGroupArn"])["Tags"]
    name = schedule(_QUEUE, "cron(0 0 1 1 ? 2199)", GroupName=group)
    with pytest.raises(ClientError, match="does not exist"):
        scheduler.get_schedule(Name=name)
    described = scheduler.get_schedule(Name=name, GroupName=group)
    assert (described["State"], described["ActionAfterCompletion"]) == ("ENABLED", "NONE")
    listed = scheduler.list_schedules(GroupName=group)["Schedules"]
    assert [each["Name"] for each in listed] == [name]
    scheduler.delete_schedule_group(Name=group)
    with pytest.raises(ClientError, match="does not exist"):
        scheduler.list_schedules(GroupName=group)
