"""Predictors that are trained once for all tests, through the training job itself."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from autogluon_jobs.bulk import chunks, main
from autogluon_jobs.bulk.capacity import Capacity
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.served_model import ServedModel, load_model
from tests.unit.containers import shop_data
from tests.unit.containers.bulk_folder import BulkFolder, shipped
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


@pytest.fixture(scope="session")
def archive(shop_job: JobFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "model.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        for entry in sorted(shop_job.model.iterdir()):
            tar.add(entry, arcname=entry.name, filter=shipped)
    return path


@pytest.fixture
def bulk(tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> BulkFolder:
    """A job of one worker, which is this process, with chunks of a few rows."""
    monkeypatch.setattr(main, "capacity_of", lambda *_, **__: Capacity(1, 1))
    monkeypatch.setattr(chunks, "_SMALLEST_CHUNK_BYTES", 700)
    monkeypatch.setattr(chunks, "LARGEST_CHUNK_BYTES", 700)
    return BulkFolder(tmp_path, archive)
