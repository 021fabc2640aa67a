"""The stacks of predictors on a shared endpoint: instances in one, a component in each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import of_type, only

_POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    def component(**endpoint: Any) -> dict[str, Any]:
        return {
            "init_args": {"label": "y"},
            "endpoint": {"mode": "component", "shared_endpoint": "small", **endpoint},
        }

    settings = {
        "shared_endpoints": {
            "small": {"instance_type": "ml.m5.xlarge", "min_instances": 0, "max_instances": 3}
        },
        "predictors": {
            "ages": component(
                memory_mb=2048,
                cpus=1.5,
                alarms={"server_errors": 1, "latency_ms": 100},
                autoscaling={
                    "min_capacity": 0,
                    "max_capacity": 3,
                    "target_invocations_per_copy": 100,
                    "target_concurrent_requests_per_copy": 4,
                },
            ),
            "busy": component(copies=2),
        },
    }
    return synthesize(parse_environment("dev", settings, file="config/dev.yaml"))


def properties(template: Template, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = only(template, kind)["Properties"]
    return found


@pytest.fixture(scope="module")
def ages(templates: Templates) -> Template:
    return templates["AgesEndpoint"]


def test_the_shared_endpoint_has_instances_role_and_isolation_and_no_model(
    templates: Templates,
) -> None:
    shared = templates["SmallShared"]
    config = properties(shared, "AWS::SageMaker::EndpointConfig")
    [variant] = config["ProductionVariants"]
    assert variant == {
        "VariantName": "AllTraffic",
        "InstanceType": "ml.m5.xlarge",
        "InitialInstanceCount": 1,
        "ManagedInstanceScaling": {
            "Status": "ENABLED",
            "MinInstanceCount": 0,
            "MaxInstanceCount": 3,
        },
        "RoutingConfig": {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"},
    }
    assert config["EnableNetworkIsolation"] is True
    assert "ExecutionRoleArn" in config
    assert properties(shared, "AWS::SageMaker::Endpoint")["EndpointName"] == "autogluon-dev-small"
    assert not of_type(shared, "AWS::SageMaker::Model")
    assert "Parameters" not in shared or "LiveModel" not in str(shared["Parameters"])


def test_a_predictors_stack_has_a_component_by_its_own_live_model(ages: Template) -> None:
    component = properties(ages, "AWS::SageMaker::InferenceComponent")
    assert component["InferenceComponentName"] == "autogluon-dev-ages"
    assert component["VariantName"] == "AllTraffic"
    assert "Fn::ImportValue" in component["EndpointName"]
    needs = component["Specification"]["ComputeResourceRequirements"]
    assert needs == {"MinMemoryRequiredInMb": 2048, "NumberOfCpuCoresRequired": 1.5}
    assert component["RuntimeConfig"] == {"CopyCount": 1}
    assert not of_type(ages, "AWS::SageMaker::Endpoint")
    resource = only(ages, "AWS::SageMaker::InferenceComponent")
    assert ages["Conditions"][resource["Condition"]]
    defaults = [each.get("Default") for each in ages["Parameters"].values()]
    assert "/autogluon/dev/predictors/ages/live-model" in defaults
    assert properties(ages, "AWS::SageMaker::Model")["EnableNetworkIsolation"] is True


def test_copies_follow_the_load_from_none_on(ages: Template) -> None:
    target = properties(ages, "AWS::ApplicationAutoScaling::ScalableTarget")
    assert target["ResourceId"] == "inference-component/autogluon-dev-ages"
    assert target["ScalableDimension"] == "sagemaker:inference-component:DesiredCopyCount"
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 3)
    policies = [each["Properties"] for each in of_type(ages, _POLICY).values()]
    assert {each["PolicyName"]: each["PolicyType"] for each in policies} == {
        "InvocationsPerCopy": "TargetTrackingScaling",
        "ConcurrentRequestsPerCopy": "TargetTrackingScaling",
        "FirstCopy": "StepScaling",
    }
    [scalable] = of_type(ages, "AWS::ApplicationAutoScaling::ScalableTarget").values()
    [component] = of_type(ages, "AWS::SageMaker::InferenceComponent")
    assert component in str(scalable["DependsOn"])


def test_its_alarms_watch_the_component(ages: Template) -> None:
    alarms = [each["Properties"] for each in of_type(ages, "AWS::CloudWatch::Alarm").values()]
    assert {each["MetricName"] for each in alarms} == {
        "Invocation5XXErrors",
        "ModelLatency",
        "NoCapacityInvocationFailures",
    }
    for alarm in alarms:
        assert alarm["Dimensions"] == [
            {"Name": "InferenceComponentName", "Value": "autogluon-dev-ages"}
        ]


def test_without_scaling_the_copies_stay(templates: Templates) -> None:
    busy = templates["BusyEndpoint"]
    assert properties(busy, "AWS::SageMaker::InferenceComponent")["RuntimeConfig"] == {
        "CopyCount": 2
    }
    assert not of_type(busy, "AWS::ApplicationAutoScaling::ScalableTarget")


def test_only_environments_with_components_may_make_some(
    templates: Templates, synthesize: Callable[[Environment], Templates]
) -> None:
    assert "sagemaker:CreateInferenceComponent" in str(templates["Foundation"])
    without = synthesize(
        parse_environment(
            "dev", {"predictors": {"ages": {"init_args": {"label": "y"}}}}, file="config/dev.yaml"
        )
    )
    assert 'InferenceComponent"' not in str(without["Foundation"])
    assert "sagemaker:CreateInferenceComponent" not in str(without["Foundation"])
    assert "DescribeInferenceComponent" not in str(without["Workflows"])
