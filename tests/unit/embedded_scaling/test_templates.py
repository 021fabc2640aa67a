"""Templates scale what they describe: a stack's target, policy and scheduled action are real."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.embedded_scaling.conftest import Scaling
from tests.waiting import until


def template(scaling: Scaling, *, maximum: int, schedule: str, metric_bound: int) -> str:
    target = {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "Properties": {
            **scaling.target,
            "MinCapacity": 2,
            "MaxCapacity": maximum,
            "SuspendedState": {"DynamicScalingInSuspended": True},
            "ScheduledActions": [
                {
                    "ScheduledActionName": "night",
                    "Schedule": schedule,
                    "Timezone": "Europe/Berlin",
                    "ScalableTargetAction": {"MinCapacity": "1"},
                }
            ],
        },
    }
    steps = [{"MetricIntervalLowerBound": metric_bound, "ScalingAdjustment": 1}]
    policy = {
        "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
        "Properties": {
            "PolicyName": "steps",
            "PolicyType": "StepScaling",
            "ScalingTargetId": {"Ref": "Target"},
            "StepScalingPolicyConfiguration": {
                "AdjustmentType": "ChangeInCapacity",
                "StepAdjustments": steps,
            },
        },
    }
    return json.dumps({"Resources": {"Target": target, "Policy": policy}})


def settle(cloudformation: Any, name: str) -> str:
    def status() -> str:
        try:
            found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except cloudformation.exceptions.ClientError:
            return "gone"
        return "" if found["StackStatus"].endswith("IN_PROGRESS") else str(found["StackStatus"])

    return until(status, 30, f"{name} is settled")


def test_a_stack_scales_its_endpoint(scaling: Scaling) -> None:
    cloudformation, name = scaling.aws.runtime.client("cloudformation"), scaling.sagemaker.name
    body = template(scaling, maximum=4, schedule="cron(0 22 * * ? *)", metric_bound=0)
    cloudformation.create_stack(StackName=name, TemplateBody=body)
    assert settle(cloudformation, name) == "CREATE_COMPLETE"
    scaling.wait()
    assert scaling.sagemaker.count == 2, "the minimum holds at once"
    (target,) = scaling.client.describe_scalable_targets(
        ServiceNamespace="sagemaker", ResourceIds=[scaling.target["ResourceId"]]
    )["ScalableTargets"]
    assert target["SuspendedState"]["DynamicScalingInSuspended"]

    body = template(scaling, maximum=3, schedule="rate(1 hour)", metric_bound=5)
    cloudformation.update_stack(StackName=name, TemplateBody=body)
    assert settle(cloudformation, name) == "UPDATE_COMPLETE"
    (action,) = scaling.client.describe_scheduled_actions(**scaling.target)["ScheduledActions"]
    assert (action["Schedule"], action["Timezone"]) == ("rate(1 hour)", "Europe/Berlin")
    (policy,) = scaling.client.describe_scaling_policies(**scaling.target)["ScalingPolicies"]
    (step,) = policy["StepScalingPolicyConfiguration"]["StepAdjustments"]
    assert step["MetricIntervalLowerBound"] == 5
    scaling.aws.runtime.clock.advance(3601)
    triggered = [item for item in scaling.activities() if "night was" in item["Cause"]]
    assert [item["Description"] for item in triggered] == ["Setting min capacity to 1"]

    cloudformation.delete_stack(StackName=name)
    assert settle(cloudformation, name) == "gone"
    assert scaling.client.describe_scaling_policies(**scaling.target)["ScalingPolicies"] == []
