"""An endpoint may keep the name that its callers know."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_constructs.settings import Environment, SettingsError, parse_environment


def parsed(*endpoints: dict[str, Any], **environment: Any) -> Environment:
    predictors = {
        f"p{number}": {"init_args": {"label": "y"}, "endpoint": endpoint}
        for number, endpoint in enumerate(endpoints)
    }
    values = {"predictors": predictors, **environment}
    return parse_environment("dev", values, file="config/dev.yaml")


def on_instances(name: str) -> dict[str, Any]:
    return {"instance_type": "ml.m5.large", "name": name}


def test_the_name_is_the_settings_or_this_projects() -> None:
    settings = parsed(
        on_instances("Churn-2"),
        {"mode": "serverless", "name": "quick", "network_isolation": False},
        {"instance_type": "ml.m5.large"},
    )

    assert settings.named_endpoints == {"p0": "Churn-2", "p1": "quick"}
    found = [each.endpoint for each in settings.predictors.values()]
    assert [each.endpoint_name("dev", "p") for each in found if each is not None] == [
        "Churn-2",
        "quick",
        "autogluon-dev-p",
    ]


@pytest.mark.parametrize(
    ("endpoints", "environment", "problem"),
    [
        ([on_instances("a_b")], {}, "at most 63 letters, digits and hyphens"),
        ([on_instances("x" * 64)], {}, "at most 63"),
        ([on_instances("autogluon-prod-income")], {}, "are given by this project"),
        ([on_instances(f"n{number}") for number in range(11)], {}, "at most 10 in one"),
        ([on_instances("same"), on_instances("Same")], {}, "is another predictor's, too"),
        (
            [on_instances("mine")],
            {"encryption": {"log_groups": True}},
            "endpoint.name with encryption.log_groups is not supported yet",
        ),
        (
            [{"mode": "component", "shared_endpoint": "s", "name": "mine"}],
            {"shared_endpoints": {"s": {"instance_type": "ml.m5.large"}}},
            "a component's name is this project's",
        ),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused(
    endpoints: list[dict[str, Any]], environment: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(*endpoints, **environment)

    assert problem in str(caught.value)
