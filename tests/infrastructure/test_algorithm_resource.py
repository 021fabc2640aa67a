"""Templates of algorithm resources that train: the spec, and who may read what of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autogluon_constructs.settings import Environment, load_environment, parse_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, listed, of_type, statements

EXAMPLE = Path(__file__).parents[2] / "examples" / "bring-your-own"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:algorithm/prices"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    return synthesize(load_environment("algorithm", EXAMPLE))


def _described(template: Template) -> list[tuple[str, str]]:
    """Who may describe which algorithms."""
    return [
        (flat(name), flat(resource))
        for name, statement in statements(template)
        if "sagemaker:DescribeAlgorithm" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]


def test_the_spec_names_the_algorithm(templates: Templates) -> None:
    spec = templates.spec("prices")
    assert spec["algorithm_arn"] == ARN
    assert spec["network_isolation"] is True
    assert spec["image_uri"] == "123456789012.dkr.ecr.us-east-1.amazonaws.com/prices:7"
    # `agcdk profile` runs this project's code.
    assert "/autogluon:" in spec["processing_image_uri"]


def test_the_planner_of_training_alone_describes_that_algorithm(templates: Templates) -> None:
    ((name, resource),) = _described(templates["Workflows"])
    assert resource == ARN
    assert "PlanTraining" in name


def test_its_models_run_without_network_access(templates: Templates) -> None:
    (model,) = of_type(templates["PricesEndpoint"], "AWS::SageMaker::Model").values()
    assert model["Properties"]["EnableNetworkIsolation"] is True
    assert set(model["Properties"]["PrimaryContainer"]) == {"ModelPackageName", "Environment"}


def test_jobs_may_pull_the_image_that_the_settings_name(templates: Templates) -> None:
    pulled = [
        flat(resource)
        for _, statement in statements(templates["Foundation"])
        if "ecr:BatchGetImage" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]
    assert any(":123456789012:repository/prices" in each for each in pulled)


def test_environments_without_algorithms_describe_none(
    synthesize: Callable[[Environment], Templates],
) -> None:
    predictors = {"income": {"init_args": {"label": "y"}}}
    found = synthesize(parse_environment("dev", {"predictors": predictors}, file="f"))
    assert _described(found["Workflows"]) == []
    assert "algorithm_arn" not in found.spec("income")
