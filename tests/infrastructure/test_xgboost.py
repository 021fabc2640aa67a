"""Templates of the built-in XGBoost: the region's image, and who may pull it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import Environment as Place

from autogluon_constructs.predictor.algorithm_registry import (
    AlgorithmRegistry,
    MissingAlgorithmError,
)
from autogluon_constructs.settings import Environment, load_environment, parse_environment
from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, listed, only, statements

EXAMPLE = Path(__file__).parents[2] / "examples" / "bring-your-own"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    return synthesize(load_environment("xgboost", EXAMPLE))


def _pulled(template: Template) -> list[str]:
    return [
        flat(resource)
        for _, statement in statements(template)
        if "ecr:BatchGetImage" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]


def test_the_registry_is_looked_up_where_the_region_is_not_known(templates: Templates) -> None:
    properties = only(templates["Workflows"], "Custom::Predictors")["Properties"]
    hosts = properties["Algorithms"]
    assert list(hosts) == ["xgboost"]
    assert flat(hosts["xgboost"]) == "<AlgorithmRegistries>.dkr.ecr.<AWS::Region>.<AWS::URLSuffix>"
    declared = DeclaredPredictors.from_text(templates.predictors_file.read_text())
    spec = declared.spec("houses", "autogluons", {"xgboost": "algorithms"})
    assert (spec.algorithm_version, spec.runs_autogluon) == ("1.7-1", False)
    assert spec.image_uri == spec.inference_image_uri == "algorithms/sagemaker-xgboost:1.7-1"
    # `agcdk profile` runs this project's code.
    assert str(spec.processing_image_uri).startswith("autogluons/autogluon:")
    assert (spec.serving.server, spec.ami, spec.script) == (None, None, None)


def test_jobs_may_pull_the_algorithm_and_autogluon(templates: Templates) -> None:
    pulled = _pulled(templates["Foundation"])
    assert any("repository/sagemaker-xgboost" in each for each in pulled)
    assert any("repository/autogluon*" in each for each in pulled)


def _given_up(templates: Templates) -> list[str]:
    return [
        flat(resource)
        for _, statement in statements(templates["Workflows"])
        if listed(statement["Action"]) == ["s3:AbortMultipartUpload"]
        for resource in listed(statement["Resource"])
        if flat(resource).endswith("/config/data/*")
    ]


def test_planners_may_end_uploads_of_data_that_is_not_valid(templates: Templates) -> None:
    assert len(_given_up(templates)) == 3  # of training, tuning and batches


def test_environments_without_it_know_nothing_of_its_registry(
    synthesize: Callable[[Environment], Templates],
) -> None:
    predictors = {"income": {"init_args": {"label": "y"}}}
    found = synthesize(parse_environment("dev", {"predictors": predictors}, file="f"))
    assert "Algorithms" not in only(found["Workflows"], "Custom::Predictors")["Properties"]
    assert "xgboost" not in "".join(_pulled(found["Foundation"]))
    assert "algorithm_version" not in found.spec("income")
    assert _given_up(found) == []


@pytest.mark.parametrize(
    ("region", "account"), [("us-east-1", "683313688378"), ("eu-west-1", "141502667606")]
)
def test_regions_have_registries_of_their_own(region: str, account: str) -> None:
    registry = AlgorithmRegistry(Stack(App(), "Stack", env=Place(region=region)), "xgboost")
    assert registry.host.startswith(f"{account}.dkr.ecr.{region}.")
    assert f":{account}:repository/sagemaker-xgboost" in registry.repository_arn


def test_a_region_without_it_is_refused_by_name() -> None:
    registry = AlgorithmRegistry(Stack(App(), "Stack", env=Place(region="moon-west-1")), "xgboost")
    with pytest.raises(MissingAlgorithmError, match="got 'moon-west-1', where AWS does not"):
        _ = registry.host
