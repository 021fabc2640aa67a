"""What a real-time endpoint's scaling may follow."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_constructs.settings import Environment, SettingsError, parse_environment

STEPS = {
    "metric": "cpu_percent",
    "scale_out": [{"at_least": 80, "add": 3}, {"at_least": 60, "add": 1}],
    "scale_in": [{"at_most": 20, "remove": 1}],
}


def parsed(scaling: dict[str, Any], **endpoint: Any) -> Environment:
    bounds = {"min_capacity": 1, "max_capacity": 4}
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {
            "instance_type": "ml.m5.xlarge",
            "autoscaling": {**bounds, **scaling},
            **endpoint,
        },
    }
    return parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")


@pytest.mark.parametrize(
    "target",
    [
        {"target_invocations_per_instance": 600},
        {"target_concurrent_requests_per_instance": 4},
        {"target_cpu_percent": 60},
        {"target_cpu_percent": 60, "target_invocations_per_instance": 600},
        {"steps": STEPS},
        {"steps": STEPS, "target_invocations_per_instance": 600},
    ],
)
def test_each_target_is_enough_and_several_are_allowed(target: dict[str, Any]) -> None:
    endpoint = parsed(target).predictors["p"].endpoint
    assert endpoint is not None
    assert endpoint.autoscaling is not None


def test_scaling_needs_a_target() -> None:
    with pytest.raises(SettingsError, match="no target; allowed: one or more of target_invoc"):
        parsed({})


def test_a_share_of_the_processors_needs_types_with_as_many() -> None:
    parsed({"target_cpu_percent": 60}, allowed_instance_types=["ml.c5.xlarge"])
    with pytest.raises(SettingsError, match=r"'ml.m5.2xlarge' \(8 vCPUs\) beside 'ml.m5.xlarge'"):
        parsed({"target_cpu_percent": 60}, allowed_instance_types=["ml.m5.2xlarge"])


def test_an_endpoint_that_answers_at_once_has_no_oldest_request() -> None:
    with pytest.raises(SettingsError, match="oldest_request_seconds with mode 'real-time'"):
        parsed(
            {"target_cpu_percent": 60},
            alarms={"oldest_request_seconds": 60},
        )


OFFICE = {"expression": "cron(0 8 ? * MON-FRI *)", "min_capacity": 2, "max_capacity": 8}


@pytest.mark.parametrize(
    ("schedule", "refusal"),
    [
        ({"expression": "cron(0 8 * * *)"}, r"schedules.office.expression: got .*; 5 fields"),
        ({"timezone": "Berlin"}, r"schedules.office.timezone: got 'Berlin'; allowed: the IANA"),
        ({"max_capacity": 1}, "max_capacity 1 is below min_capacity 2"),
        ({"min_capacity": 0}, r"schedules.office.min_capacity: got 0 with mode 'real-time'"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(schedule: dict[str, Any], refusal: str) -> None:
    parsed({"target_cpu_percent": 60, "schedules": {"office": OFFICE}})
    with pytest.raises(SettingsError, match=refusal):
        parsed({"target_cpu_percent": 60, "schedules": {"office": {**OFFICE, **schedule}}})


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"metric": "memory"}, "steps.metric: got 'memory'; allowed: .*cpu_percent"),
        ({"scale_out": []}, "scale_out: got 0 steps; allowed: 1 to 20"),
        (
            {"scale_in": [{"at_mots": 5, "remove": 1}]},
            r"steps.scale_in.0.at_mots: unknown key.*at_most",
        ),
        ({"scale_in": [{"at_most": 0, "remove": 1}]}, "at_most: got 0"),
        ({"scale_in": [{"at_most": 60, "remove": 1}]}, "60 is not below scale_out.at_least 60"),
        (
            {"scale_out": [{"at_least": 60, "add": 1}, {"at_least": 60, "add": 2}]},
            "scale_out.at_least: 60 is given twice",
        ),
        ({"scale_out": [{"at_least": 120, "add": 1}]}, "120 is over 100 percent"),
        ({"scale_out": [{"at_least": 60, "add": 0}]}, "add: got 0"),
    ],
)
def test_steps_that_cannot_be_are_refused(changes: dict[str, Any], refusal: str) -> None:
    with pytest.raises(SettingsError, match=refusal):
        parsed({"steps": {**STEPS, **changes}})


def test_steps_by_processors_need_types_with_as_many() -> None:
    with pytest.raises(SettingsError, match=r"'ml.m5.2xlarge' \(8 vCPUs\) beside 'ml.m5.xlarge'"):
        parsed({"steps": STEPS}, allowed_instance_types=["ml.m5.2xlarge"])


def test_steps_are_sorted_whatever_their_order() -> None:
    endpoint = parsed({"steps": STEPS}).predictors["p"].endpoint
    assert endpoint is not None
    assert [step.at_least for step in endpoint.autoscaling.steps.ascending] == [60, 80]
