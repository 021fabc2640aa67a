"""A run under the name of an earlier one is refused before it touches that one's documents."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from autogluon_contracts.names import job_name, tuning_job_name
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.models.errors import InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, EXECUTION_ARN, planner_event
from tests.fakes.lambda_ports import (
    FakeEndpoints,
    FakePredictors,
    FakeRegistry,
    FakeTrainingJobs,
    package,
)
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.fakes.store import FakeStore

STARTED = datetime.fromisoformat(planner_event({})["execution"]["StartTime"])
DATA = "s3://data-bucket/income.csv"
TUNING = {
    "ranges": {"fit_args.hyperparameters.GBM.num_leaves": {"type": "integer", "min": 8, "max": 64}},
    "max_jobs": 2,
    "max_parallel_jobs": 1,
    "max_runtime_seconds": 7200,
}
SCHEMA = {
    "version": 1,
    "label": "class",
    "problem_type": "binary",
    "classes": ["<=50K", ">50K"],
    "positive_class": ">50K",
    "ignored": ["class"],
    "features": [{"name": "age", "kind": "int", "dtype": "int64", "nullable": True}],
}


def _train(store: FakeStore) -> Any:
    planner = TrainingPlanner(
        ENVIRONMENT, FakePredictors(), store, FakeRegistry(), FakeTrainingJobs()
    )
    return planner.plan(planner_event({"predictor": "income", "train_data": DATA}))


def _tune(store: FakeStore) -> Any:
    planner = TuningPlanner(
        ENVIRONMENT, FakePredictors(spec(tuning=TUNING)), store, FakeTrainingJobs()
    )
    return planner.plan(planner_event({"predictor": "income", "train_data": DATA}))


def _batch(store: FakeStore, **values: Any) -> Any:
    predictors = FakePredictors(live=f"{GROUP_ARN}/1")
    planner = BatchPlanner(
        ENVIRONMENT, predictors, store, FakeRegistry(package(1)), FakeEndpoints()
    )
    return planner.plan(planner_event({"predictor": "income", "data": DATA, **values}))


def _store(document: str, written: datetime) -> FakeStore:
    uri = f"s3://artifact-bucket/income/{document}"
    store = FakeStore(
        {
            DATA: "age,class\n48,<=50K\n30,>50K\n",
            "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json": json.dumps(SCHEMA),
            "s3://artifact-bucket/income/runs/run-1/output/model.tar.gz": b"packed",
            uri: "the earlier run's",
        }
    )
    store.modified[S3Location.parse(uri)] = written
    return store


RUN = job_name("income", EXECUTION_ARN)
SEARCH = tuning_job_name("income", EXECUTION_ARN)
RUNS = [
    (_train, f"runs/{RUN}/config/job.json"),
    (_tune, f"runs/{SEARCH}/config/job.json"),
    (_batch, f"batches/{RUN}/config/data.manifest"),
]


@pytest.mark.parametrize(("plan", "document"), RUNS)
def test_a_name_of_an_earlier_run_is_refused_and_its_documents_survive(
    plan: Callable[[FakeStore], Any], document: str
) -> None:
    store = _store(document, STARTED - timedelta(days=91))
    before = dict(store.objects)

    with pytest.raises(InvalidInputError) as caught:
        plan(store)

    folder = document.partition("config/")[0]
    assert str(caught.value) == (
        'The name "first-run" is that of an earlier run, of 2026-08-21, whose results are in '
        f"s3://artifact-bucket/income/{folder}. Start the run under another name."
    )
    assert store.objects == before


@pytest.mark.parametrize(("plan", "document"), RUNS)
def test_a_planner_that_is_called_again_writes_its_own_documents_again(
    plan: Callable[[FakeStore], Any], document: str
) -> None:
    assert plan(_store(document, STARTED.astimezone(UTC) + timedelta(seconds=2)))


def test_a_batch_that_resumes_another_one_is_refused_by_its_own_documents() -> None:
    earlier = f"batches/other-batch-0a1b2c3d/config/{RUN}/bulk.json"
    store = _store(earlier, STARTED - timedelta(days=91))

    with pytest.raises(InvalidInputError, match="is that of an earlier run, of 2026-08-21"):
        _batch(store, engine="bulk", resume="other-batch-0a1b2c3d")
