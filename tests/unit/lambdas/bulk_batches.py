"""Bulk batches for tests: data and a model in memory, what jobs leave, the summary's event."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from autogluon_contracts.documents.bulk_job import BulkFile, BulkJobConfig
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.models.errors import InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, EXECUTION_ARN, planner_event
from tests.fakes.lambda_ports import FakeEndpoints, FakePredictors, FakeRegistry, package
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.fakes.store import FakeStore

DATA = "s3://data-bucket/new/"
HEADER = "age,workclass,hours-per-week\n"
FILES = {DATA + "1.csv": HEADER + "1,a,40\n2,b,50\n", DATA + "2.csv": HEADER + "3,c,60\n"}
SCHEMA = {
    "version": 1,
    "label": "class",
    "problem_type": "binary",
    "classes": ["<=50K", ">50K"],
    "positive_class": ">50K",
    "features": [{"name": "age"}, {"name": "workclass"}, {"name": "hours-per-week"}],
}


def bulk_store(objects: Mapping[str, str | bytes]) -> FakeStore:
    store = FakeStore(objects)
    run = "s3://artifact-bucket/income/runs/run-1/"
    store.put(run + "report/feature_schema.json", json.dumps(SCHEMA))
    store.put(run + "output/model.tar.gz", b"x" * 1000)
    return store


def planned(
    values: dict[str, Any] | None = None,
    *,
    store: FakeStore | None = None,
    batch: dict[str, Any] | None = None,
    arn: str = EXECUTION_ARN,
    recorded: str | None = None,
    **changes: Any,
) -> tuple[dict[str, Any], FakeStore]:
    store = bulk_store(FILES) if store is None else store
    spec_batch = {**spec()["batch"], **(batch or {})}
    predictors = FakePredictors(spec(batch=spec_batch, **changes), live=f"{GROUP_ARN}/1")
    version = package(1)
    if recorded is not None:
        own = {**version.environment, ARTIFACT_VARIABLE: recorded}
        version = replace(version, environment=own)
    planner = BatchPlanner(ENVIRONMENT, predictors, store, FakeRegistry(version), FakeEndpoints())
    event = planner_event({"predictor": "income", "data": DATA, **(values or {})}, arn=arn)
    return planner.plan(event), store


def problem_of(
    values: dict[str, Any], error: type[Exception] = InvalidInputError, **more: Any
) -> str:
    with pytest.raises(error) as caught:
        planned(values, **more)
    return str(caught.value)


FOLDER = "s3://artifact-bucket/income/batches/job/"
JOB = {
    "ProcessingJobName": "job",
    "ProcessingJobStatus": "Completed",
    "ProcessingStartTime": 1_795_000_000_000,
    "ProcessingEndTime": 1_795_000_090_500,
    "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large"}},
}


def summary_event(job: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "batch": {
            "predictor": "income",
            "job_name": "job",
            "engine": "bulk",
            "engine_reason": "much data",
            "model_package_arn": f"{GROUP_ARN}/1",
            "folder": FOLDER,
            "plan_uri": FOLDER + "config/job/bulk.json",
            "columns": ["class"],
            "output_format": "csv",
            "rows_in": None,
        },
        "processing_job": job or JOB,
    }


def shard_of(**changes: Any) -> dict[str, Any]:
    return {
        "input": "s3://data-bucket/new/1.csv", "etag": "e1", "output": "1.csv", "rows_in": 2,
        "rows_out": 2, "bytes": 8, "seconds": 0.5, "schema_hash": "s", "batch_hash": "b",
        "job_name": "job", "host": "algo-1", "version": 1, **changes,
    }  # fmt: skip


def finished_store(shards: dict[str, dict[str, Any]], rows: int | None = None) -> FakeStore:
    files = [
        {"name": name, "uri": DATA + name, "etag": "e1", "output": name, "rows": rows}
        for name in ("1.csv", "2.csv")
    ]
    store = FakeStore({FOLDER + "config/job/bulk.json": bulk_plan(files)})
    for name, shard in shards.items():
        store.put(f"{FOLDER}shards/{name}.json", json.dumps(shard))
        store.put(f"{FOLDER}results/{name}", b"12345678")
    return store


def bulk_plan(files: list[dict[str, Any]]) -> str:
    """The `bulk.json` of these files."""
    return BulkJobConfig(
        predictor="income",
        job_name="job",
        model_package_arn="arn",
        format="csv",
        columns=("age",),
        has_header=True,
        id_column=None,
        include_columns=(),
        output="both",
        output_format="csv",
        files=tuple(BulkFile(**{"bytes": 10, **entry}) for entry in files),
    ).to_text()
