"""The stack of an asynchronous endpoint, and what its role may write and notify."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, listed, of_type, only, statements

TOPIC = "arn:aws:sns:eu-central-1:123456789012:predictions"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    busy = {
        "init_args": {"label": "y"},
        "endpoint": {
            "instance_type": "ml.m5.xlarge",
            "autoscaling": {
                "min_capacity": 1,
                "max_capacity": 4,
                "target_concurrent_requests_per_instance": 8,
                "target_cpu_percent": 60,
                "schedules": {
                    "office": {
                        "expression": "cron(0 8 ? * MON-FRI *)",
                        "timezone": "Europe/Berlin",
                        "min_capacity": 2,
                        "max_capacity": 8,
                    }
                },
            },
        },
    }
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {
            "mode": "asynchronous",
            "instance_type": "ml.m5.large",
            "error_topic_arn": TOPIC,
            "alarms": {"oldest_request_seconds": 600},
            "autoscaling": {"max_capacity": 2, "target_backlog_per_instance": 7},
        },
    }
    night = {"expression": "cron(0 20 * * ? *)", "min_capacity": 0, "max_capacity": 2}
    resting = {
        "init_args": {"label": "y"},
        "endpoint": {
            "mode": "asynchronous",
            "instance_type": "ml.m5.large",
            "autoscaling": {"min_capacity": 1, "max_capacity": 2, "schedules": {"night": night}},
        },
    }
    stepped = {
        "init_args": {"label": "y"},
        "endpoint": {
            "instance_type": "ml.m5.xlarge",
            "autoscaling": {
                "min_capacity": 1,
                "max_capacity": 8,
                "steps": {
                    "metric": "cpu_percent",
                    "scale_out": [{"at_least": 80, "add": 3}, {"at_least": 60, "add": 1}],
                    "scale_in": [{"at_most": 20, "remove": 1}, {"at_most": 5, "remove": 2}],
                },
            },
        },
    }
    predictors = {"ages": predictor, "busy": busy, "resting": resting, "stepped": stepped}
    return synthesize(parse_environment("dev", {"predictors": predictors}, file="config/dev.yaml"))


@pytest.fixture(scope="module")
def endpoint(templates: Templates) -> Template:
    return templates["AgesEndpoint"]


def test_answers_and_failures_go_below_the_predictors_folder(endpoint: Template) -> None:
    config = only(endpoint, "AWS::SageMaker::EndpointConfig")["Properties"]["AsyncInferenceConfig"]
    output = config["OutputConfig"]
    assert config["ClientConfig"] == {"MaxConcurrentInvocationsPerInstance": 4}
    assert flat(output["S3OutputPath"]).endswith("/ages/asynchronous/answers")
    assert flat(output["S3FailurePath"]).endswith("/ages/asynchronous/failures")
    assert output["NotificationConfig"] == {"ErrorTopic": TOPIC}
    assert "StoreKey" in flat(output["KmsKeyId"])


def test_it_scales_by_its_backlog_and_starts_the_first_instance_by_an_alarm(
    endpoint: Template,
) -> None:
    target = only(endpoint, "AWS::ApplicationAutoScaling::ScalableTarget")["Properties"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 2)
    policies = of_type(endpoint, "AWS::ApplicationAutoScaling::ScalingPolicy")
    by_name = {each["Properties"]["PolicyName"]: each["Properties"] for each in policies.values()}
    tracking = by_name["BacklogPerInstance"]["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 7
    metric = tracking["CustomizedMetricSpecification"]
    assert metric["MetricName"] == "ApproximateBacklogSizePerInstance"
    assert metric["Dimensions"] == [{"Name": "EndpointName", "Value": "autogluon-dev-ages"}]
    step = by_name["FirstInstance"]["StepScalingPolicyConfiguration"]
    assert step["StepAdjustments"] == [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}]
    [alarm] = [
        each["Properties"]
        for each in of_type(endpoint, "AWS::CloudWatch::Alarm").values()
        if each["Properties"]["MetricName"] == "HasBacklogWithoutCapacity"
    ]
    [first] = [name for name in policies if "FirstInstance" in name]
    assert alarm["AlarmActions"] == [{"Ref": first}]
    conditions = {each["Condition"] for each in policies.values()}
    assert len(conditions) == 1
    assert "Scales" in conditions.pop()


def test_what_a_schedule_lets_scale_to_zero_starts_its_first_instance_too(
    templates: Templates,
) -> None:
    resting = templates["RestingEndpoint"]
    policies = of_type(resting, "AWS::ApplicationAutoScaling::ScalingPolicy").values()
    names = {each["Properties"]["PolicyName"] for each in policies}
    assert names == {"BacklogPerInstance", "FirstInstance"}
    alarms = of_type(resting, "AWS::CloudWatch::Alarm").values()
    assert "HasBacklogWithoutCapacity" in {each["Properties"]["MetricName"] for each in alarms}
    assert templates.spec("resting")["endpoint"]["scales_to_zero"] is True


def test_an_alarm_watches_the_oldest_request_of_the_queue(endpoint: Template) -> None:
    [alarm] = [
        each["Properties"]
        for each in of_type(endpoint, "AWS::CloudWatch::Alarm").values()
        if each["Properties"]["MetricName"] == "ApproximateAgeOfOldestRequest"
    ]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 600)
    assert alarm["Dimensions"] == [{"Name": "EndpointName", "Value": "autogluon-dev-ages"}]


def test_a_real_time_endpoint_follows_each_of_its_targets(templates: Templates) -> None:
    policies = {
        each["Properties"]["PolicyName"]: each["Properties"][
            "TargetTrackingScalingPolicyConfiguration"
        ]
        for each in of_type(
            templates["BusyEndpoint"], "AWS::ApplicationAutoScaling::ScalingPolicy"
        ).values()
    }
    assert set(policies) == {"ConcurrentRequestsPerInstance", "CPUUtilization"}
    concurrency = policies["ConcurrentRequestsPerInstance"]
    assert concurrency["TargetValue"] == 8
    assert concurrency["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "SageMakerVariantConcurrentRequestsPerModelHighResolution"
    }
    cpu = policies["CPUUtilization"]
    assert cpu["TargetValue"] == 60 * 4  # SageMaker sums the percentages of four cores
    metric = cpu["CustomizedMetricSpecification"]
    assert (metric["Namespace"], metric["MetricName"]) == (
        "/aws/sagemaker/Endpoints",
        "CPUUtilization",
    )


def test_steps_are_told_by_their_distance_from_an_alarms_threshold(templates: Templates) -> None:
    template = templates["SteppedEndpoint"]
    found = of_type(template, "AWS::ApplicationAutoScaling::ScalingPolicy")
    policies = {
        each["Properties"]["PolicyName"]: each["Properties"]["StepScalingPolicyConfiguration"]
        for each in found.values()
    }
    # SageMaker sums the percentages of four cores.
    assert policies["StepsOut"]["StepAdjustments"] == [
        {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 80, "ScalingAdjustment": 1},
        {"MetricIntervalLowerBound": 80, "ScalingAdjustment": 3},
    ]
    assert policies["StepsIn"]["StepAdjustments"] == [
        {"MetricIntervalLowerBound": -60, "MetricIntervalUpperBound": 0, "ScalingAdjustment": -1},
        {"MetricIntervalUpperBound": -60, "ScalingAdjustment": -2},
    ]
    alarms = {
        each["Properties"]["AlarmActions"][0]["Ref"]: each["Properties"]
        for each in of_type(template, "AWS::CloudWatch::Alarm").values()
        if "AlarmActions" in each["Properties"]
    }
    told = {
        found[name]["Properties"]["PolicyName"]: (
            alarm["MetricName"],
            alarm["Threshold"],
            alarm["EvaluationPeriods"],
        )
        for name, alarm in alarms.items()
        if name in found
    }
    assert told == {
        "StepsOut": ("CPUUtilization", 240, 3),
        "StepsIn": ("CPUUtilization", 80, 15),
    }


def test_the_bounds_of_scaling_change_at_given_times(
    templates: Templates, endpoint: Template
) -> None:
    kind = "AWS::ApplicationAutoScaling::ScalableTarget"
    assert only(templates["BusyEndpoint"], kind)["Properties"]["ScheduledActions"] == [
        {
            "ScheduledActionName": "office",
            "Schedule": "cron(0 8 ? * MON-FRI *)",
            "Timezone": "Europe/Berlin",
            "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 8},
        }
    ]
    assert "ScheduledActions" not in only(endpoint, kind)["Properties"]


def test_only_environments_with_such_times_may_schedule_capacity(
    templates: Templates, sandbox: Templates
) -> None:
    def may_schedule(foundation: Template) -> bool:
        return any(
            "application-autoscaling:PutScheduledAction" in listed(statement["Action"])
            for _, statement in statements(foundation)
        )

    assert may_schedule(templates["Foundation"])
    assert not may_schedule(sandbox["Foundation"])


def test_a_promotion_starts_instances_even_where_there_was_none(endpoint: Template) -> None:
    properties = only(endpoint, "AWS::SageMaker::Endpoint")["Properties"]
    assert "RetainAllVariantProperties" not in properties


def test_its_role_writes_answers_and_publishes_to_its_topics_only(
    templates: Templates, sandbox: Templates
) -> None:
    def granted(template: Template, action: str) -> list[str]:
        return [
            flat(resource)
            for _, statement in statements(template)
            if action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        ]

    def own(found: Any) -> set[str]:
        return {each.rpartition(">")[2] for each in found if "*/" in each}

    assert granted(templates["Foundation"], "sns:Publish") == [TOPIC]
    assert own(granted(templates["Foundation"], "s3:PutObject")) == {
        "/*/batches/*",
        "/*/asynchronous/*",
        "/*/drift/*",
        "/*/processing/*/outputs/*",
    }
    assert own(granted(sandbox["Foundation"], "s3:PutObject")) == {
        "/*/batches/*",
        "/*/drift/*",
        "/*/processing/*/outputs/*",
    }
