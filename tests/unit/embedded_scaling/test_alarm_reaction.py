"""What policies do in an alarm: how far they go, when they wait, and what they record."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded_scaling.conftest import Scaling


def test_tracking_follows_the_metric_up_and_down(scaling: Scaling) -> None:
    scaling.register(1, 10)
    scaling.put_tracking(target=100)
    high, low = scaling.alarms()
    scaling.breach(high, 500)
    assert scaling.sagemaker.count == 5
    (activity,) = scaling.activities()
    assert activity["Cause"] == (
        f"monitor alarm {high['AlarmName']} in state ALARM triggered policy p"
    )
    scaling.aws.runtime.clock.advance(301)
    scaling.breach(low, 30)
    assert scaling.sagemaker.count == 2, "the least count at which 150 in all is at most 100 each"


def test_a_cooldown_holds_back_all_but_a_larger_scale_out(scaling: Scaling) -> None:
    scaling.register(1, 10)
    scaling.put_tracking(target=100, ScaleOutCooldown=120, ScaleInCooldown=120)
    high, low = scaling.alarms()
    scaling.breach(high, 300)
    scaling.breach(high, 300)
    assert scaling.sagemaker.count == 3, "the same value, from the same 1 instance"
    scaling.breach(high, 400)
    assert scaling.sagemaker.count == 4, "a larger scale-out goes on during the cooldown"
    scaling.breach(low, 50)
    assert scaling.sagemaker.count == 2, "a scale-in does not wait for a scale-out's cooldown"
    scaling.breach(low, 10)
    assert scaling.sagemaker.count == 2
    scaling.aws.runtime.clock.advance(121)
    scaling.breach(low, 10)
    assert scaling.sagemaker.count == 1


def test_the_maximum_bounds_a_policy_and_the_record_says_so(scaling: Scaling) -> None:
    scaling.register(1, 2)
    scaling.put_tracking(target=100, ScaleOutCooldown=0)
    high, _ = scaling.alarms()
    for _ in range(3):
        scaling.breach(high, 900)
    assert scaling.sagemaker.requested == [2]
    assert len(scaling.activities()) == 1
    refused, _ = scaling.activities(IncludeNotScaledActivities=True)
    assert refused["NotScaledReasons"] == [{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 2}]
    assert refused["Description"] == "Attempting to scale due to alarm triggered"


def test_suspended_scaling_does_nothing(scaling: Scaling) -> None:
    scaling.register(1, 10, SuspendedState={"DynamicScalingOutSuspended": True})
    scaling.put_tracking(target=100)
    high, low = scaling.alarms()
    scaling.breach(high, 900)
    assert scaling.sagemaker.requested == []
    scaling.sagemaker.count = 3
    scaling.breach(low, 1)
    assert scaling.sagemaker.requested == [1], "scale-in was not suspended"


def test_all_tracking_policies_must_agree_to_scale_in(scaling: Scaling) -> None:
    scaling.register(1, 10)
    scaling.sagemaker.count = 4
    scaling.put_tracking("first", target=100)
    scaling.put_tracking("second", target=100)
    low = next(alarm for alarm in scaling.alarms() if "AlarmLow" in alarm["AlarmName"])
    scaling.breach(low, 1)
    assert scaling.sagemaker.requested == [], "the other one's alarm has no data"


def test_steps_go_by_the_distance_from_the_threshold(scaling: Scaling) -> None:
    scaling.register(1, 20)
    arn = scaling.put_steps(
        {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 1},
        {"MetricIntervalLowerBound": 10, "ScalingAdjustment": 5},
        Cooldown=0,
    )
    alarm: dict[str, Any] = {
        "AlarmName": "mine",
        "AlarmActions": [arn],
        "Threshold": 50.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    scaling.breach(alarm, 59.9)
    scaling.breach(alarm, 60)
    assert scaling.sagemaker.requested == [2, 7]


def test_an_endpoint_under_way_is_a_failed_activity(scaling: Scaling) -> None:
    scaling.register(1, 10)
    scaling.put_tracking(target=100)
    scaling.sagemaker.status = "Updating"
    scaling.breach(scaling.alarms()[0], 300)
    (activity,) = scaling.activities()
    assert activity["StatusCode"] == "Failed"
    assert activity["StatusMessage"] == (
        "Failed to set desired instance count to 3. Reason: Cannot update endpoint in Updating"
    )
