"""A fine-tuned multimodal model is trained further: its own weights go on, with nothing mounted."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nltk
import numpy as np
import pandas as pd
import pytest

from autogluon_contracts.models.artifact_hash import artifact_sha256
from autogluon_jobs.jobs import train
from autogluon_jobs.serving.served_model import load_model
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.review_data import TINY, reviews
from tests.unit.full_containers.test_multimodal import (
    FEATURES,
    WITHOUT_WEIGHTS,
    answered,
    put_job,
)
from tests.unit.full_containers.test_multimodal_images import FIT as IMAGE_FIT
from tests.unit.full_containers.test_multimodal_images import flags
from tests.unit.full_containers.test_multimodal_images import job_folder as image_job
from tests.unit.full_containers.tiny_checkpoints import write_tiny_bert, write_tiny_timm

NOTHING_LEARNED = {"hyperparameters": {"optim.lr": 1e-12}}


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> JobFolder:
    """A finished job of texts, numbers and categories."""
    base = tmp_path_factory.mktemp("parent")
    write_tiny_bert(base / "input" / "data" / "weights" / "tiny-bert")
    folder = JobFolder(base)
    folder.put("train", "train.csv", reviews(160, 0).to_csv(index=False))
    folder.put("test", "test.csv", reviews(80, 1).to_csv(index=False))
    put_job(folder, fit_args=TINY)
    assert train.main([], folder.environ()) == 0, folder.failure
    return folder


def packed(model: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for path in sorted(model.iterdir()):
            tar.add(path, arcname=path.name)
    return buffer.getvalue()


def further(
    base: Path,
    parent: JobFolder,
    fit_args: Mapping[str, Any],
    rows: pd.DataFrame | None = None,
    **changes: Any,
) -> JobFolder:
    """A job that has the parent in its channel `model`, and no weights."""
    folder = JobFolder(base)
    new = reviews(60, 5) if rows is None else rows
    folder.put("train", "new.csv", new.to_csv(index=False))
    folder.put("test", "test.csv", reviews(80, 1).to_csv(index=False))
    folder.put("model", "model.tar.gz", packed(parent.model))
    document = {
        "method": "fit",
        "artifact": "s3://artifacts/shop/runs/first/output/model.tar.gz",
        "artifact_sha256": artifact_sha256(parent.model),
        "run": "first",
        "model": "arn:aws:sagemaker:eu-west-1:111122223333:model-package/shop/1",
    }
    put_job(folder, fit_args=fit_args, parent=document | changes)
    return folder


def scores(folder: JobFolder, rows: pd.DataFrame) -> Any:
    model = load_model(folder.model, {})
    return answered(model, rows.to_csv(index=False), "text/csv")["yes_proba"].to_numpy()


def names_of(metrics: Mapping[str, Any]) -> set[str]:
    return set(metrics["best_model"].split("+"))


def test_training_goes_on_from_the_parents_weights(
    tmp_path: Path, parent: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads: list[Any] = []
    monkeypatch.setattr(nltk, "download", lambda *what, **_: downloads.append(what))
    rows = reviews(40, 2)[FEATURES]
    before = scores(parent, rows)
    still = further(tmp_path / "still", parent, NOTHING_LEARNED)
    learned = further(tmp_path / "learned", parent, {"hyperparameters": {"optim.max_epochs": 2}})

    for folder in (still, learned):
        assert train.main([], folder.environ()) == 0, folder.failure

    np.testing.assert_allclose(scores(still, rows), before, atol=1e-5)
    assert np.abs(scores(learned, rows) - before).max() > 0.01
    metrics = learned.metrics()
    assert metrics["parent"]["method"] == "fit"
    assert names_of(metrics) == names_of(parent.metrics())
    assert metrics["rows"] == {"train": 60, "test": 80}
    page = (learned.output_data / "report.html").read_text("utf-8")
    assert "trained further from" in page
    assert "version 1, by fit" in page
    assert "--from 1" in page
    assert downloads == []


def test_a_model_of_a_model_goes_on_without_test_data(tmp_path: Path, parent: JobFolder) -> None:
    first = further(tmp_path / "first", parent, NOTHING_LEARNED)
    assert train.main([], first.environ()) == 0, first.failure
    second = further(tmp_path / "second", first, {**NOTHING_LEARNED, "holdout_frac": 0.3})
    (second.base / "input" / "data" / "test" / "test.csv").unlink()
    (second.base / "input" / "data" / "test").rmdir()

    assert train.main([], second.environ()) == 0, second.failure

    assert second.metrics()["holdout"] == "validation"
    rows = reviews(40, 2)[FEATURES]
    np.testing.assert_allclose(scores(second, rows), scores(parent, rows), atol=1e-5)


DATA = {"train": "s3://data/train.csv", "images": "s3://data/photos/"}


def test_images_go_on_from_their_network(tmp_path: Path) -> None:
    write_tiny_timm(tmp_path / "weights" / "tiny")
    table, images = flags(40, 0)
    first = image_job(tmp_path / "first", tmp_path / "weights", table, images)
    first.put_job("", type="multimodal", init_args={"label": "colour"}, fit_args=IMAGE_FIT,
                  data=DATA)  # fmt: skip
    assert train.main([], first.environ()) == 0, first.failure
    second = image_job(tmp_path / "second", tmp_path / "none", table, images)
    (second.base / "input" / "data" / "weights").unlink()
    second.put("model", "model.tar.gz", packed(first.model))
    document = {
        "method": "fit", "artifact": "s3://artifacts/f/runs/first/output/model.tar.gz", "run": "f",
        "artifact_sha256": artifact_sha256(first.model),
    }  # fmt: skip
    second.put_job(
        "", type="multimodal", init_args={"label": "colour"}, fit_args=NOTHING_LEARNED,
        parent=document, data=DATA,
    )  # fmt: skip

    assert train.main([], second.environ()) == 0, second.failure

    assert second.metrics()["parent"]["artifact"] == document["artifact"]
    assert second.metrics()["metrics"].keys() == first.metrics()["metrics"].keys()


@pytest.mark.parametrize(
    ("rows", "fit_args", "changes", "sentence"),
    [
        (
            reviews(40, 5).assign(liked="perhaps"),
            {},
            {},
            'has labels that the model did not learn: "perhaps"',
        ),
        (reviews(40, 5).rename(columns={"shop": "store"}), {}, {}, 'Channel "train" lacks'),
        (
            None,
            {"hyperparameters": {"model.hf_text.max_text_len": 16}},
            {},
            "hyperparameters.model.hf_text.max_text_len: a model that is trained further keeps",
        ),
        (reviews(40, 5).drop(columns=["liked"]), {}, {}, 'Channel "train" lacks the label "liked"'),
        (
            None,
            {"presets": "best_quality"},
            {},
            "fit_args.presets: cannot be given; a model that is",
        ),
        (None, {}, {"method": "refit_full"}, 'Unknown method "refit_full"'),
        (None, {}, {"artifact_sha256": "0" * 64}, "SHA-256"),
        (None, {"time_limit": 1e-9}, {}, "ended training before its first validation"),
    ],
)
def test_what_cannot_go_on_fails_with_a_sentence(
    tmp_path: Path,
    parent: JobFolder,
    rows: pd.DataFrame | None,
    fit_args: dict[str, Any],
    changes: dict[str, Any],
    sentence: str,
) -> None:
    folder = further(tmp_path, parent, fit_args, rows, **changes)

    assert train.main([], folder.environ()) == 1

    assert sentence in folder.failure


def test_a_class_that_new_rows_lack_is_still_judged(tmp_path: Path) -> None:
    def table(rows: int, seed: int) -> pd.DataFrame:
        frame = reviews(rows, seed).drop(columns=["review", "liked"])
        return frame.assign(size=(frame["stars"].fillna(3) * 2).round().clip(4, 7).astype(int))

    first = JobFolder(tmp_path / "first")
    for channel in ("train", "test"):
        first.put(channel, "rows.csv", table(120, 0).to_csv(index=False))
    put_job(first, init_args={"label": "size"}, fit_args=WITHOUT_WEIGHTS)
    assert train.main([], first.environ()) == 0, first.failure
    few = table(80, 3)
    second = further(tmp_path / "second", first, NOTHING_LEARNED, few[few["size"] < 7])
    second.put("test", "test.csv", table(120, 0).to_csv(index=False))

    assert train.main([], second.environ()) == 0, second.failure

    assert second.metrics()["metrics"]["accuracy"] == pytest.approx(
        first.metrics()["metrics"]["accuracy"], abs=1e-6
    )
