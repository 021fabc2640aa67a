"""Settings of asynchronous endpoints: what they say by default, and what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import (
    AsynchronousEndpoint,
    SettingsError,
    load_environment,
    parse_environment,
)

EXAMPLES = Path(__file__).parents[3] / "examples" / "modes"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:predictions"


def parsed(serving: dict[str, Any] | None = None, **endpoint: Any) -> AsynchronousEndpoint:
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {"mode": "asynchronous", "instance_type": "ml.m5.large", **endpoint},
        "serving": serving or {},
    }
    settings = parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")
    found = settings.predictors["p"].endpoint
    assert isinstance(found, AsynchronousEndpoint)
    return found


def test_the_defaults_scale_to_zero_once_scaling_is_asked_for() -> None:
    endpoint = parsed(autoscaling={"max_capacity": 3})
    assert endpoint.autoscaling is not None
    assert (endpoint.autoscaling.min_capacity, endpoint.autoscaling.max_capacity) == (0, 3)
    assert endpoint.autoscaling.target_backlog_per_instance == 5
    assert endpoint.max_concurrent_invocations_per_instance == 4
    assert parsed().autoscaling is None
    assert parsed(success_topic_arn=TOPIC, error_topic_arn=TOPIC).topic_arns == (TOPIC,)


@pytest.mark.parametrize(
    ("endpoint", "refusal"),
    [
        (
            {"success_topic_arn": f"{TOPIC}.fifo"},
            "endpoint.success_topic_arn: got .*; allowed: the ARN of a standard SNS topic",
        ),
        ({"serverless": {}}, "endpoint.serverless: unknown key"),
        (
            {"autoscaling": {"max_capacity": 2, "target_invocations_per_instance": 9}},
            "autoscaling.target_invocations_per_instance: unknown key",
        ),
        ({"max_concurrent_invocations_per_instance": 0}, "greater than or equal to 1"),
        ({"initial_instance_count": 0, "autoscaling": {"max_capacity": 2}}, "greater than or"),
        (
            {"initial_instance_count": 3, "autoscaling": {"max_capacity": 2}},
            "initial_instance_count 3 lies outside autoscaling's min_capacity 0",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(endpoint: dict[str, Any], refusal: str) -> None:
    with pytest.raises(SettingsError, match=refusal):
        parsed(**endpoint)


def test_a_topic_of_another_region_is_refused_and_one_of_another_account_is_not() -> None:
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {
            "mode": "asynchronous",
            "instance_type": "ml.m5.large",
            "success_topic_arn": TOPIC,
            "error_topic_arn": TOPIC,
        },
    }
    settings = {"account": "210987654321", "predictors": {"p": predictor}}
    parse_environment("dev", {**settings, "region": "eu-central-1"}, file="config/dev.yaml")
    with pytest.raises(SettingsError) as caught:
        parse_environment("dev", {**settings, "region": "us-east-1"}, file="config/dev.yaml")
    assert [each.partition(",")[0] for each in caught.value.problems] == [
        f"predictors.p.endpoint.{key}: got a topic in eu-central-1"
        for key in ("success_topic_arn", "error_topic_arn")
    ]


def test_only_its_requests_may_take_longer_than_a_minute() -> None:
    parsed(serving={"request_timeout_seconds": 3600})
    with pytest.raises(SettingsError, match=r"serving.request_timeout_seconds: got 61"):
        parsed(serving={"request_timeout_seconds": 61}, mode="real-time")


def test_zero_instances_need_a_queue() -> None:
    scaling = {"min_capacity": 0, "max_capacity": 2, "target_invocations_per_instance": 600}
    with pytest.raises(SettingsError, match=r"autoscaling.min_capacity: got 0"):
        parsed(mode="real-time", autoscaling=scaling)


def test_the_example_is_valid() -> None:
    settings = load_environment("asynchronous", EXAMPLES)
    assert settings.predictors["housing"].endpoint is not None
