"""Templates of the built-in Linear Learner: its images are in a registry of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from aws_cdk import App, Stack
from aws_cdk import Environment as Place

from autogluon_constructs.predictor.algorithm_registry import AlgorithmRegistry
from autogluon_constructs.settings import Environment, parse_environment
from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, listed, only, statements

EXAMPLES = Path(__file__).parents[2] / "examples" / "bring-your-own"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    files = {"houses": "xgboost.yaml", "homes": "linear-learner.yaml"}
    predictors = {
        name: yaml.safe_load((EXAMPLES / file).read_text())["predictors"]["houses"]
        for name, file in files.items()
    }
    return synthesize(parse_environment("dev", {"predictors": predictors}, file="f"))


def test_each_algorithm_has_its_own_host(templates: Templates) -> None:
    hosts = only(templates["Workflows"], "Custom::Predictors")["Properties"]["Algorithms"]
    assert list(hosts) == ["linear_learner", "xgboost"]
    assert hosts["linear_learner"] != hosts["xgboost"]
    mapping = templates["Workflows"]["Mappings"]["AlgorithmRegistries"]
    assert mapping["us-east-1"] == {"xgboost": "683313688378", "linearlearner": "382416733822"}
    declared = DeclaredPredictors.from_text(templates.predictors_file.read_text())
    of_types = {"linear_learner": "first", "xgboost": "second"}
    assert declared.spec("homes", "r", of_types).image_uri == "first/linear-learner:1"
    assert declared.spec("houses", "r", of_types).image_uri == "second/sagemaker-xgboost:1.7-1"


def test_jobs_may_pull_both(templates: Templates) -> None:
    pulled = [
        flat(resource)
        for _, statement in statements(templates["Foundation"])
        if "ecr:BatchGetImage" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]
    for repository in ("sagemaker-xgboost", "linear-learner"):
        assert any(each.endswith(f"repository/{repository}") for each in pulled)


@pytest.mark.parametrize(
    ("region", "account"), [("us-east-1", "382416733822"), ("eu-west-1", "438346466558")]
)
def test_regions_have_registries_of_their_own(region: str, account: str) -> None:
    stack = Stack(App(), "Stack", env=Place(region=region))
    registry = AlgorithmRegistry(stack, "linear_learner")
    assert registry.host.startswith(f"{account}.dkr.ecr.{region}.")
