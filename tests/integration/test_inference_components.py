"""Inference components: several models on one endpoint, each with copies of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.served_endpoint import VARIANT, ServedEndpoint, served_endpoint
from tests.waiting import until

NAME = "inference-components"
_MANAGED = {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 2}
_TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "inference-component/one",
    "ScalableDimension": "sagemaker:inference-component:DesiredCopyCount",
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ServedEndpoint]:
    """An endpoint of at most two instances of 8 GB, without a model of its own."""
    with served_endpoint(NAME, ("iam", "sagemaker", "alarms", "scaling")) as served:
        served.configure("first", 1, host(), ExecutionRoleArn=role(served))
        served.sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName="first")
        assert served.settled() == "InService"
        yield served


def host(**members: Any) -> dict[str, Any]:
    return {"ModelName": None, "ManagedInstanceScaling": _MANAGED, **members}


def role(endpoint: ServedEndpoint) -> str:
    found: str = endpoint.client("iam").get_role(RoleName=NAME)["Role"]["Arn"]
    return found


def specification(memory_mb: int, model: str = "tiny", cpus: float = 0.5) -> dict[str, Any]:
    return {
        "ModelName": model,
        "ComputeResourceRequirements": {
            "MinMemoryRequiredInMb": memory_mb,
            "NumberOfCpuCoresRequired": cpus,
        },
    }


def create(endpoint: ServedEndpoint, name: str, memory_mb: int, copies: int = 1) -> dict[str, Any]:
    endpoint.sagemaker.create_inference_component(
        InferenceComponentName=name,
        EndpointName=NAME,
        VariantName=VARIANT,
        Specification=specification(memory_mb),
        RuntimeConfig={"CopyCount": copies},
    )
    return settled(endpoint, name)


def describe(endpoint: ServedEndpoint, name: str) -> dict[str, Any]:
    found: dict[str, Any] = endpoint.sagemaker.describe_inference_component(
        InferenceComponentName=name
    )
    return found


def settled(endpoint: ServedEndpoint, name: str) -> dict[str, Any]:
    def found() -> dict[str, Any]:
        described = describe(endpoint, name)
        changing = described["InferenceComponentStatus"] in {"Creating", "Updating"}
        return {} if changing else described

    return until(found, 60, f"{name} is settled")


def ask(endpoint: ServedEndpoint, name: str | None, **members: str) -> str:
    component = {} if name is None else {"InferenceComponentName": name}
    answer = endpoint.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=NAME, Body=b"0", ContentType="text/csv", **component, **members
    )
    mark: str = answer["Body"].read().decode()
    return mark


def refusal(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    message: str = caught.value.response["Error"]["Message"]
    return message


def copies(endpoint: ServedEndpoint, name: str) -> tuple[int, int]:
    counts = describe(endpoint, name)["RuntimeConfig"]
    return counts["CurrentCopyCount"], counts["DesiredCopyCount"]


def scale(endpoint: ServedEndpoint, name: str, count: int) -> None:
    endpoint.sagemaker.update_inference_component_runtime_config(
        InferenceComponentName=name, DesiredRuntimeConfig={"CopyCount": count}
    )
    assert settled(endpoint, name)["InferenceComponentStatus"] == "InService"


def test_two_components_answer_each_for_itself(endpoint: ServedEndpoint) -> None:
    for name in ("one", "two"):
        assert create(endpoint, name, 1024)["InferenceComponentStatus"] == "InService"

    assert ask(endpoint, "one") != ask(endpoint, "two")
    assert ask(endpoint, "one") == ask(endpoint, "one")
    assert endpoint.counts() == (1, 1)
    assert len(endpoint.processes()) == 2
    groups = endpoint.client("logs").describe_log_groups(
        logGroupNamePrefix="/aws/sagemaker/InferenceComponents/"
    )["logGroups"]
    assert {each["logGroupName"].rpartition("/")[2] for each in groups} == {"one", "two"}
    pages = endpoint.sagemaker.get_paginator("list_inference_components").paginate(
        EndpointNameEquals=NAME, PaginationConfig={"PageSize": 1}
    )
    listed = [page["InferenceComponents"] for page in pages]
    assert {each["InferenceComponentName"] for (each,) in listed} == {"one", "two"}


def test_a_request_names_a_component_of_the_endpoint(endpoint: ServedEndpoint) -> None:
    assert "Inference Component Name header is required" in refusal(ask, endpoint, None)
    assert "three not found" in refusal(ask, endpoint, "three")
    message = refusal(ask, endpoint, "one", TargetVariant=VARIANT)
    assert "InvokeEndpoint.TargetVariant with InferenceComponentName" in message


def test_what_nothing_can_host_is_refused(endpoint: ServedEndpoint) -> None:
    message = refusal(endpoint.configure, "no-role", 1, host())
    assert "ExecutionRoleArn is required" in message
    message = refusal(endpoint.sagemaker.delete_endpoint, EndpointName=NAME)
    assert "hosts the inference components one, two" in message
    capacity = [{"VariantName": VARIANT, "DesiredInstanceCount": 2}]
    assert "follow its inference components" in refusal(
        endpoint.sagemaker.update_endpoint_weights_and_capacities,
        EndpointName=NAME,
        DesiredWeightsAndCapacities=capacity,
    )
    endpoint.configure("renamed", 1, host(VariantName="other"), ExecutionRoleArn=role(endpoint))
    message = refusal(
        endpoint.sagemaker.update_endpoint, EndpointName=NAME, EndpointConfigName="renamed"
    )
    assert f"no variant {VARIANT}, which hosts the inference component" in message


def test_copies_without_room_bring_another_instance_until_there_is_none(
    endpoint: ServedEndpoint,
) -> None:
    found = create(endpoint, "large", 7000)
    assert found["InferenceComponentStatus"] == "InService"
    assert endpoint.counts() == (2, 2)

    too_many = create(endpoint, "larger", 7000)

    assert too_many["InferenceComponentStatus"] == "Failed"
    assert "not enough hardware resources" in too_many["FailureReason"]
    for name in ("large", "larger"):
        endpoint.sagemaker.delete_inference_component(InferenceComponentName=name)
    until(lambda: endpoint.counts() == (1, 1), 30, "the second instance is released")


def test_an_update_starts_the_next_copy_beside_the_one_that_answers(
    endpoint: ServedEndpoint,
) -> None:
    first = ask(endpoint, "one")
    endpoint.sagemaker.update_inference_component(
        InferenceComponentName="one", Specification=specification(2048)
    )
    assert settled(endpoint, "one")["InferenceComponentStatus"] == "InService"
    second = ask(endpoint, "one")
    assert second != first

    endpoint.take_model_away()
    endpoint.sagemaker.update_inference_component(
        InferenceComponentName="one", Specification=specification(1024)
    )
    found = settled(endpoint, "one")
    endpoint.put_model_back()

    assert found["InferenceComponentStatus"] == "Failed"
    assert ask(endpoint, "one") == second  # as before
    endpoint.sagemaker.update_inference_component(
        InferenceComponentName="one", Specification=specification(2048)
    )
    assert settled(endpoint, "one")["InferenceComponentStatus"] == "InService"
    assert ask(endpoint, "one") == second


def test_other_instances_take_the_copies_over(endpoint: ServedEndpoint) -> None:
    before = ask(endpoint, "two")
    larger = host(InstanceType="ml.m5.xlarge")
    endpoint.configure("larger", 1, larger, ExecutionRoleArn=role(endpoint))
    endpoint.sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="larger")
    assert endpoint.settled() == "InService"
    assert endpoint.describe()["EndpointConfigName"] == "larger"
    assert ask(endpoint, "two") == before

    small = host(InstanceType="ml.c5.large", ManagedInstanceScaling={
        **_MANAGED, "MinInstanceCount": 1, "MaxInstanceCount": 1,
    })  # fmt: skip
    scale(endpoint, "two", 3)
    endpoint.configure("small", 1, small, ExecutionRoleArn=role(endpoint))
    endpoint.sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="small")
    endpoint.settled()
    assert endpoint.describe()["EndpointConfigName"] == "larger"  # 5 GB do not fit into 4
    scale(endpoint, "two", 1)


def test_a_component_scales_to_zero_and_the_next_request_wakes_it(
    endpoint: ServedEndpoint,
) -> None:
    scale(endpoint, "two", 0)
    scaling, cloudwatch = endpoint.client("application-autoscaling"), endpoint.client("cloudwatch")
    scaling.register_scalable_target(**_TARGET, MinCapacity=0, MaxCapacity=2)
    scaling.put_scaling_policy(
        **_TARGET,
        PolicyName="track",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 4,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": (
                    "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution"
                )
            },
        },
    )
    step = scaling.put_scaling_policy(
        **_TARGET,
        PolicyName="wake",
        PolicyType="StepScaling",
        StepScalingPolicyConfiguration={
            "AdjustmentType": "ChangeInCapacity",
            "MetricAggregationType": "Maximum",
            "Cooldown": 60,
            "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
        },
    )["PolicyARN"]
    cloudwatch.put_metric_alarm(
        AlarmName="wake-one",
        AlarmActions=[step],
        Namespace="AWS/SageMaker",
        MetricName="NoCapacityInvocationFailures",
        Dimensions=[{"Name": "InferenceComponentName", "Value": "one"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )
    clock = endpoint.aws.runtime.clock
    ask(endpoint, "one")
    clock.advance(17 * 60)
    until(lambda: copies(endpoint, "one") == (0, 0), 30, "the last copy goes")
    until(lambda: endpoint.counts() == (0, 0), 30, "the last instance goes")

    def minute_later() -> bool:
        if copies(endpoint, "one")[1] == 0:  # else it would be idle for too long meanwhile
            # Asked again each minute, as callers do: scaling hears no alarm before the end of the
            # activity that took the last copy.
            assert "has no capacity to process this request" in refusal(ask, endpoint, "one")
            clock.advance(60)
        return copies(endpoint, "one") == (1, 1)

    until(minute_later, 60, "a copy comes")

    assert ask(endpoint, "one")
    assert endpoint.counts() == (1, 1)
    clock.advance(70)
    now = clock.now()
    points = cloudwatch.get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName="InvocationsPerCopy",
        Dimensions=[{"Name": "InferenceComponentName", "Value": "one"}],
        StartTime=now - timedelta(minutes=3),
        EndTime=now + timedelta(minutes=1),
        Period=600,
        Statistics=["Sum"],
    )["Datapoints"]
    assert sum(each["Sum"] for each in points) >= 1
