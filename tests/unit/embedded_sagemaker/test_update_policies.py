"""How updates of endpoints move traffic, and which steps SageMaker takes."""

from __future__ import annotations

from typing import Any

import pytest

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.hosting.updates.policy import UpdatePolicy, read_policy


def blue_green(**routing: Any) -> UpdatePolicy:
    return read_policy({"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}})


def size(value: int, kind: str = "CAPACITY_PERCENT") -> dict[str, Any]:
    return {"Type": kind, "Value": value}


def test_without_a_configuration_all_traffic_moves_at_once() -> None:
    policy = read_policy(None)

    assert policy.is_plain
    assert list(policy.steps(3)) == [3]


def test_what_waits_or_is_watched_or_limited_is_not_plain() -> None:
    baked = read_policy(
        {
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0},
                "TerminationWaitInSeconds": 1,
            }
        }
    )
    watched = read_policy({"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "a"}]}})
    limited = read_policy({"BlueGreenUpdatePolicy": {"MaximumExecutionTimeoutInSeconds": 600}})

    assert (baked.is_plain, watched.is_plain, limited.is_plain) == (False, False, False)
    assert watched.alarms == ("a",)


@pytest.mark.parametrize(
    ("routing", "instances", "steps"),
    [
        ({"Type": "CANARY", "CanarySize": size(10)}, 3, [1, 3]),
        ({"Type": "CANARY", "CanarySize": size(2, "INSTANCE_COUNT")}, 5, [2, 5]),
        ({"Type": "LINEAR", "LinearStepSize": size(50)}, 4, [2, 4]),
        ({"Type": "LINEAR", "LinearStepSize": size(33)}, 10, [3, 6, 9, 10]),
    ],
)
def test_steps_are_counted_in_instances(
    routing: dict[str, Any], instances: int, steps: list[int]
) -> None:
    assert list(blue_green(WaitIntervalInSeconds=1, **routing).steps(instances)) == steps


@pytest.mark.parametrize(
    ("routing", "instances", "problem"),
    [
        ({"Type": "CANARY", "CanarySize": size(60)}, 4, "CanarySize .* between 0% and 50%"),
        ({"Type": "CANARY", "CanarySize": size(50)}, 1, "total instance count, which is 1"),
        ({"Type": "LINEAR", "LinearStepSize": size(9)}, 20, "between 10% and 50%"),
        ({"Type": "LINEAR", "LinearStepSize": size(3, "INSTANCE_COUNT")}, 5, "between 10%"),
    ],
)
def test_steps_of_another_size_are_refused(
    routing: dict[str, Any], instances: int, problem: str
) -> None:
    with pytest.raises(ApiError, match=problem):
        list(blue_green(WaitIntervalInSeconds=1, **routing).steps(instances))


@pytest.mark.parametrize(
    ("deployment", "problem"),
    [
        (
            {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "CANARY"}}},
            "needs CanarySize",
        ),
        (
            {
                "BlueGreenUpdatePolicy": {
                    "TrafficRoutingConfiguration": {
                        "Type": "ALL_AT_ONCE",
                        "LinearStepSize": size(10),
                    }
                }
            },
            "of type ALL_AT_ONCE must not have LinearStepSize",
        ),
        (
            {
                "BlueGreenUpdatePolicy": {},
                "RollingUpdatePolicy": {"MaximumBatchSize": size(5), "WaitIntervalInSeconds": 1},
            },
            "give BlueGreenUpdatePolicy or RollingUpdatePolicy",
        ),
    ],
)
def test_members_that_contradict_each_other_are_refused(
    deployment: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ApiError, match=problem):
        read_policy(deployment)
