"""The capacity that a policy proposes."""

from __future__ import annotations

import pytest

from embedded_aws.scaling.proposals import stepped_capacity, tracked_capacity


@pytest.mark.parametrize(
    ("capacity", "value", "target", "expected"),
    [(1, 500, 100, 5), (2, 101, 100, 3), (3, 0, 100, 0), (3, 0.7, 0.3, 7), (10, 90, 100, 9)],
)
def test_tracking_keeps_the_metric_at_or_below_its_target(
    capacity: int, value: float, target: float, expected: int
) -> None:
    assert tracked_capacity(capacity, value, target) == expected


@pytest.mark.parametrize(
    ("adjustment", "minimum", "expected"),
    [(10, 0, 11), (25, 0, 12), (-25, 0, 8), (1, 0, 11), (-1, 0, 9), (10, 3, 13), (-10, 3, 7)],
)
def test_a_percentage_is_rounded_towards_zero_but_changes_something(
    adjustment: int, minimum: int, expected: int
) -> None:
    settings = {
        "AdjustmentType": "PercentChangeInCapacity",
        "StepAdjustments": [{"ScalingAdjustment": adjustment}],
        "MinAdjustmentMagnitude": minimum,
    }
    assert stepped_capacity(10, settings, 1, 0, above=True) == expected


def test_bounds_are_inclusive_towards_the_threshold() -> None:
    settings = {
        "AdjustmentType": "ExactCapacity",
        "StepAdjustments": [
            {"MetricIntervalUpperBound": -10, "ScalingAdjustment": 1},
            {
                "MetricIntervalLowerBound": -10,
                "MetricIntervalUpperBound": 0,
                "ScalingAdjustment": 2,
            },
        ],
    }
    below = [stepped_capacity(5, settings, value, 50, above=False) for value in (40, 40.1, 50, 51)]
    assert below == [1, 2, 2, None]
    above = [stepped_capacity(5, settings, value, 50, above=True) for value in (39.9, 40, 49, 50)]
    assert above == [1, 2, 2, None]
