"""Scalable targets: what may be registered, and ranges that hold at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.embedded_scaling.conftest import Scaling

Refusal = Callable[..., str]


def described(scaling: Scaling) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scaling.client.describe_scalable_targets(
        ServiceNamespace="sagemaker", ResourceIds=[scaling.target["ResourceId"]]
    )["ScalableTargets"]
    return found


def test_a_target_shows_its_range_and_the_service_linked_role(scaling: Scaling) -> None:
    scaling.register(1, 3)
    (target,) = described(scaling)
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 3)
    assert target["RoleARN"].endswith("AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint")
    assert not any(target["SuspendedState"].values())


def test_a_minimum_is_enforced_at_once_and_says_why(scaling: Scaling) -> None:
    scaling.register(2, 5)
    scaling.wait()
    assert scaling.sagemaker.count == 2
    (activity,) = scaling.activities()
    assert activity["Description"] == "Setting desired instance count to 2."
    assert activity["Cause"] == "minimum capacity was set to 2"
    assert activity["StatusCode"] == "Successful"
    assert activity["StatusMessage"] == (
        "Successfully set desired instance count to 2. Change successfully fulfilled by sagemaker."
    )


def test_a_maximum_is_enforced_by_an_update_that_leaves_the_rest(scaling: Scaling) -> None:
    scaling.sagemaker.count = 5
    scaling.register(1, 5)
    scaling.client.register_scalable_target(**scaling.target, MaxCapacity=3)
    scaling.wait()
    assert scaling.sagemaker.count == 3
    assert described(scaling)[0]["MinCapacity"] == 1
    assert scaling.activities()[0]["Cause"] == "maximum capacity was set to 3"


@pytest.mark.parametrize("status", ["Creating", "Updating"])
def test_an_endpoint_that_is_not_active_keeps_its_capacity(scaling: Scaling, status: str) -> None:
    scaling.sagemaker.status = status
    scaling.register(2, 5)
    assert scaling.sagemaker.requested == []
    assert scaling.activities() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ResourceId": "endpoint/nowhere/variant/v"}, "ValidationException: SageMaker variant"),
        ({"ResourceId": "endpoint/{endpoint}/variant/other"}, "SageMaker variant doesn't exist"),
        ({"ResourceId": "endpoint/e"}, "Unsupported service namespace, resource type or"),
        ({"ScalableDimension": "ecs:service:DesiredCount"}, "Unsupported service namespace"),
        ({"MinCapacity": 4}, "MaxCapacity (3) must be greater than or equal to MinCapacity (4)"),
        ({"MinCapacity": -1}, "must not be negative"),
        ({"ServiceNamespace": "dynamodb"}, "NotImplemented: The embedded AWS does not support"),
        (
            {"ScalableDimension": "sagemaker:inference-component:DesiredCopyCount"},
            "Unsupported service namespace, resource type or",
        ),
        (
            {"ScalableDimension": "sagemaker:variant:DesiredProvisionedConcurrency"},
            "has no provisioned concurrency that could be scaled",
        ),
        (
            {
                "ScalableDimension": "sagemaker:variant:DesiredProvisionedConcurrency",
                "MinCapacity": 0,
            },
            "MinCapacity must be at least 1 for provisioned concurrency",
        ),
    ],
)
def test_what_cannot_be_scaled_is_refused(
    scaling: Scaling, refusal: Refusal, changes: dict[str, Any], words: str
) -> None:
    if "ResourceId" in changes:
        changes["ResourceId"] = changes["ResourceId"].format(endpoint=scaling.sagemaker.name)
    request = {**scaling.target, "MinCapacity": 1, "MaxCapacity": 3, **changes}
    assert words in refusal(scaling.client.register_scalable_target, **request)
    assert described(scaling) == []


def test_burstable_instances_are_not_scaled(scaling: Scaling, refusal: Refusal) -> None:
    scaling.sagemaker.instance_type = "ml.t2.medium"
    request = {**scaling.target, "MinCapacity": 1, "MaxCapacity": 3}
    assert "burstable" in refusal(scaling.client.register_scalable_target, **request)


def test_a_new_target_needs_both_bounds(scaling: Scaling, refusal: Refusal) -> None:
    words = refusal(scaling.client.register_scalable_target, **scaling.target, MinCapacity=1)
    assert "MinCapacity and MaxCapacity are required" in words


def test_deregistration_deletes_policies_alarms_and_actions(
    scaling: Scaling, refusal: Refusal
) -> None:
    scaling.register()
    scaling.put_tracking()
    scaling.client.put_scheduled_action(
        **scaling.target,
        ScheduledActionName="night",
        Schedule="rate(1 day)",
        ScalableTargetAction={"MinCapacity": 1},
    )
    assert len(scaling.alarms()) == 2
    scaling.client.deregister_scalable_target(**scaling.target)
    assert described(scaling) == scaling.alarms() == []
    assert scaling.client.describe_scaling_policies(**scaling.target)["ScalingPolicies"] == []
    assert scaling.client.describe_scheduled_actions(**scaling.target)["ScheduledActions"] == []
    assert refusal(scaling.client.deregister_scalable_target, **scaling.target).startswith(
        "ObjectNotFoundException: No scalable target found for service namespace: sagemaker, "
        f"resource ID: {scaling.target['ResourceId']}, scalable dimension: sagemaker:variant:"
    )


def test_a_deleted_endpoint_takes_its_target_with_it(scaling: Scaling) -> None:
    scaling.register()
    scaling.put_tracking()
    scaling.aws.runtime.client("sagemaker").delete_endpoint(EndpointName=scaling.sagemaker.name)
    assert described(scaling) == scaling.alarms() == []


def test_tags_of_a_target(scaling: Scaling, refusal: Refusal) -> None:
    scaling.register(Tags={"team": "growth"})
    arn = described(scaling)[0]["ScalableTargetARN"]
    scaling.client.tag_resource(ResourceARN=arn, Tags={"stage": "test"})
    scaling.client.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert scaling.client.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"stage": "test"}


def test_targets_come_in_pages(scaling: Scaling, refusal: Refusal) -> None:
    scaling.register()
    pages = scaling.client.get_paginator("describe_scalable_targets").paginate(
        ServiceNamespace="sagemaker", PaginationConfig={"PageSize": 1}
    )
    names = [target["ResourceId"] for page in pages for target in page["ScalableTargets"]]
    assert scaling.target["ResourceId"] in names
    assert len(names) == len(set(names))
    call = scaling.client.describe_scalable_targets
    assert "InvalidNextToken" in refusal(call, ServiceNamespace="sagemaker", NextToken="x")
    assert "between 1 and 50" in refusal(call, ServiceNamespace="sagemaker", MaxResults=51)
