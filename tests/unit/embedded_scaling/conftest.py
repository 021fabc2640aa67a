"""Application Auto Scaling over a SageMaker that changes capacities without starting anything."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.alarm_actions import AlarmTransition
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

_numbers = itertools.count(1)


@dataclass
class FakeSageMaker:
    """One endpoint with one variant, `v`; a change is fulfilled at once."""

    name: str
    status: str = "InService"
    instance_type: str = "ml.m5.large"
    count: int = 1
    requested: list[int] = field(default_factory=list)

    @property
    def arn(self) -> str:
        return f"arn:aws:sagemaker:us-east-1:123456789012:endpoint/{self.name}"

    def describe_endpoint(self, call: ApiCall) -> dict[str, Any]:
        if call.params["EndpointName"] != self.name:
            raise ApiError("ValidationException", 'Could not find endpoint "...".')
        now = datetime.now(UTC)
        variant = {
            "VariantName": "v",
            "CurrentInstanceCount": self.count,
            "DesiredInstanceCount": self.count,
        }
        return {
            "EndpointName": self.name,
            "EndpointArn": self.arn,
            "EndpointConfigName": "c",
            "EndpointStatus": self.status,
            "CreationTime": now,
            "LastModifiedTime": now,
            "ProductionVariants": [] if self.status == "Creating" else [variant],
        }

    def describe_endpoint_config(self, call: ApiCall) -> dict[str, Any]:
        del call
        variant = {"VariantName": "v", "ModelName": "m", "InstanceType": self.instance_type}
        return {
            "EndpointConfigName": "c",
            "EndpointConfigArn": "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/c",
            "CreationTime": datetime.now(UTC),
            "ProductionVariants": [variant],
        }

    def update_capacity(self, call: ApiCall) -> dict[str, Any]:
        if self.status != "InService":
            raise ApiError("ValidationException", f"Cannot update endpoint in {self.status}")
        self.count = call.params["DesiredWeightsAndCapacities"][0]["DesiredInstanceCount"]
        self.requested.append(self.count)
        return {"EndpointArn": self.arn}

    def delete_endpoint(self, call: ApiCall) -> None:
        del call


@dataclass
class Scaling:
    """The service, its client, and the alarms that a test raises."""

    aws: EmbeddedAws
    sagemaker: FakeSageMaker

    @property
    def target(self) -> dict[str, str]:
        return {
            "ServiceNamespace": "sagemaker",
            "ResourceId": f"endpoint/{self.sagemaker.name}/variant/v",
            "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
        }

    @property
    def client(self) -> Any:
        return self.aws.runtime.client("application-autoscaling")

    def register(self, minimum: int = 1, maximum: int = 10, **more: Any) -> None:
        self.client.register_scalable_target(
            **self.target, MinCapacity=minimum, MaxCapacity=maximum, **more
        )

    def put_tracking(
        self, name: str = "p", target: float = 100.0, **settings: Any
    ) -> dict[str, Any]:
        metric = {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}
        answer: dict[str, Any] = self.client.put_scaling_policy(
            **self.target,
            PolicyName=name,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": target,
                "PredefinedMetricSpecification": metric,
                **settings,
            },
        )
        return answer

    def put_steps(self, *steps: dict[str, Any], **settings: Any) -> str:
        answer = self.client.put_scaling_policy(
            **self.target,
            PolicyName="steps",
            PolicyType="StepScaling",
            StepScalingPolicyConfiguration={
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": list(steps),
                **settings,
            },
        )
        return str(answer["PolicyARN"])

    def alarms(self) -> list[dict[str, Any]]:
        """Return the alarms that the target's policies made: high before low."""
        found = self.aws.runtime.client("cloudwatch").describe_alarms(
            AlarmNamePrefix=f"TargetTracking-{self.target['ResourceId']}-"
        )["MetricAlarms"]
        return sorted(found, key=lambda alarm: str(alarm["AlarmName"]))

    def breach(self, alarm: dict[str, Any], value: float) -> None:
        """Carry out an alarm's actions as CloudWatch does, and wait for what they began."""
        for arn in alarm["AlarmActions"]:
            action = self.aws.runtime.alarm_actions.find(arn)
            assert action is not None
            transition = AlarmTransition(
                name=alarm["AlarmName"],
                arn=alarm.get("AlarmArn", ""),
                region="us-east-1",
                old_state="OK",
                new_state="ALARM",
                reason="Threshold Crossed",
                reason_data=None,
                at=self.aws.runtime.clock.now(),
                settings=alarm,
                breach_value=value,
            )
            action(arn, transition)
        self.wait()

    def wait(self) -> None:
        until(
            lambda: all(item["StatusCode"] != "InProgress" for item in self.activities()),
            10,
            "no activity is in progress",
        )

    def activities(self, **more: Any) -> list[dict[str, Any]]:
        answer = self.client.describe_scaling_activities(**self.target, **more)
        found: list[dict[str, Any]] = answer["ScalingActivities"]
        return found


@pytest.fixture(scope="session")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(
        image_python=Path(sys.executable),
        log=ActivityLog(io.StringIO()),
        services=("cloudformation", "scaling"),
    ) as embedded:
        yield embedded


@pytest.fixture
def scaling(aws: EmbeddedAws) -> Scaling:
    fake = FakeSageMaker(f"e{next(_numbers)}")
    register = aws.runtime.gateway.register
    register("sagemaker", "DescribeEndpoint", fake.describe_endpoint)
    register("sagemaker", "DescribeEndpointConfig", fake.describe_endpoint_config)
    register("sagemaker", "UpdateEndpointWeightsAndCapacities", fake.update_capacity)
    register("sagemaker", "DeleteEndpoint", fake.delete_endpoint)
    return Scaling(aws, fake)


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Call an operation that must fail; returns its `Code: message`."""

    def call(operation: Callable[..., Any], **request: Any) -> str:
        with pytest.raises(ClientError) as caught:
            operation(**request)
        error = caught.value.response["Error"]
        return f"{error['Code']}: {error['Message']}"

    return call
