"""A model is trained further: what its artifact must hold, what each method makes of it."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from autogluon.tabular import TabularPredictor

from autogluon_contracts.documents.drift_baseline import DriftBaseline
from autogluon_contracts.documents.training_job import MountedWeights
from autogluon_contracts.models.artifact_hash import artifact_sha256
from autogluon_jobs.jobs.train import main
from autogluon_jobs.serving.served_model import load_model
from autogluon_jobs.weights.mounted import PROVENANCE, VerifiedWeights
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.trained_once import finish_once

_FIRST = 120
_READING = {"keep_na": ["grade"]}
_EXTRA = {"hyperparameters": {"XT": {"n_estimators": 10}}, "num_cpus": 1}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> JobFolder:
    """A finished job whose artifact can be trained further."""
    folder = JobFolder(tmp_path_factory.mktemp("kept"))
    folder.put("train", "train.csv", _csv(_FIRST, seed=1))
    folder.put_job(shop_data.LABEL, reading=_READING, further_training=True)
    return finish_once(folder)


@pytest.fixture
def further(tmp_path: Path, kept: JobFolder) -> JobFolder:
    """A job that has the kept model in its channel `model`, and test rows."""
    return _with_model(JobFolder(tmp_path / "further"), kept)


def _with_model(folder: JobFolder, parent: JobFolder) -> JobFolder:
    folder.put("model", "model.tar.gz", _packed(parent.model))
    folder.put("test", "test.csv", _csv(80, seed=3))
    return folder


def _packed(model: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for path in sorted(model.iterdir()):
            tar.add(path, arcname=path.name)
    return buffer.getvalue()


def _csv(count: int, seed: int, *, without: tuple[str, ...] = ()) -> str:
    rows = shop_data.rows(count, seed=seed)
    return shop_data.csv_of(rows, tuple(name for name in rows[0] if name not in without))


def _ask(
    folder: JobFolder, parent: JobFolder, method: str, fit_args: dict[str, Any], **changes: Any
) -> None:
    document = {
        "method": method,
        "artifact": "s3://artifacts/shop/runs/first/output/model.tar.gz",
        "artifact_sha256": artifact_sha256(parent.model),
        "run": "first",
        "model": "arn:aws:sagemaker:eu-west-1:111122223333:model-package/shop/1",
    }
    folder.put_job(
        shop_data.LABEL,
        fit_args=fit_args,
        reading=_READING,
        further_training=True,
        parent=document | changes,
    )


def _run(folder: JobFolder) -> dict[str, Any]:
    assert main([], folder.environ()) == 0, folder.failure
    return folder.metrics()


def _refused(folder: JobFolder) -> str:
    assert main([], folder.environ()) == 1
    return folder.failure


def test_a_kept_artifact_holds_models_and_rows_and_is_served(kept: JobFolder) -> None:
    predictor = TabularPredictor.load(str(kept.model))

    assert predictor._trainer.is_data_saved
    rows, _ = predictor.load_data_internal()
    held_out, _ = predictor.load_data_internal("val")
    assert len(rows) + len(held_out) == _FIRST
    assert load_model(kept.model, {}).schema.names == shop_data.FEATURES


def test_refit_full_adds_rows_and_keeps_those_of_earlier_runs(
    further: JobFolder, kept: JobFolder, tmp_path: Path
) -> None:
    further.put("train", "new.csv", _csv(40, seed=5))
    _ask(further, kept, "refit_full", {"num_cpus": 1})

    metrics = _run(further)

    assert metrics["best_model"] == "LightGBM_FULL"
    assert metrics["parent"]["method"] == "refit_full"
    assert metrics["evaluated_on"] == "test"
    assert "trained further from" in (further.output_data / "report.html").read_text("utf-8")
    baseline = DriftBaseline.from_text((further.output_data / "baseline.json").read_text("utf-8"))
    assert baseline.features[0].present == 40
    assert baseline.note is not None
    assert "rows of earlier runs are not among them" in baseline.note
    again = _with_model(JobFolder(tmp_path / "again"), further)
    again.put("train", "newer.csv", _csv(30, seed=6))
    _ask(again, further, "refit_full", {"num_cpus": 1})

    assert _run(again)["best_model"] == "LightGBM_FULL"

    assert _leaves_of(again) == _FIRST + 40 + 30
    assert _leaves_of(further) == _FIRST + 40
    assert load_model(again.model, {}).schema.names == shop_data.FEATURES


def _leaves_of(job: JobFolder) -> int:
    """Return how many rows the best model was fitted on, by the counts of its first tree."""
    predictor = TabularPredictor.load(str(job.model))
    booster = predictor._trainer.load_model(predictor.model_best).model
    return int(booster.dump_model()["tree_info"][0]["tree_structure"]["internal_count"])


def test_fit_extra_adds_models_and_the_best_of_all_is_served(
    further: JobFolder, kept: JobFolder
) -> None:
    further.put("train", "train.csv", _csv(_FIRST, seed=1))
    _ask(further, kept, "fit_extra", _EXTRA | {"time_limit": 10**6})

    metrics = _run(further)

    assert any(text.startswith("time_limit is 1e+06 s of the") for text in metrics["warnings"])
    assert {"LightGBM", "ExtraTrees"} <= set(metrics["models"])


@pytest.mark.parametrize("without", [(), (shop_data.LABEL,)], ids=["labelled", "unlabelled"])
def test_fit_pseudolabel_learns_from_further_rows(
    further: JobFolder, kept: JobFolder, without: tuple[str, ...]
) -> None:
    further.put("train", "more.csv", _csv(60, seed=7, without=without))
    _ask(further, kept, "fit_pseudolabel", {"max_iter": 1, "num_cpus": 1})

    metrics = _run(further)

    assert any("_PSEUDO" in name for name in metrics["models"])
    told = [text for text in metrics["warnings"] if "the model's own answers" in text]
    assert bool(told) == bool(without)


def test_the_threshold_of_any_artifact_is_calibrated_on_new_rows(
    tmp_path: Path, shop_job: JobFolder
) -> None:
    job = _with_model(JobFolder(tmp_path / "job"), shop_job)
    job.put("train", "new.csv", _csv(60, seed=8))
    _ask(job, shop_job, "calibrate_decision_threshold", {"metric": "recall"})

    _run(job)

    before, after = (TabularPredictor.load(str(item.model)) for item in (shop_job, job))
    assert after.decision_threshold != before.decision_threshold
    assert after.model_best == before.model_best
    document = json.loads((job.model / "direct" / "model.json").read_text(encoding="utf-8"))
    assert document["decision_threshold"] == after.decision_threshold


def test_an_artifact_for_serving_alone_is_refused(tmp_path: Path, shop_job: JobFolder) -> None:
    job = _with_model(JobFolder(tmp_path / "job"), shop_job)
    job.put("train", "new.csv", _csv(20, seed=8))
    _ask(job, shop_job, "refit_full", {})

    assert _refused(job).startswith(
        "The artifact of version 1 holds no training data, which refit_full needs. Train it anew"
    )


def test_another_artifact_than_the_recorded_one_is_not_loaded(
    further: JobFolder, kept: JobFolder
) -> None:
    further.put("train", "new.csv", _csv(20, seed=8))
    _ask(further, kept, "refit_full", {}, artifact_sha256="0" * 64)

    assert "is not the one that training recorded" in _refused(further)


@pytest.mark.parametrize(
    ("csv", "problem"),
    [
        (_csv(20, seed=8, without=("age",)), 'Channel "train" lacks "age", compared with what'),
        (_csv(20, seed=8).replace("age,", "aged,", 1), 'lacks "age" and has also "aged"'),
        (
            _csv(20, seed=8).replace(",yes", ",maybe"),
            'labels that the model did not learn: "maybe"',
        ),
        (_csv(20, seed=8).replace("true", "perhaps"), 'column "member"'),
    ],
)
def test_rows_that_the_model_cannot_read_are_refused(
    further: JobFolder, kept: JobFolder, csv: str, problem: str
) -> None:
    further.put("train", "new.csv", csv)
    _ask(further, kept, "refit_full", {})

    assert problem.casefold() in _refused(further).casefold()


def test_the_models_channel_may_have_another_name(further: JobFolder, kept: JobFolder) -> None:
    shutil.move(further.base / "input/data/model", further.base / "input/data/warm-start")
    further.put("train", "new.csv", _csv(20, seed=8))
    _ask(further, kept, "refit_full", {"num_cpus": 1}, channel="warm-start")

    assert _run(further)["parent"]["channel"] == "warm-start"


def test_an_artifact_names_the_weights_that_its_parent_learned_from(tmp_path: Path) -> None:
    parent, artifact = tmp_path / "parent", tmp_path / "artifact"
    for folder in (parent, artifact):
        folder.mkdir()
    learned, mirrored = (_mounted(revision) for revision in ("0123abc", "4567def"))
    VerifiedWeights({"mitra-classifier": learned}, {}).write_provenance(parent)
    now = {"mitra-classifier": mirrored, "mitra-regressor": mirrored}

    VerifiedWeights(now, {}).write_provenance(artifact, earlier=parent)

    written = json.loads((artifact / PROVENANCE).read_text("utf-8"))
    revisions = {name: entry["revision"] for name, entry in written.items()}
    assert revisions == {"mitra-classifier": "0123abc", "mitra-regressor": "4567def"}


def _mounted(revision: str) -> MountedWeights:
    return MountedWeights(
        folder="mitra/one",
        sha256="1" * 64,
        repository="autogluon/mitra",
        revision=revision,
        license="apache-2.0",
    )
