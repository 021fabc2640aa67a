"""Time series predictors that are trained once for all tests, through the training job itself."""

from __future__ import annotations

import io
import os
import runpy
from pathlib import Path

import pandas as pd
import pytest

from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_jobs.jobs import train
from autogluon_jobs.serving.served_model import ServedModel, load_model
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.sales_data import INIT_ARGS, long_table

ROOT = Path(__file__).parents[3]
# As each process of the embedded AWS's image does at its start: Torch is the build for CPU.
_STARTUP = "embedded/embedded_aws/sagemaker/container/image/startup/sitecustomize.py"
_startup = runpy.run_path(str(ROOT / _STARTUP))  # its functions live as long as this

# On data this small, threads that wait for each other cost more than they gain.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def parquet_of(table: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    table.to_parquet(sink, index=False)
    return sink.getvalue()


@pytest.fixture(scope="session")
def sales() -> pd.DataFrame:
    """All rows, those of the test channel among them."""
    return long_table()


@pytest.fixture(scope="session")
def sales_job(tmp_path_factory: pytest.TempPathFactory, sales: pd.DataFrame) -> JobFolder:
    """A finished job: two files, a test channel, two models and their ensemble."""
    folder = JobFolder(tmp_path_factory.mktemp("sales"))
    days = sorted(sales["day"].unique())
    train_rows = sales[sales["day"] < days[-4]]
    half = len(train_rows) // 2
    folder.put("train", "part-1.csv", train_rows[:half].to_csv(index=False))
    folder.put("train", "part-2.csv", train_rows[half:].to_csv(index=False))
    folder.put("test", "test.csv", sales.to_csv(index=False))
    folder.put_job(
        "",
        type="timeseries",
        init_args=INIT_ARGS,
        fit_args={"hyperparameters": {"SeasonalNaive": {}, "DirectTabular": {}}},
    )
    assert train.main([], folder.environ()) == 0, folder.failure
    return folder


@pytest.fixture(scope="session")
def sales_model(sales_job: JobFolder) -> ServedModel:
    """The finished job's model at an endpoint."""
    return load_model(sales_job.model, {ARTIFACT_VARIABLE: sales_job.metrics()["artifact_sha256"]})
