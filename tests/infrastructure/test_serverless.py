"""The stack of a serverless endpoint: what it has, and what it has not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import of_type, only

_POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    def serverless(**endpoint: Any) -> dict[str, Any]:
        return {
            "init_args": {"label": "y"},
            "endpoint": {
                "mode": "serverless",
                "network": {"mode": "none"},
                "network_isolation": False,
                **endpoint,
            },
        }

    predictors = {
        "ages": serverless(
            memory_mb=2048,
            max_concurrency=8,
            alarms={"concurrency_percent": 80, "model_setup_ms": 60_000, "server_errors": 1},
        ),
        "busy": serverless(
            max_concurrency=8,
            provisioned_concurrency=2,
            autoscaling={
                "min_capacity": 1,
                "max_capacity": 4,
                "target_utilization": 0.5,
                "schedules": {
                    "night": {
                        "expression": "cron(0 20 * * ? *)",
                        "min_capacity": 1,
                        "max_capacity": 1,
                    }
                },
            },
        ),
    }
    settings = {"network": {"mode": "created"}, "predictors": predictors}
    return synthesize(parse_environment("dev", settings, file="config/dev.yaml"))


@pytest.fixture(scope="module")
def endpoint(templates: Templates) -> Template:
    return templates["AgesEndpoint"]


def test_its_variant_has_memory_and_no_instances(endpoint: Template) -> None:
    config = only(endpoint, "AWS::SageMaker::EndpointConfig")["Properties"]
    [variant] = config["ProductionVariants"]
    assert variant["ServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 8}
    assert set(variant) == {
        "InitialVariantWeight",
        "ModelName",
        "ServerlessConfig",
        "VariantName",
    }
    assert "KmsKeyId" not in config
    assert not {"InstanceType", "InitialInstanceCount"} & endpoint["Parameters"].keys()
    assert not of_type(endpoint, _TARGET)
    deployed = only(endpoint, "AWS::SageMaker::Endpoint")["Properties"]
    assert "RetainAllVariantProperties" not in deployed


def test_its_model_is_neither_isolated_nor_in_the_vpc_and_writes_below_tmp(
    endpoint: Template,
) -> None:
    model = only(endpoint, "AWS::SageMaker::Model")["Properties"]
    assert model["EnableNetworkIsolation"] is False
    assert "VpcConfig" not in model
    condition, chosen, default = model["PrimaryContainer"]["Environment"]["Fn::If"]
    assert "HasEngine" in condition
    assert default == {
        "HOME": "/tmp",
        "LOG_LOCATION": "/tmp",
        "METRICS_LOCATION": "/tmp",
        "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
    }
    assert default.items() < chosen.items()


def test_its_alarms_watch_what_serverless_endpoints_publish(endpoint: Template) -> None:
    alarms = {
        each["Properties"]["MetricName"]: each["Properties"]
        for each in of_type(endpoint, "AWS::CloudWatch::Alarm").values()
    }
    assert set(alarms) == {
        "Invocation5XXErrors",
        "ModelSetupTime",
        "ServerlessConcurrentExecutionsUtilization",
    }
    used = alarms["ServerlessConcurrentExecutionsUtilization"]
    assert (used["Threshold"], used["Statistic"]) == (0.8, "Maximum")
    assert {each["Name"] for each in used["Dimensions"]} == {"EndpointName", "VariantName"}
    setup = alarms["ModelSetupTime"]
    assert (setup["Threshold"], setup["ExtendedStatistic"]) == (60_000_000, "p99")


def test_provisioned_concurrency_follows_its_use(templates: Templates) -> None:
    busy = templates["BusyEndpoint"]
    [variant] = only(busy, "AWS::SageMaker::EndpointConfig")["Properties"]["ProductionVariants"]
    assert variant["ServerlessConfig"]["ProvisionedConcurrency"] == 2
    target = only(busy, _TARGET)["Properties"]
    assert target["ScalableDimension"] == "sagemaker:variant:DesiredProvisionedConcurrency"
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    assert len(target["ScheduledActions"]) == 1
    tracking = only(busy, _POLICY)["Properties"]["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 0.5
    assert tracking["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "SageMakerVariantProvisionedConcurrencyUtilization"
    }
