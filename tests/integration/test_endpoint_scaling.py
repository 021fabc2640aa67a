"""A spike is followed: worker processes come, each answers, and they go when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from autogluon_cli.capacity.policy import INVOCATIONS, Policy
from autogluon_cli.capacity.simulation import Instance, simulate
from autogluon_cli.capacity.traffic import STEP_SECONDS, Traffic
from tests.integration.served_endpoint import VARIANT, ServedEndpoint, served_endpoint
from tests.waiting import until

TARGET_PER_MINUTE, MOST = 6, 5
OUT_COOLDOWN, IN_COOLDOWN = 330, 300  # the first ends between two looks at the alarms
SPIKE_PER_MINUTE = 5 * TARGET_PER_MINUTE


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServedEndpoint]:
    """An endpoint with one instance, scaled by invocations per instance."""
    services = ("iam", "sagemaker", "alarms", "scaling")
    with served_endpoint("endpoint-scaling", services) as served:
        served.create(instances=1, RoutingConfig={"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"})
        scaling = served.client("application-autoscaling")
        scaling.register_scalable_target(**served.target, MinCapacity=1, MaxCapacity=MOST)
        _track(served)
        yield served


def _track(endpoint: ServedEndpoint, **cooldowns: int) -> None:
    """Put the policy, or change its cooldowns."""
    metric = {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}
    endpoint.client("application-autoscaling").put_scaling_policy(
        **endpoint.target,
        PolicyName="invocations",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": TARGET_PER_MINUTE,
            "PredefinedMetricSpecification": metric,
            **cooldowns,
        },
    )


def test_a_spike_is_followed_up_and_down(endpoint: ServedEndpoint) -> None:
    clock = endpoint.aws.runtime.clock
    planned = _planned()
    clock.advance(300 - clock.time() % 60)  # quiet minutes, up to a full one
    assert endpoint.counts() == (1, 1)
    assert len(endpoint.processes()) == 1

    for minute in range(3):  # the high alarm looks at three minutes
        assert endpoint.counts() == (1, 1) == (planned[5 + minute],) * 2
        for _ in range(SPIKE_PER_MINUTE):
            endpoint.invoke("0")
        clock.advance(60)
    until(lambda: endpoint.counts() == (MOST, MOST), 60, "the spike is followed up")
    assert planned[8] == MOST
    assert endpoint.settled() == "InService"
    assert len(endpoint.processes()) == MOST
    assert len(endpoint.marks()) == MOST, "each process answers"

    clock.advance(17 * 60)  # the low alarm looks at fifteen minutes, and nobody calls any more
    until(lambda: endpoint.counts() == (1, 1), 60, "the end of the spike is followed down")
    assert planned[-1] == 1
    assert endpoint.settled() == "InService"
    assert len(endpoint.processes()) == len(endpoint.marks()) == 1

    down, up = _activities(endpoint)
    assert up["Description"] == f"Setting desired instance count to {MOST}."
    assert "-AlarmHigh-" in up["Cause"]
    assert down["Description"] == "Setting desired instance count to 1."
    assert "-AlarmLow-" in down["Cause"]
    assert {up["StatusCode"], down["StatusCode"]} == {"Successful"}


def _planned() -> list[int]:
    """Return the instances that `agcdk plan-capacity` simulates for the spike, minute by minute."""
    return _planned_for([0] * 5 + [SPIKE_PER_MINUTE] * 3 + [0] * 18, MOST)


def test_the_spikes_metrics_are_published_at_the_clocks_time(endpoint: ServedEndpoint) -> None:
    spike = float(SPIKE_PER_MINUTE)
    assert [value for value in _values(endpoint, "InvocationsPerInstance", "Sum") if value > 1] == [
        spike
    ] * 3
    assert max(_values(endpoint, "ConcurrentRequestsPerModel", "Maximum")) == MOST
    assert max(_values(endpoint, "OverheadLatency", "Maximum")) > 0
    assert max(_values(endpoint, "InvocationModelErrors", "Sum")) == 0
    for name in ("CPUUtilization", "MemoryUtilization"):
        assert max(_values(endpoint, name, "Maximum", namespace="/aws/sagemaker/Endpoints")) > 0


def _values(
    endpoint: ServedEndpoint, name: str, statistic: str, namespace: str = "AWS/SageMaker"
) -> list[float]:
    """Return the variant's values of each minute of the last half hour, zeros included."""
    clock = endpoint.aws.runtime.clock
    end = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    dimensions = [
        {"Name": "EndpointName", "Value": endpoint.name},
        {"Name": "VariantName", "Value": VARIANT},
    ]
    answer = endpoint.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=dimensions,
        StartTime=end - timedelta(minutes=30),
        EndTime=end,
        Period=60,
        Statistics=[statistic],
    )
    points = sorted(answer["Datapoints"], key=lambda point: str(point["Timestamp"]))
    return [point[statistic] for point in points]


def _activities(endpoint: ServedEndpoint) -> list[dict[str, Any]]:
    scaling = endpoint.client("application-autoscaling")

    def ended() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = scaling.describe_scaling_activities(**endpoint.target)[
            "ScalingActivities"
        ]
        return [] if any(item["StatusCode"] == "InProgress" for item in found) else found

    return until(ended, 10, "the activities have ended")


def test_every_minute_has_the_instances_that_the_simulation_has(endpoint: ServedEndpoint) -> None:
    most, clock = 8, endpoint.aws.runtime.clock
    scaling = endpoint.client("application-autoscaling")
    scaling.register_scalable_target(**endpoint.target, MinCapacity=1, MaxCapacity=most)
    _track(endpoint, ScaleOutCooldown=OUT_COOLDOWN, ScaleInCooldown=IN_COOLDOWN)
    clock.advance(600 - clock.time() % 60)  # what cooled down before is over, and a minute begins
    # Requests of each minute: to three instances, to five when they have cooled down, down to two,
    # and to one.
    calls = [0] * 3 + [18] * 5 + [30] * 5 + [12] * 17 + [1] * 18
    planned = _planned_for(calls, most)
    assert max(planned) == 5 < most, "the bound decides nothing"
    assert planned.index(5) == 12, "the cooldown decides"
    assert [planned[0], *(b for a, b in pairwise(planned) if a != b)] == [1, 3, 5, 2, 1]
    for minute, count in enumerate(calls):
        expected = planned[minute]
        until(lambda: endpoint.counts() == (expected,) * 2, 60, f"minute {minute} has {expected}")  # noqa: B023 - asked before the next minute
        for _ in range(count):
            endpoint.invoke("0")
        clock.advance(60 - clock.time() % 60)


def _planned_for(calls: list[int], most: int) -> list[int]:
    """Return the instances at the beginning of each minute, as the simulation has them."""
    per_minute = 60 // STEP_SECONDS
    traffic = Traffic("calls", [count / 60 for count in calls for _ in range(per_minute)])
    instance = Instance(requests_per_second=10, latency_seconds=0.1, queue=100, start_seconds=0)
    policy = Policy(1, most, {INVOCATIONS: TARGET_PER_MINUTE}, IN_COOLDOWN, OUT_COOLDOWN)
    return [step.instances for step in simulate(traffic, instance, policy, 1).steps[::per_minute]]
