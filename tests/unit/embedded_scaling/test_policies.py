"""Policies: their alarms as AWS makes them, and settings that AWS refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.embedded_scaling.conftest import Scaling

Refusal = Callable[..., str]


def test_a_tracking_policy_makes_two_alarms(scaling: Scaling) -> None:
    scaling.register()
    answer = scaling.put_tracking(target=70.0)
    high, low = scaling.alarms()
    assert [alarm["AlarmName"] for alarm in answer["Alarms"]] == [
        high["AlarmName"],
        low["AlarmName"],
    ]
    prefix = f"TargetTracking-{scaling.target['ResourceId']}-Alarm"
    assert high["AlarmName"].startswith(f"{prefix}High-")
    assert low["AlarmName"].startswith(f"{prefix}Low-")
    shown = ("Threshold", "EvaluationPeriods", "Period", "Statistic", "ComparisonOperator")
    assert [high[name] for name in shown] == [70.0, 3, 60, "Sum", "GreaterThanThreshold"]
    assert [low[name] for name in shown] == [63.0, 15, 60, "Sum", "LessThanThreshold"]
    for alarm in (high, low):
        assert (alarm["Namespace"], alarm["MetricName"]) == (
            "AWS/SageMaker",
            "InvocationsPerInstance",
        )
        assert alarm["Dimensions"] == [
            {"Name": "EndpointName", "Value": scaling.sagemaker.name},
            {"Name": "VariantName", "Value": "v"},
        ]
        assert alarm["AlarmActions"][0].startswith(f"{answer['PolicyARN']}:createdBy/")
        assert alarm["AlarmDescription"].startswith("DO NOT EDIT OR DELETE.")


def test_a_high_resolution_metric_is_watched_each_ten_seconds(scaling: Scaling) -> None:
    scaling.register()
    kind = "SageMakerVariantConcurrentRequestsPerModelHighResolution"
    scaling.put_tracking(target=5, PredefinedMetricSpecification={"PredefinedMetricType": kind})
    high, low = scaling.alarms()
    assert [high[name] for name in ("Period", "EvaluationPeriods")] == [10, 3]
    assert [low[name] for name in ("Period", "EvaluationPeriods")] == [10, 90]
    assert high["MetricName"] == "ConcurrentRequestsPerModel"


def test_a_policy_that_does_not_scale_in_has_no_low_alarm(scaling: Scaling) -> None:
    scaling.register()
    scaling.put_tracking(DisableScaleIn=True)
    (high,) = scaling.alarms()
    scaling.put_tracking()
    again, _low = scaling.alarms()
    scaling.put_tracking(DisableScaleIn=True)
    assert [alarm["AlarmName"] for alarm in (again, *scaling.alarms())] == [high["AlarmName"]] * 2


def test_a_changed_policy_keeps_its_arn_and_alarms(scaling: Scaling) -> None:
    scaling.register()
    before = scaling.put_tracking(target=10)
    after = scaling.put_tracking(target=20)
    assert (after["PolicyARN"], after["Alarms"]) == (before["PolicyARN"], before["Alarms"])
    assert [alarm["Threshold"] for alarm in scaling.alarms()] == [20.0, 18.0]
    (policy,) = scaling.client.describe_scaling_policies(**scaling.target)["ScalingPolicies"]
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 20.0
    assert policy["Alarms"] == before["Alarms"]


def test_a_custom_metric_is_watched_as_it_is_given(scaling: Scaling) -> None:
    scaling.register()
    metric = {
        "MetricName": "CPUUtilization",
        "Namespace": "/aws/sagemaker/Endpoints",
        "Dimensions": [{"Name": "EndpointName", "Value": "e"}],
        "Statistic": "Average",
        "Unit": "Percent",
    }
    scaling.client.put_scaling_policy(
        **scaling.target,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 50,
            "CustomizedMetricSpecification": metric,
        },
    )
    high, _ = scaling.alarms()
    assert {name: high[name] for name in metric} == metric


def test_deleting_a_policy_deletes_its_alarms(scaling: Scaling, refusal: Refusal) -> None:
    scaling.register()
    scaling.put_tracking()
    scaling.client.delete_scaling_policy(**scaling.target, PolicyName="p")
    assert scaling.alarms() == []
    words = refusal(scaling.client.delete_scaling_policy, **scaling.target, PolicyName="p")
    assert words.startswith(
        "ObjectNotFoundException: No scaling policy found for service namespace"
    )


def test_a_policy_needs_a_registered_target(scaling: Scaling, refusal: Refusal) -> None:
    assert refusal(scaling.put_tracking) == (
        "ObjectNotFoundException: No scalable target registered for service namespace: sagemaker, "
        f"resource ID: {scaling.target['ResourceId']}, "
        "scalable dimension: sagemaker:variant:DesiredInstanceCount"
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"TargetValue": 0}, "must be greater than 0"),
        ({"ScaleOutCooldown": -1}, "must not be negative"),
        ({"CustomizedMetricSpecification": {"MetricName": "m"}}, "needs either"),
        (
            {"PredefinedMetricSpecification": {"PredefinedMetricType": "ALBRequestCountPerTarget"}},
            "is not one of sagemaker:variant:DesiredInstanceCount",
        ),
    ],
)
def test_impossible_tracking_is_refused(
    scaling: Scaling, refusal: Refusal, settings: dict[str, Any], words: str
) -> None:
    scaling.register()
    assert words in refusal(scaling.put_tracking, **settings)
    assert scaling.alarms() == []


@pytest.mark.parametrize(
    ("steps", "settings", "words"),
    [
        ([], {}, "at least one step adjustment"),
        ([(None, None), (0, 5)], {}, "can't be null in the same step adjustment"),
        ([(0, 10), (5, None)], {}, "can't overlap or have a gap"),
        ([(0, 10), (20, None)], {}, "can't overlap or have a gap"),
        ([(0, 10)], {}, "one step adjustment needs a null upper bound"),
        ([(-10, 0)], {}, "one step adjustment needs a null lower bound"),
        ([(5, 5)], {}, "must be greater than MetricIntervalLowerBound"),
        ([(0, None)], {"MinAdjustmentMagnitude": 2}, "needs the adjustment type Percent"),
    ],
)
def test_impossible_steps_are_refused(
    scaling: Scaling,
    refusal: Refusal,
    steps: list[tuple[float | None, float | None]],
    settings: dict[str, Any],
    words: str,
) -> None:
    scaling.register()
    members = ("MetricIntervalLowerBound", "MetricIntervalUpperBound")
    adjustments = [
        {
            **{name: value for name, value in zip(members, step, strict=True) if value is not None},
            "ScalingAdjustment": 1,
        }
        for step in steps
    ]
    assert words in refusal(lambda: scaling.put_steps(*adjustments, **settings))


def test_what_is_not_supported_is_named(scaling: Scaling, refusal: Refusal) -> None:
    scaling.register()
    words = refusal(
        scaling.client.put_scaling_policy,
        **scaling.target,
        PolicyName="p",
        PolicyType="PredictiveScaling",
    )
    assert words.startswith("NotImplemented: The embedded AWS does not support scaling policies of")
