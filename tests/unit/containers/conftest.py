"""Predictors that are trained once for all tests, through the training job itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.served_model import ServedModel, load_model
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.trained_once import finish_once

# On data this small, threads that wait for each other cost more than they gain. Set before the
# first model loads OpenMP, and inherited by the toolkit's processes.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    """A job without channels yet."""
    return JobFolder(tmp_path)


@pytest.fixture(scope="session")
def shop_job(tmp_path_factory: pytest.TempPathFactory) -> JobFolder:
    """A finished job: binary, one column of every kind, with a test channel."""
    folder = JobFolder(tmp_path_factory.mktemp("shop"))
    folder.put("train", "part-1.csv", shop_data.csv_of(shop_data.rows(300, seed=1)))
    folder.put("train", "part-2.csv", shop_data.csv_of(shop_data.rows(200, seed=2)))
    folder.put("test", "test.csv", shop_data.csv_of(shop_data.rows(150, seed=3)))
    folder.put_job(shop_data.LABEL, reading={"keep_na": ["grade"]})
    return finish_once(folder)


@pytest.fixture(scope="session")
def shop(shop_job: JobFolder) -> ServedModel:
    """The finished job's model at an endpoint."""
    return load_model(shop_job.model, {})


@pytest.fixture(scope="session")
def shop_schema(shop: ServedModel) -> FeatureSchema:
    """What the shop's predictor takes."""
    return shop.schema


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> ServedModel:
    """A model with nothing but categories: no number gives a mistaken header away."""
    folder = JobFolder(tmp_path_factory.mktemp("words"))
    lines = [
        f"{colour},{shape},{size},{'yes' if colour == 'red' or size == 'big' else 'no'}"
        for colour in ("red", "green", "blue")
        for shape in ("round", "square", "flat")
        for size in ("big", "small", "tiny")
    ]
    folder.put("train", "train.csv", "\n".join(["Colour,Shape,Size,buy", *lines * 12]) + "\n")
    folder.put_job("buy")
    return load_model(finish_once(folder).model, {})
