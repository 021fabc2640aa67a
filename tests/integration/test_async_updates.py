"""Updates of an asynchronous endpoint: its fleets share the queue, and answer each request once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.served_endpoint import ServedEndpoint, served_endpoint, wait_for
from tests.waiting import until

NAME = "async-updates"
WATCHED = f"{NAME}-watched"
ASYNCHRONOUS = {
    "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 1},
    "OutputConfig": {"S3OutputPath": f"s3://{NAME}/answers"},
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServedEndpoint]:
    with served_endpoint(NAME, ("iam", "sagemaker", "alarms", "scaling")) as served:
        served.client("cloudwatch").put_metric_alarm(
            AlarmName=WATCHED,
            Namespace="AWS/SageMaker",
            MetricName="ApproximateBacklogSize",
            Dimensions=[{"Name": "EndpointName", "Value": NAME}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1e6,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
        )
        served.create(instances=2, asynchronous=ASYNCHRONOUS)
        yield served


def update(endpoint: ServedEndpoint, config: str, deployment: dict[str, Any]) -> None:
    endpoint.configure(config, 2, {}, AsyncInferenceConfig=ASYNCHRONOUS)
    endpoint.sagemaker.update_endpoint(
        EndpointName=NAME, EndpointConfigName=config, DeploymentConfig=deployment
    )


def ask(endpoint: ServedEndpoint, seconds: str = "0.01") -> str:
    answer = endpoint.client("sagemaker-runtime").invoke_endpoint_async(
        EndpointName=NAME, Body=seconds.encode(), ContentType="text/csv"
    )
    location: str = answer["OutputLocation"]
    return location


def answered(endpoint: ServedEndpoint, location: str) -> str:
    """Return the mark of the process that answered."""
    s3, key = endpoint.client("s3"), location.removeprefix(f"s3://{NAME}/")

    def mark() -> str:
        if not s3.list_objects_v2(Bucket=NAME, Prefix=key).get("Contents"):
            return ""
        text: str = s3.get_object(Bucket=NAME, Key=key)["Body"].read().decode()
        return text

    return until(mark, 60, f"the answer {key}")


@contextlib.contextmanager
def asked_all_the_time(endpoint: ServedEndpoint) -> Iterator[list[str]]:
    """Queue requests, fewer than the instances answer; yields where their answers go."""
    locations: list[str] = []
    ended = threading.Event()

    def queue() -> None:
        while not ended.wait(0.05):
            locations.append(ask(endpoint))

    caller = threading.Thread(target=queue)
    caller.start()
    try:
        yield locations
    finally:
        ended.set()
        caller.join()


def counted(endpoint: ServedEndpoint, metric: str) -> float:
    """Return how often a metric of the endpoint has counted since it exists."""
    clock = endpoint.aws.runtime.clock
    found = endpoint.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[{"Name": "EndpointName", "Value": NAME}],
        StartTime=clock.time() - 24 * 3600,
        EndTime=clock.time() + 60,
        Period=86400,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in found["Datapoints"]))


def test_a_canary_takes_its_share_of_the_queue_and_each_request_is_answered_once(
    endpoint: ServedEndpoint,
) -> None:
    clock = endpoint.aws.runtime.clock
    old = {answered(endpoint, ask(endpoint)) for _ in range(20)}
    canary = {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {
                "Type": "CANARY",
                "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 50},
                "WaitIntervalInSeconds": 600,
            },
            "TerminationWaitInSeconds": 300,
        },
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": WATCHED}]},
    }
    with asked_all_the_time(endpoint) as locations:
        update(endpoint, "second", canary)
        wait_for(endpoint, "Baking for 600 seconds (WaitIntervalInSeconds)")
        begun = len(locations)
        until(lambda: len(locations) > begun + 60, 60, "requests during the canary")
        during = locations[begun + 1 : begun + 60]
        clock.advance(600)
        wait_for(endpoint, "Baking for 300 seconds (TerminationWaitInSeconds)")
        begun = len(locations)
        until(lambda: len(locations) > begun + 10, 60, "requests of the whole new fleet")
        clock.advance(300)
        assert endpoint.settled() == "InService"

    marks = {location: answered(endpoint, location) for location in locations}
    new = [marks[location] not in old for location in during]
    assert 0.2 < sum(new) / len(new) < 0.8
    assert not {marks[location] for location in locations[begun + 1 :]} & old
    assert endpoint.describe()["EndpointConfigName"] == "second"
    until(lambda: len(endpoint.processes()) == 2, 20, "the old fleet has ended")
    until(lambda: counted(endpoint, "InvocationsProcesssed") >= len(locations) + 20, 20, "counted")
    assert counted(endpoint, "InvocationsProcesssed") == len(locations) + 20
    assert counted(endpoint, "InvocationFailures") == 0


def test_requests_that_wait_outlive_an_update_that_an_alarm_undoes(
    endpoint: ServedEndpoint,
) -> None:
    rolling = {
        "RollingUpdatePolicy": {
            "MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": 1},
            "WaitIntervalInSeconds": 600,
        },
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": WATCHED}]},
    }
    update(endpoint, "third", rolling)
    wait_for(endpoint, "Baking for 600")
    waiting = [ask(endpoint, "0.5") for _ in range(12)]
    endpoint.client("cloudwatch").set_alarm_state(
        AlarmName=WATCHED, StateValue="ALARM", StateReason="a test"
    )

    assert endpoint.settled() == "InService"
    assert all(answered(endpoint, location) for location in waiting)
    described = endpoint.describe()
    assert described["EndpointConfigName"] == "second"
    assert WATCHED in described["FailureReason"]
    assert endpoint.counts() == (2, 2)


def test_a_fleet_without_instances_leaves_its_share_to_the_next_one(
    endpoint: ServedEndpoint,
) -> None:
    endpoint.client("cloudwatch").set_alarm_state(
        AlarmName=WATCHED, StateValue="OK", StateReason="a test"
    )
    endpoint.set_capacity(0)
    assert endpoint.settled() == "InService"
    waiting = [ask(endpoint) for _ in range(10)]
    rolling = {
        "RollingUpdatePolicy": {
            "MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": 1},
            "WaitIntervalInSeconds": 600,
        }
    }
    update(endpoint, "fourth", rolling)
    wait_for(endpoint, "Baking for 600")

    assert all(answered(endpoint, location) for location in waiting)
    endpoint.aws.runtime.clock.advance(601)
    wait_for(endpoint, "full capacity of 2 instance(s)")
    wait_for(endpoint, "Baking for 600")
    assert endpoint.counts() == (0, 0), "a batch of none has ended"
    endpoint.aws.runtime.clock.advance(601)
    assert endpoint.settled() == "InService"
    assert endpoint.describe()["EndpointConfigName"] == "fourth"
