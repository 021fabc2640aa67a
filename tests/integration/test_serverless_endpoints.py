"""A serverless endpoint: containers come with requests, and go when none comes for a while."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_cli.costs.serverless import estimate_serverless
from autogluon_cli.registry.endpoint_states import serverless_settings
from embedded_aws.sagemaker.hosting.serverless.workers import IDLE_SECONDS
from tests.integration.served_endpoint import VARIANT, ServedEndpoint, served_endpoint
from tests.waiting import until

NAME = "serverless-endpoints"
_NO_INSTANCES = {"InstanceType": None, "InitialInstanceCount": None}
_TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": f"endpoint/{NAME}/variant/{VARIANT}",
    "ScalableDimension": "sagemaker:variant:DesiredProvisionedConcurrency",
}
_CAPTURE = {
    "EnableCapture": True,
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": "s3://bucket/captured",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}
_SHADOW = {
    "VariantName": "shadow",
    "ModelName": "tiny",
    "InstanceType": "ml.m5.large",
    "InitialInstanceCount": 1,
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServedEndpoint]:
    """A serverless endpoint that answers two requests at once."""
    with served_endpoint(NAME, ("iam", "sagemaker", "alarms", "scaling")) as served:
        served.create(instances=0, **serverless(2))
        yield served


def serverless(at_once: int, provisioned: int | None = None) -> dict[str, Any]:
    config = {"MemorySizeInMB": 2048, "MaxConcurrency": at_once}
    warm = {} if provisioned is None else {"ProvisionedConcurrency": provisioned}
    return {**_NO_INSTANCES, "ServerlessConfig": {**config, **warm}}


def update(endpoint: ServedEndpoint, config: str, variant: dict[str, Any]) -> None:
    endpoint.configure(config, 0, variant)
    endpoint.sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName=config)
    assert endpoint.settled() == "InService", endpoint.describe()


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def statistics(endpoint: ServedEndpoint, metric: str) -> dict[str, float]:
    now = endpoint.aws.runtime.clock.now()
    points = endpoint.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[
            {"Name": "EndpointName", "Value": NAME},
            {"Name": "VariantName", "Value": VARIANT},
        ],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
        Period=7200,
        Statistics=["SampleCount", "Maximum"],
    )["Datapoints"]
    return points[0] if points else {}


def test_the_container_that_proved_healthy_answers_the_first_request(
    endpoint: ServedEndpoint,
) -> None:
    [variant] = endpoint.describe()["ProductionVariants"]
    assert variant["CurrentServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 2}
    assert variant["CurrentInstanceCount"] == 0
    assert len(endpoint.processes()) == 1

    assert endpoint.invoke("0") == endpoint.invoke("0")


def test_an_idle_container_ends_and_the_next_request_waits_for_another(
    endpoint: ServedEndpoint,
) -> None:
    first, clock = endpoint.invoke("0"), endpoint.aws.runtime.clock
    clock.advance(IDLE_SECONDS + 120)
    until(lambda: not endpoint.processes(), 30, "the idle container ends")

    second = endpoint.invoke("0")

    assert second != first
    assert len(endpoint.processes()) == 1
    clock.advance(70)  # metrics are written
    assert statistics(endpoint, "ModelSetupTime")["SampleCount"] == 1
    setup = statistics(endpoint, "ModelSetupTime")["Maximum"]
    assert statistics(endpoint, "OverheadLatency")["Maximum"] >= setup > 0
    assert not statistics(endpoint, "InvocationsPerInstance")


def test_the_seconds_that_it_answered_have_a_price(endpoint: ServedEndpoint) -> None:
    endpoint.invoke("0.2")
    endpoint.aws.runtime.clock.advance(70)  # metrics are written
    settings = serverless_settings(endpoint.describe())
    assert settings is not None
    cloudwatch = endpoint.client("cloudwatch")
    found = estimate_serverless(cloudwatch, "p", NAME, settings, days=1)
    assert found.seconds is not None
    assert 0.2 <= found.seconds < 60
    assert found.usd == pytest.approx(found.seconds * 2 * 0.00002)


def test_requests_at_once_get_containers_of_their_own_up_to_the_maximum(
    endpoint: ServedEndpoint,
) -> None:
    endpoint.invoke("0")
    with ThreadPoolExecutor(2) as pool:
        # Long enough for the second container to start while the first one answers.
        both = [pool.submit(endpoint.invoke, "8") for _ in range(2)]
        until(lambda: len(endpoint.processes()) == 2, 30, "a second container starts")
        code, message = refusal(endpoint.invoke, body="0")
        assert len({each.result() for each in both}) == 2
    assert code == "ThrottlingException"
    assert "maximum concurrency" in message
    assert endpoint.invoke("0")


def test_a_request_of_more_than_4_mb_is_refused(endpoint: ServedEndpoint) -> None:
    padding = " " * (4 << 20)
    code, message = refusal(endpoint.invoke, body=f"0{padding}")
    assert (code, "has oversize body" in message) == ("ValidationError", True)
    assert endpoint.invoke(f"0{padding[:-2]}")


def test_provisioned_concurrency_stays_warm_and_follows_its_use(endpoint: ServedEndpoint) -> None:
    update(endpoint, "warm", serverless(3, provisioned=1))
    clock, scaling = endpoint.aws.runtime.clock, endpoint.client("application-autoscaling")
    until(lambda: len(endpoint.processes()) == 1, 30, "the earlier containers end")
    clock.advance(IDLE_SECONDS + 120)
    assert endpoint.invoke("0") == endpoint.invoke("0")
    assert not statistics(endpoint, "ServerlessProvisionedConcurrencySpilloverInvocations").get(
        "Maximum"
    )
    scaling.register_scalable_target(**_TARGET, MinCapacity=1, MaxCapacity=3)
    metric = {"PredefinedMetricType": "SageMakerVariantProvisionedConcurrencyUtilization"}
    scaling.put_scaling_policy(
        **_TARGET,
        PolicyName="utilization",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 0.5,
            "PredefinedMetricSpecification": metric,
        },
    )
    clock.advance(60 - clock.time() % 60)

    for _ in range(4):  # the high alarm looks at three minutes
        endpoint.invoke("0")
        clock.advance(60)

    def provisioned() -> int:
        [variant] = endpoint.describe()["ProductionVariants"]
        found: int = variant["CurrentServerlessConfig"]["ProvisionedConcurrency"]
        return found

    until(lambda: provisioned() == 2, 60, "provisioned concurrency follows its use")
    until(lambda: len(endpoint.processes()) == 2, 30, "two containers are warm")
    clock.advance(17 * 60)  # the low alarm looks at fifteen minutes
    until(lambda: provisioned() == 1, 60, "provisioned concurrency follows down")
    scaling.deregister_scalable_target(**_TARGET)


def test_only_what_a_variant_has_is_scaled(endpoint: ServedEndpoint) -> None:
    register = endpoint.client("application-autoscaling").register_scalable_target
    code, message = refusal(register, **endpoint.target, MinCapacity=1, MaxCapacity=2)
    assert (code, "is serverless and has no instances" in message) == ("ValidationException", True)
    update(endpoint, "cold", serverless(2))
    code, message = refusal(register, **_TARGET, MinCapacity=1, MaxCapacity=2)
    assert (code, "no provisioned concurrency" in message) == ("ValidationException", True)


@pytest.mark.parametrize(
    ("variant", "config", "told"),
    [
        ({"InstanceType": "ml.m5.large"}, {}, "cannot have InstanceType"),
        ({"VolumeSizeInGB": 10}, {}, "cannot have VolumeSizeInGB"),
        (
            {"ServerlessConfig": {"MemorySizeInMB": 2000, "MaxConcurrency": 1}},
            {},
            "2000; valid are",
        ),
        (
            {
                "ServerlessConfig": {
                    "MemorySizeInMB": 2048,
                    "MaxConcurrency": 1,
                    "ProvisionedConcurrency": 2,
                }
            },
            {},
            "exceeds MaxConcurrency",
        ),
        ({}, {"AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://b/o"}}}, "AsyncInf"),
        ({}, {"DataCaptureConfig": _CAPTURE}, "DataCaptureConfig is not supported"),
        ({}, {"ShadowProductionVariants": [_SHADOW]}, "ShadowProductionVariants is not supported"),
    ],
)
def test_what_serverless_cannot_have_is_refused(
    endpoint: ServedEndpoint, variant: dict[str, Any], config: dict[str, Any], told: str
) -> None:
    with pytest.raises(ClientError, match=told):
        endpoint.configure("refused", 0, {**serverless(1), **variant}, **config)


def test_a_capture_that_is_switched_off_is_accepted(endpoint: ServedEndpoint) -> None:
    switched_off = {**_CAPTURE, "EnableCapture": False}
    endpoint.configure("uncaptured", 0, serverless(1), DataCaptureConfig=switched_off)


def test_an_isolated_model_is_refused(endpoint: ServedEndpoint) -> None:
    model = endpoint.sagemaker.describe_model(ModelName="tiny")
    endpoint.sagemaker.create_model(
        ModelName="isolated",
        ExecutionRoleArn=model["ExecutionRoleArn"],
        PrimaryContainer=model["PrimaryContainer"],
        EnableNetworkIsolation=True,
    )
    with pytest.raises(ClientError, match="EnableNetworkIsolation, which serverless"):
        endpoint.configure("refused", 0, {**serverless(1), "ModelName": "isolated"})


def test_it_can_become_an_endpoint_on_instances_and_never_return(endpoint: ServedEndpoint) -> None:
    endpoint.configure("instances", 1, {})
    endpoint.sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="instances")
    assert endpoint.settled() == "InService"
    assert endpoint.counts() == (1, 1)
    with pytest.raises(ClientError, match="is on instances and cannot become serverless"):
        endpoint.sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="first")
