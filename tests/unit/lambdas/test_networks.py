"""Every request of a planner says where its containers run and whether they reach a network."""

from typing import Any

import pytest

from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.environment import Environment
from tests.fakes.lambda_environment import VARIABLES, planner_event, validated
from tests.fakes.lambda_ports import (
    FakeEndpoints,
    FakePredictors,
    FakeRegistry,
    FakeTrainingJobs,
    package,
)
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.fakes.store import FakeStore
from tests.unit.lambdas.bulk_batches import DATA, FILES, bulk_store

VPC = {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
PLACED = Environment({**VARIABLES, "SUBNETS": "subnet-1,subnet-2", "SECURITY_GROUPS": "sg-1"})
TRAIN = "s3://data-bucket/income/train.csv"


def training(environment: Environment, **changes: Any) -> dict[str, Any]:
    store = FakeStore({TRAIN: "age,class\n48,<=50K\n30,>50K\n"})
    planner = TrainingPlanner(
        environment, FakePredictors(spec(**changes)), store, FakeRegistry(), FakeTrainingJobs()
    )
    answer = planner.plan(planner_event({"predictor": "income", "train_data": TRAIN}))
    return validated("CreateTrainingJob", answer["request"])


def batch(environment: Environment, engine: str, **changes: Any) -> dict[str, Any]:
    predictors = FakePredictors(spec(**changes), live=f"{GROUP_ARN}/1")
    planner = BatchPlanner(
        environment, predictors, bulk_store(FILES), FakeRegistry(package(1)), FakeEndpoints()
    )
    answer: dict[str, Any] = planner.plan(
        planner_event({"predictor": "income", "data": DATA, "engine": engine})
    )
    return answer


def test_jobs_and_models_are_placed_into_the_environments_network() -> None:
    bulk, transform = batch(PLACED, "bulk"), batch(PLACED, "transform")

    assert training(PLACED)["VpcConfig"] == VPC
    processing = validated("CreateProcessingJob", bulk["request"])
    assert processing["NetworkConfig"] == {"EnableNetworkIsolation": True, "VpcConfig": VPC}
    assert validated("CreateModel", transform["model_request"])["VpcConfig"] == VPC
    assert "VpcConfig" not in validated("CreateTransformJob", transform["request"])


@pytest.mark.parametrize("isolated", [True, False])
def test_network_isolation_is_the_predictors(isolated: bool) -> None:
    without = Environment(VARIABLES)
    assert training(without, network_isolation=isolated)["EnableNetworkIsolation"] is isolated
    assert "VpcConfig" not in training(without)
    bulk = batch(without, "bulk", network_isolation=isolated)
    assert bulk["request"]["NetworkConfig"] == {"EnableNetworkIsolation": isolated}
    model = batch(without, "transform", network_isolation=isolated)["model_request"]
    assert model["EnableNetworkIsolation"] is isolated
