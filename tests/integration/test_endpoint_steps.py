"""Steps add more instances the higher a metric is, as `agcdk plan-capacity` simulates it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from autogluon_cli.capacity.policy import INVOCATIONS, Policy, Steps
from autogluon_cli.capacity.simulation import Instance, simulate
from autogluon_cli.capacity.traffic import STEP_SECONDS, Traffic
from tests.integration.served_endpoint import VARIANT, ServedEndpoint, served_endpoint
from tests.waiting import until

MOST = 4
STEPS = Steps(INVOCATIONS, [(6, 1), (20, 3)], [(3, 1)], out_minutes=2, in_minutes=3)
HIGH, LOW = 24, 1  # a minute: one in the second step up, one below the step down


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServedEndpoint]:
    """An endpoint with one instance, and the policies and alarms of a template with steps."""
    services = ("iam", "sagemaker", "alarms", "scaling")
    with served_endpoint("endpoint-steps", services) as served:
        served.create(instances=1)
        scaling = served.client("application-autoscaling")
        scaling.register_scalable_target(**served.target, MinCapacity=1, MaxCapacity=MOST)
        out = [
            {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 14, "ScalingAdjustment": 1},
            {"MetricIntervalLowerBound": 14, "ScalingAdjustment": 3},
        ]
        into = [{"MetricIntervalUpperBound": 0, "ScalingAdjustment": -1}]
        for name, steps, comparison, threshold, minutes in (
            ("out", out, "GreaterThanOrEqualToThreshold", 6, 2),
            ("in", into, "LessThanOrEqualToThreshold", 3, 3),
        ):
            policy = scaling.put_scaling_policy(
                **served.target,
                PolicyName=name,
                PolicyType="StepScaling",
                StepScalingPolicyConfiguration={
                    "AdjustmentType": "ChangeInCapacity",
                    "StepAdjustments": steps,
                    "MetricAggregationType": "Average",
                },
            )
            served.client("cloudwatch").put_metric_alarm(
                AlarmName=name,
                Namespace="AWS/SageMaker",
                MetricName="InvocationsPerInstance",
                Dimensions=[
                    {"Name": "EndpointName", "Value": served.name},
                    {"Name": "VariantName", "Value": VARIANT},
                ],
                Statistic="Sum",
                Period=60,
                EvaluationPeriods=minutes,
                Threshold=threshold,
                ComparisonOperator=comparison,
                TreatMissingData="missing",
                AlarmActions=[policy["PolicyARN"]],
            )
        yield served


def test_the_second_step_adds_three_and_few_requests_remove_one_by_one(
    endpoint: ServedEndpoint,
) -> None:
    clock = endpoint.aws.runtime.clock
    clock.advance(60 - clock.time() % 60)
    counts = []
    for requests in [HIGH] * 2 + [LOW] * 18:
        for _ in range(requests):
            endpoint.invoke("0")
        clock.advance(60)
        counts.append(_settled(endpoint))
    # An alarm and an activity may end on either side of a minute's end.
    assert _changes(counts) == _changes(_planned()) == [1, MOST, 3, 2, 1]


def _changes(counts: list[int]) -> list[int]:
    return [count for count, _ in itertools.groupby(counts)]


def _settled(endpoint: ServedEndpoint) -> int:
    """Return how many instances there are once as many are there as are asked for."""

    def equal() -> bool:
        wanted, there = endpoint.counts()
        return wanted == there

    endpoint.settled()
    until(equal, 60, "the number of instances is settled")
    return endpoint.counts()[0]


def _planned() -> list[int]:
    per_minute = 60 // STEP_SECONDS
    rates = [HIGH / 60] * 2 + [LOW / 60] * 18
    traffic = Traffic("made", [rate for rate in rates for _ in range(per_minute)])
    instance = Instance(requests_per_second=10, latency_seconds=0.1, queue=100, start_seconds=0)
    policy = Policy(1, MOST, steps=STEPS, scale_in_cooldown=0, scale_out_cooldown=0)
    steps = simulate(traffic, instance, policy, 1).steps
    return [step.instances for step in steps[per_minute - 1 :: per_minute]]
