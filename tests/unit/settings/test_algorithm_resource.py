"""Predictors of an algorithm resource in the settings: what they mean, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, parse_environment

ARN = "arn:aws:sagemaker:us-east-1:123456789012:algorithm/prices"
PREDICTOR: dict[str, Any] = {
    "type": "script",
    "script": {},
    "algorithm_arn": ARN,
    "init_args": {"label": "Price", "problem_type": "regression"},
}


def _parse(around: dict[str, Any] | None = None, **changes: Any) -> Any:
    document = {"predictors": {"prices": {**PREDICTOR, **changes}}, **(around or {})}
    return parse_environment("dev", document, file="config/dev.yaml")


@pytest.mark.parametrize("around", [{}, {"network_isolation": False}])
def test_its_containers_are_isolated_whatever_the_environment_says(around: dict[str, Any]) -> None:
    found = _parse(around)
    assert found.is_isolated("prices")
    assert found.algorithm_resources == (ARN,)
    assert not found.predictors["prices"].runs_autogluon


def test_answers_and_an_image_to_pull_can_be_given() -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/prices:7"
    found = _parse(script={"answers": ["Price", "error"]}, image_uri=image)
    assert found.predictors["prices"].image_uri == image


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"algorithm_arn": "prices"}, "algorithm_arn: got 'prices'; allowed: 'arn:<partition>:sa"),
        ({"algorithm_arn": ARN.replace(":algorithm/", ":model/")}, "algorithm_arn: got"),
        ({"type": "tabular", "script": None}, "algorithm_arn: given with type 'tabular'"),
        ({"script": None}, "script: missing with type 'script'"),
        ({"script": {"entry_point": "train.py"}}, "script.entry_point: given with algorithm_arn"),
        ({"script": {"metrics": {"a": "a=(.)"}}}, "script.metrics: given with algorithm_arn"),
        ({"serving": {"request_timeout_seconds": 30}}, "serving.request_timeout_seconds: given"),
        ({"network_isolation": False}, "network_isolation: got False with algorithm_arn"),
        (
            {"endpoint": {"mode": "serverless", "network_isolation": False}},
            "endpoint.mode: got 'serverless' with algorithm_arn",
        ),
        (
            {"tuning": {"ranges": {"fit_args.a": {"type": "continuous", "min": 0, "max": 1}}}},
            "tuning: given with type 'script'",
        ),
        ({"training": {"instance_count": 2}}, "training.instance_count"),
        ({"model_package_arn": ARN}, "a subscribed model package is not supported"),
    ],
)
def test_what_cannot_work_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        _parse(**changes)
    assert sentence in str(caught.value)


def test_an_algorithm_of_another_region_is_refused() -> None:
    with pytest.raises(SettingsError, match="got an algorithm in us-east-1, but region is eu-west"):
        _parse({"region": "eu-west-1"})


def test_a_script_without_an_image_is_told_of_algorithms() -> None:
    with pytest.raises(SettingsError, match="or the algorithm_arn of an algorithm resource"):
        _parse(algorithm_arn=None)
