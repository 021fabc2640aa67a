"""Updates move the traffic to a new fleet in steps, and back where an alarm goes off."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.served_endpoint import (
    VARIANT,
    ServedEndpoint,
    served_endpoint,
    stage,
    wait_for,
)
from tests.waiting import until

NAME = "endpoint-updates"
QUIET = "rejected"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServedEndpoint]:
    with served_endpoint(NAME, ("iam", "sagemaker", "alarms", "scaling")) as served:
        served.client("cloudwatch").put_metric_alarm(
            AlarmName=QUIET,
            Namespace="AWS/SageMaker",
            MetricName="Invocation4XXErrors",
            Dimensions=[
                {"Name": "EndpointName", "Value": NAME},
                {"Name": "VariantName", "Value": VARIANT},
            ],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=3,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
        )
        served.create(instances=2)
        yield served


def canary(**rollback: Any) -> dict[str, Any]:
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {
                "Type": "CANARY",
                "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 50},
                "WaitIntervalInSeconds": 600,
            },
            "TerminationWaitInSeconds": 300,
            "MaximumExecutionTimeoutInSeconds": 3600,
        },
        **rollback,
    }


def undone_by(*names: str) -> dict[str, Any]:
    return {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in names]}}


@contextlib.contextmanager
def asked_all_the_time(endpoint: ServedEndpoint) -> Iterator[list[str]]:
    """Send one request after another; yields the marks of what answered, "" for no answer."""
    marks: list[str] = []
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            marks.append(endpoint.invoke("0.01", or_else=""))

    caller = threading.Thread(target=ask)
    caller.start()
    try:
        yield marks
    finally:
        ended.set()
        caller.join()


def fleet(endpoint: ServedEndpoint) -> set[str]:
    """Return the marks of all processes, each of which answers some calls."""
    found: set[str] = set()

    def seen() -> bool:
        found.update(endpoint.marks())
        return len(found) >= len(endpoint.processes())

    until(seen, 20, "each process has answered")
    return found


def test_a_canary_takes_its_share_and_then_everything(endpoint: ServedEndpoint) -> None:
    old, clock = fleet(endpoint), endpoint.aws.runtime.clock
    with asked_all_the_time(endpoint) as marks:
        endpoint.update("second", instances=2, DeploymentConfig=canary(**undone_by(QUIET)))
        wait_for(endpoint, "Baking for 600 seconds (WaitIntervalInSeconds)")
        assert stage(endpoint).endswith("with traffic enabled on canary capacity of 1 instance(s).")
        begun = len(marks)
        until(lambda: len(marks) > begun + 60, 30, "callers during the canary")
        during = [mark not in old for mark in marks[begun + 1 :]]

        clock.advance(600)
        wait_for(endpoint, "Baking for 300 seconds (TerminationWaitInSeconds)")
        assert endpoint.describe()["EndpointConfigName"] == "first"
        begun = len(marks)
        until(lambda: len(marks) > begun + 20, 30, "callers of the whole new fleet")
        clock.advance(300)
        assert endpoint.settled() == "InService"

    assert "" not in marks, "no request failed"
    assert 0.2 < sum(during) / len(during) < 0.8
    assert not {*marks[begun + 1 :]} & old
    described = endpoint.describe()
    assert described["EndpointConfigName"] == "second"
    assert "PendingDeploymentSummary" not in described
    assert described["LastDeploymentConfig"] == canary(**undone_by(QUIET))
    until(lambda: len(endpoint.processes()) == 2, 20, "the old fleet has ended")


def test_an_alarm_undoes_a_rolling_update(endpoint: ServedEndpoint) -> None:
    old, clock = fleet(endpoint), endpoint.aws.runtime.clock
    rolling = {
        "RollingUpdatePolicy": {
            "MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": 1},
            "WaitIntervalInSeconds": 600,
        },
        **undone_by(QUIET),
    }
    with asked_all_the_time(endpoint) as marks:
        endpoint.update("third", instances=2, DeploymentConfig=rolling)
        wait_for(endpoint, "partial capacity of 1 instance(s)")
        wait_for(endpoint, "Baking for 600")
        clock.advance(601)
        wait_for(endpoint, "full capacity of 2 instance(s)")
        assert endpoint.counts() == (1, 1), "a batch of the old fleet has ended"
        wait_for(endpoint, "Baking for 600")
        for _ in range(4):
            endpoint.invoke("no number", or_else="")
        clock.advance(130)
        assert endpoint.settled() == "InService"

    assert "" not in marks, "no request failed"
    described = endpoint.describe()
    assert described["EndpointConfigName"] == "second"
    assert QUIET in described["FailureReason"]
    assert endpoint.counts() == (2, 2)
    until(lambda: len(endpoint.processes()) == 2, 20, "the new fleet has ended")
    assert fleet(endpoint) & old


def test_an_alarm_that_is_on_already_lets_no_update_begin(endpoint: ServedEndpoint) -> None:
    endpoint.client("cloudwatch").set_alarm_state(
        AlarmName=QUIET, StateValue="ALARM", StateReason="a test"
    )
    endpoint.update("fourth", instances=2, DeploymentConfig=canary(**undone_by(QUIET)))

    assert endpoint.settled() == "InService"
    assert f"alarm(s) [{QUIET}] went into ALARM" in endpoint.describe()["FailureReason"]
    assert len(endpoint.processes()) == 2
    endpoint.client("cloudwatch").set_alarm_state(
        AlarmName=QUIET, StateValue="OK", StateReason="a test"
    )


def test_an_unknown_alarm_lets_no_update_begin(endpoint: ServedEndpoint) -> None:
    endpoint.update("fifth", instances=2, DeploymentConfig=canary(**undone_by("unknown")))

    assert endpoint.settled() == "InService"
    assert "[unknown] do not exist" in endpoint.describe()["FailureReason"]


def test_a_role_that_cannot_read_alarms_lets_no_update_begin(endpoint: ServedEndpoint) -> None:
    iam = endpoint.client("iam")
    deny = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": '
        '"cloudwatch:DescribeAlarms", "Resource": "*"}]}'
    )
    iam.put_role_policy(RoleName=NAME, PolicyName="no-alarms", PolicyDocument=deny)
    endpoint.update("sixth", instances=2, DeploymentConfig=canary(**undone_by(QUIET)))

    assert endpoint.settled() == "InService"
    assert (
        "not authorized to perform: cloudwatch:DescribeAlarms"
        in (endpoint.describe()["FailureReason"])
    )
    iam.delete_role_policy(RoleName=NAME, PolicyName="no-alarms")


def test_other_variant_names_are_refused(endpoint: ServedEndpoint) -> None:
    endpoint.configure("renamed", 2, {"VariantName": "other"})
    with pytest.raises(ClientError, match="must have the same variant names"):
        endpoint.sagemaker.update_endpoint(
            EndpointName=NAME, EndpointConfigName="renamed", DeploymentConfig=canary()
        )


def test_a_step_that_one_instance_cannot_take_is_refused(endpoint: ServedEndpoint) -> None:
    with pytest.raises(ClientError, match="total instance count, which is 1"):
        endpoint.update("single", instances=1, DeploymentConfig=canary())
    assert endpoint.describe()["EndpointStatus"] == "InService"


def test_an_update_that_takes_too_long_is_undone(endpoint: ServedEndpoint) -> None:
    before = endpoint.describe()["EndpointConfigName"]
    linear = {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {
                "Type": "LINEAR",
                "LinearStepSize": {"Type": "INSTANCE_COUNT", "Value": 1},
                "WaitIntervalInSeconds": 1200,
            },
            "MaximumExecutionTimeoutInSeconds": 600,
        }
    }
    endpoint.update("slow", instances=2, DeploymentConfig=linear)
    wait_for(endpoint, "Baking for 1200 seconds")
    assert "ProductionVariants" in endpoint.describe()["PendingDeploymentSummary"]
    endpoint.aws.runtime.clock.advance(700)

    assert endpoint.settled() == "InService"
    found = endpoint.describe()
    assert found["EndpointConfigName"] == before
    assert "MaximumExecutionTimeoutInSeconds (600)" in found["FailureReason"]
