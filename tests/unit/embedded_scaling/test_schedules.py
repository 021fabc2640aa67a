"""Scheduled actions run by the clock, in their time zone, within their bounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.embedded_scaling.conftest import Scaling

Refusal = Callable[..., str]
HOUR = 3600.0


def put(scaling: Scaling, schedule: str, *, minimum: int = 3, **more: Any) -> None:
    scaling.client.put_scheduled_action(
        **scaling.target,
        ScheduledActionName="busy-hours",
        Schedule=schedule,
        ScalableTargetAction={"MinCapacity": minimum, "MaxCapacity": 9},
        **more,
    )


def test_a_rate_sets_the_range_and_the_range_is_enforced(scaling: Scaling) -> None:
    scaling.register(1, 2)
    put(scaling, "rate(1 hour)")
    scaling.aws.runtime.clock.advance(HOUR - 60)
    assert scaling.sagemaker.count == 1
    scaling.aws.runtime.clock.advance(61)
    scaling.wait()
    assert scaling.sagemaker.count == 3
    enforced, triggered = scaling.activities()
    assert triggered["Description"] == "Setting min capacity to 3 and max capacity to 9"
    assert triggered["Cause"] == "scheduled action name busy-hours was triggered"
    assert triggered["StatusMessage"] == "Successfully set min capacity to 3 and max capacity to 9"
    assert enforced["Cause"] == "minimum capacity was set to 3"


def test_a_time_of_a_time_zone_happens_once(scaling: Scaling) -> None:
    scaling.register(1, 2)
    now = scaling.aws.runtime.clock.now()
    # Ten past the next full hour in Kathmandu, which is 5:45 ahead of UTC all year.
    wall = (now + timedelta(hours=5, minutes=45)).replace(tzinfo=None)
    moment = wall.replace(minute=10, second=0, microsecond=0) + timedelta(hours=1)
    put(scaling, f"at({moment.isoformat()})", Timezone="Asia/Kathmandu")
    until_then = (moment - wall).total_seconds()
    scaling.aws.runtime.clock.advance(until_then - 5)
    assert scaling.activities() == []
    scaling.aws.runtime.clock.advance(10)
    scaling.wait()
    assert scaling.sagemaker.count == 3
    scaling.sagemaker.count = 1
    scaling.aws.runtime.clock.advance(24 * HOUR)
    assert scaling.sagemaker.count == 1


def test_an_end_ends_a_cron_schedule(scaling: Scaling) -> None:
    scaling.register(1, 2)
    end = scaling.aws.runtime.clock.now() + timedelta(hours=2)
    put(scaling, "cron(0 * * * ? *)", EndTime=end)
    scaling.aws.runtime.clock.advance(10 * HOUR)
    scaling.wait()
    triggered = [item for item in scaling.activities() if "scheduled" in item["Cause"]]
    assert len(triggered) == 2


def test_a_suspended_schedule_does_nothing(scaling: Scaling) -> None:
    scaling.register(1, 2, SuspendedState={"ScheduledScalingSuspended": True})
    put(scaling, "rate(1 minute)")
    scaling.aws.runtime.clock.advance(300)
    assert scaling.activities() == []


def test_a_changed_or_deleted_action_no_longer_runs_as_before(
    scaling: Scaling, refusal: Refusal
) -> None:
    scaling.register(1, 2)
    put(scaling, "rate(1 hour)")
    scaling.client.put_scheduled_action(
        **scaling.target, ScheduledActionName="busy-hours", Schedule="rate(5 hours)"
    )
    scaling.aws.runtime.clock.advance(2 * HOUR)
    assert scaling.activities() == []
    (action,) = scaling.client.describe_scheduled_actions(**scaling.target)["ScheduledActions"]
    assert action["Schedule"] == "rate(5 hours)"
    assert action["ScalableTargetAction"] == {"MinCapacity": 3, "MaxCapacity": 9}
    name = {**scaling.target, "ScheduledActionName": "busy-hours"}
    scaling.client.delete_scheduled_action(**name)
    scaling.aws.runtime.clock.advance(10 * HOUR)
    assert scaling.activities() == []
    words = refusal(scaling.client.delete_scheduled_action, **name)
    assert words.startswith("ObjectNotFoundException: No scheduled action found for")


@pytest.mark.parametrize(
    ("schedule", "more", "words"),
    [
        ("rate(0 minutes)", {}, "Invalid schedule"),
        ("cron(nope)", {}, "Invalid schedule"),
        ("nope(1)", {}, "Invalid schedule"),
        ("rate(1 hour)", {"Timezone": "Mars/Olympus"}, "is not a time zone"),
        ("rate(1 hour)", {"minimum": 10}, "must be greater than or equal to MinCapacity"),
        (
            "rate(1 hour)",
            {
                "StartTime": datetime(2030, 1, 2, tzinfo=UTC),
                "EndTime": datetime(2030, 1, 1, tzinfo=UTC),
            },
            "EndTime must be after StartTime",
        ),
    ],
)
def test_impossible_schedules_are_refused(
    scaling: Scaling, refusal: Refusal, schedule: str, more: dict[str, Any], words: str
) -> None:
    scaling.register(1, 2)
    assert words in refusal(put, scaling=scaling, schedule=schedule, **more)


def test_an_action_needs_a_registered_target(scaling: Scaling, refusal: Refusal) -> None:
    words = refusal(put, scaling=scaling, schedule="rate(1 hour)")
    assert words.startswith("ObjectNotFoundException: No scalable target registered for")
