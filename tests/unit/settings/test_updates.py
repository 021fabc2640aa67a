"""How promotions move the requests of endpoints on instances, and what SageMaker does not take."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_constructs.settings import (
    SettingsError,
    parse_environment,
)
from autogluon_constructs.settings.endpoint_modes.instances import InstanceEndpoint
from autogluon_constructs.settings.endpoint_modes.updates import AnyUpdate

CANARY = {"strategy": "canary", "canary_percent": 10}


def parsed(update: dict[str, Any], **endpoint: Any) -> AnyUpdate:
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {
            "instance_type": "ml.m5.large",
            "initial_instance_count": 2,
            "update": update,
            **endpoint,
        },
    }
    found = parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")
    declared = found.predictors["p"].endpoint
    assert isinstance(declared, InstanceEndpoint)
    assert declared.update is not None
    return declared.update


def test_a_canary_is_tried_and_the_old_instances_stay_a_while() -> None:
    update = parsed(CANARY)

    assert update.step == ("CAPACITY_PERCENT", 10)
    assert update.waits_seconds(2) == 600
    assert not update.is_watched


@pytest.mark.parametrize(
    ("update", "instances", "waits"),
    [
        ({"strategy": "all-at-once"}, 1, 300),
        ({"strategy": "linear", "step_percent": 25, "wait_seconds": 60}, 4, 3 * 60 + 300),
        ({"strategy": "linear", "step_percent": 50, "wait_seconds": 60}, 3, 2 * 60 + 300),
        ({"strategy": "rolling", "batch_instances": 1, "wait_seconds": 60}, 4, 4 * 60),
    ],
)
def test_pauses_add_up(update: dict[str, Any], instances: int, waits: int) -> None:
    assert parsed(update, initial_instance_count=instances).waits_seconds(instances) == waits


def test_alarms_are_the_endpoints_own_or_those_that_are_named() -> None:
    own = parsed({**CANARY, "rollback_alarms": True}, alarms={"latency_ms": 100})
    named = parsed({**CANARY, "rollback_alarms": ["mine", "theirs"]})

    assert (own.is_watched, own.named_alarms) == (True, ())
    assert (named.is_watched, named.named_alarms) == (True, ("mine", "theirs"))


@pytest.mark.parametrize(
    ("update", "endpoint", "problem"),
    [
        ({"strategy": "canary"}, {}, "canary_percent and canary_instances: got neither"),
        ({**CANARY, "canary_instances": 1}, {}, "canary_percent and canary_instances: got both"),
        ({**CANARY, "canary_percent": 51}, {}, "canary_percent"),
        ({"strategy": "linear", "step_percent": 9}, {}, "step_percent"),
        ({"strategy": "rolling", "batch_percent": 4}, {}, "batch_percent"),
        ({"strategy": "rolling", "batch_percent": 5, "bake_seconds": 1}, {}, "bake_seconds"),
        ({"strategy": "blue-green"}, {}, "'all-at-once', 'canary', 'linear', 'rolling'"),
        (CANARY, {"initial_instance_count": 1}, "at most half of the instances"),
        (
            CANARY,
            {
                "autoscaling": {"min_capacity": 1, "max_capacity": 4, "target_cpu_percent": 50},
            },
            "the endpoint may have 1 instance",
        ),
        (
            {"strategy": "canary", "canary_instances": 1},
            {"autoscaling": {"min_capacity": 2, "max_capacity": 4, "target_cpu_percent": 50}},
            "update.canary_instances with autoscaling",
        ),
        (
            {"strategy": "canary", "canary_instances": 2},
            {"initial_instance_count": 3},
            "got 2 of 3 instances; allowed: 0 to 50 percent",
        ),
        (
            {"strategy": "linear", "step_percent": 10, "wait_seconds": 3600},
            {"initial_instance_count": 10},
            "its pauses add up to 32700 seconds",
        ),
        (
            {**CANARY, "wait_seconds": 0, "bake_seconds": 59, "rollback_alarms": ["mine"]},
            {},
            "evaluates alarms once a minute",
        ),
        (
            {
                "strategy": "rolling",
                "batch_percent": 50,
                "wait_seconds": 25,
                "rollback_alarms": ["mine"],
            },
            # Two batches of two or four instances, three of three.
            {"autoscaling": {"min_capacity": 2, "max_capacity": 4, "target_cpu_percent": 50}},
            "pauses for 50 seconds altogether",
        ),
        ({**CANARY, "timeout_seconds": 600}, {}, "not above the 600 seconds of its pauses"),
        ({**CANARY, "rollback_alarms": True}, {}, "got true without alarms"),
        (
            {**CANARY, "rollback_alarms": True},
            {"alarms": {"rejected_requests": 1}},
            "one or more of server_errors, latency_ms, overhead_ms",
        ),
        ({**CANARY, "rollback_alarms": []}, {}, "rollback_alarms"),
        (CANARY, {"shadow": {}}, "update with variants or shadow"),
        (CANARY, {"max_initial_instance_count": 3}, "could choose too few instances"),
    ],
)
def test_what_sagemaker_does_not_take_is_refused(
    update: dict[str, Any], endpoint: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(update, **endpoint)

    assert problem in str(caught.value)


def test_an_asynchronous_endpoint_that_scales_to_none_starts_each_update_with_its_own_number() -> (
    None
):
    scaling = {"min_capacity": 0, "max_capacity": 10}
    linear = {"strategy": "linear", "step_instances": 1, "wait_seconds": 60, "bake_seconds": 0}

    update = parsed(linear, mode="asynchronous", autoscaling=scaling, initial_instance_count=3)

    assert update.waits_seconds(3) == 120
    with pytest.raises(SettingsError, match="the endpoint may have 1 instance"):
        parsed(linear, mode="asynchronous", autoscaling=scaling, initial_instance_count=1)


@pytest.mark.parametrize(
    "endpoint",
    [
        {"mode": "serverless"},
        {"mode": "component", "shared_endpoint": "s"},
    ],
)
def test_other_modes_are_not_updated_in_steps(endpoint: dict[str, Any]) -> None:
    predictor = {"init_args": {"label": "y"}, "endpoint": {**endpoint, "update": CANARY}}
    with pytest.raises(SettingsError, match=r"endpoint.*update"):
        parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")
