"""A predictor of text, numbers and categories: trained, judged, packed, served, batch-predicted."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import nltk
import numpy as np
import pandas as pd
import pytest

from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_jobs.jobs import train
from autogluon_jobs.serving.served_model import ServedModel, load_model
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.review_data import TINY, reviews
from tests.unit.full_containers.tiny_checkpoints import write_tiny_bert

FEATURES = ["review", "stars", "shop", "returned"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A channel with one checkpoint."""
    folder = tmp_path_factory.mktemp("weights")
    write_tiny_bert(folder / "tiny-bert")
    return folder


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> JobFolder:
    """A finished job, whose weights are gone."""
    folder = JobFolder(tmp_path_factory.mktemp("reviews"))
    folder.put("train", "train.csv", reviews(160, 0).to_csv(index=False))
    folder.put("test", "test.csv", reviews(80, 1).to_csv(index=False))
    put_job(folder)
    channel = folder.base / "input" / "data" / "weights"
    channel.symlink_to(weights)
    downloads: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nltk, "download", lambda *what, **_: downloads.append(what))
        assert train.main([], folder.environ()) == 0, folder.failure
    assert downloads == []
    channel.unlink()
    return folder


@pytest.fixture(scope="module")
def model(job: JobFolder) -> ServedModel:
    return load_model(job.model, {ARTIFACT_VARIABLE: job.metrics()["artifact_sha256"]})


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Rows to predict; of one the text is missing, of one the shop is unknown."""
    frame = reviews(40, 2)[FEATURES]
    frame.loc[3, "review"] = None
    frame.loc[4, "shop"] = "harbour"
    return frame


@pytest.fixture(scope="module")
def plain(job: JobFolder, rows: pd.DataFrame) -> pd.DataFrame:
    """What AutoGluon itself answers to the rows, with the artifact of the job."""
    from autogluon.multimodal import MultiModalPredictor

    predictor = MultiModalPredictor.load(str(job.model), verbosity=0)
    scores: pd.DataFrame = predictor.predict_proba(autogluons(rows))
    return scores


def autogluons(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(returned=frame["returned"].map({"true": 1.0, "false": 0.0}))


def put_job(folder: JobFolder, **changes: Any) -> None:
    given = {"type": "multimodal", "fit_args": TINY, "init_args": {"label": "liked"}}
    folder.put_job("", **(given | changes))


def answered(model: ServedModel, body: str, kind: str, attributes: str = "") -> pd.DataFrame:
    text, *_ = model.answer(body, kind, "application/json", attributes)
    return pd.DataFrame(json.loads(text))


def test_the_job_measures_what_autogluon_measures(job: JobFolder) -> None:
    from autogluon.multimodal import MultiModalPredictor

    metrics = job.metrics()
    assert metrics["problem_type"] == "binary"
    assert metrics["evaluated_on"] == "test"
    assert metrics["eval_metric"] == "roc_auc"
    names = ["roc_auc", "accuracy", "log_loss", "f1", "mcc"]
    predictor = MultiModalPredictor.load(str(job.model), verbosity=0)
    expected = predictor.evaluate(autogluons(reviews(80, 1)), metrics=names)
    expected["log_loss"] = -abs(expected["log_loss"])
    for name in names:
        assert metrics["metrics"][name] == pytest.approx(expected[name], abs=1e-5), name


def test_the_report_names_the_score_and_the_columns(job: JobFolder) -> None:
    page = (job.output_data / "report.html").read_text()
    assert "roc_auc" in page
    assert "could not be created" not in page
    assert all(name in page for name in FEATURES)


def test_the_artifact_holds_no_record_of_the_machine(job: JobFolder) -> None:
    assert not list(job.model.rglob("events.out*"))
    assert not list(job.model.rglob("hparams.yaml"))


@pytest.mark.parametrize("kind", ["text/csv", "application/json", "application/jsonlines"])
def test_answers_are_those_of_autogluon(
    model: ServedModel, rows: pd.DataFrame, plain: pd.DataFrame, kind: str
) -> None:
    body = {
        "text/csv": rows.to_csv(index=False),
        "application/json": rows.to_json(orient="records"),
        "application/jsonlines": rows.to_json(orient="records", lines=True),
    }[kind]
    found = answered(model, body, kind)
    assert list(found.columns) == ["liked", "no_proba", "yes_proba"]
    for name in ("no", "yes"):
        np.testing.assert_allclose(found[f"{name}_proba"], plain[name], atol=1e-5)
    assert found["liked"].tolist() == plain.idxmax(axis=1).tolist()


def test_a_batchs_file_is_answered_by_row(
    job: JobFolder, rows: pd.DataFrame, plain: pd.DataFrame
) -> None:
    document = {
        "version": 1, "columns": ["id", *FEATURES], "has_header": True, "id_column": "id",
        "output": "both", "output_format": "csv",
    }  # fmt: skip
    batch = load_model(job.model, {"AUTOGLUON_BATCH": json.dumps(document)})
    body = rows.assign(id=range(100, 140))[["id", *FEATURES]].to_csv(index=False)
    text, *_ = batch.answer(body, "text/csv", "text/csv")
    *answers, note = str(text).splitlines()
    assert note == 'AGNOTE {"unknown_categories": 1, "unknown_columns": ["shop"]}'
    found = pd.read_csv(io.StringIO("\n".join(answers)), header=None)
    assert found[0].tolist() == list(range(100, 140))
    np.testing.assert_allclose(found[3], plain["yes"], atol=1e-5)


def test_a_row_is_answered_alike_beside_others(
    model: ServedModel, rows: pd.DataFrame, plain: pd.DataFrame
) -> None:
    for at in (0, 3, 4):
        found = answered(model, rows.iloc[[at]].to_csv(index=False), "text/csv")
        np.testing.assert_allclose(found["yes_proba"], [plain["yes"].iloc[at]], atol=1e-5)


def test_the_decision_threshold_decides(model: ServedModel, rows: pd.DataFrame) -> None:
    body = rows.to_csv(index=False)
    for threshold, label in (("0", "yes"), ("1", "no")):
        found = answered(model, body, "text/csv", f"decision_threshold={threshold}")
        assert set(found["liked"]) == {label}


WITHOUT_WEIGHTS = {
    "hyperparameters": {
        **{key: value for key, value in TINY["hyperparameters"].items() if "hf_text" not in key},
        "model.names": ["numerical_mlp", "categorical_mlp", "fusion_mlp"],
    }
}


@pytest.mark.parametrize(
    ("label", "problem_type", "metric"),
    [("size", "multiclass", "accuracy"), ("price", "regression", "root_mean_squared_error")],
)
def test_other_problem_types_are_judged_on_the_tuning_rows(
    tmp_path: Path, label: str, problem_type: str, metric: str
) -> None:
    from autogluon.multimodal import MultiModalPredictor

    def table(rows: int, seed: int) -> pd.DataFrame:
        frame = reviews(rows, seed).drop(columns=["review", "liked"])
        stars = frame["stars"].fillna(3)
        return frame.assign(size=(stars * 2).round().clip(4, 7).astype(int), price=stars * 10 + 1)

    folder = JobFolder(tmp_path)
    drop = ["price" if label == "size" else "size"]
    folder.put("train", "train.csv", table(120, 0).drop(columns=drop).to_csv(index=False))
    tuning = table(60, 1).drop(columns=drop)
    folder.put("tuning", "tuning.csv", tuning.to_csv(index=False))
    put_job(folder, init_args={"label": label}, fit_args=WITHOUT_WEIGHTS)

    assert train.main([], folder.environ()) == 0, folder.failure

    metrics = folder.metrics()
    assert (metrics["problem_type"], metrics["holdout"]) == (problem_type, "tuning")
    assert metrics["eval_metric"] == metric
    assert any("No column was read as text" in warning for warning in metrics["warnings"])
    predictor = MultiModalPredictor.load(str(folder.model), verbosity=0)
    expected = predictor.evaluate(autogluons(tuning), metrics=[metric])[metric]
    assert abs(metrics["metrics"][metric]) == pytest.approx(abs(expected), abs=1e-5)
    model = load_model(folder.model, {})
    found = answered(model, tuning.head(9).to_csv(index=False), "text/csv")
    plain = predictor.predict(autogluons(tuning.head(9)), as_pandas=False)
    np.testing.assert_allclose(found[label].astype(float), plain.astype(float), atol=1e-4)


def test_a_label_of_true_and_false_is_judged_and_answered(tmp_path: Path) -> None:
    from autogluon.multimodal import MultiModalPredictor

    table = reviews(60, 0).drop(columns=["review"])
    table = table.assign(liked=table["liked"] == "yes")
    folder = JobFolder(tmp_path)
    folder.put("train", "train.csv", table.to_csv(index=False))
    folder.put("test", "test.csv", table.to_csv(index=False))
    put_job(folder, fit_args=WITHOUT_WEIGHTS)

    assert train.main([], folder.environ()) == 0, folder.failure

    predictor = MultiModalPredictor.load(str(folder.model), verbosity=0)
    expected = predictor.evaluate(autogluons(table), metrics=["roc_auc"])["roc_auc"]
    assert folder.metrics()["metrics"]["roc_auc"] == pytest.approx(expected, abs=1e-5)
    found = answered(load_model(folder.model, {}), table.head(9).to_csv(index=False), "text/csv")
    plain = predictor.predict_proba(autogluons(table.head(9)), as_pandas=False)
    np.testing.assert_allclose(found["True_proba"], plain[:, 1], atol=1e-5)
    assert found["liked"].tolist() == (plain[:, 1] > 0.5).tolist()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"fit_args": {"column_types": {"stars": "text"}}}, 'Column "stars" holds numbers and'),
        ({"fit_args": {"column_types": {"liked": "text"}}}, '"liked" of fit_args.column_types is'),
        (
            {"fit_args": {"hyperparameters": {"model.hf_text.checkpoint_name": "weights/big"}}},
            'Channel "weights" has no checkpoint "big", which model.hf_text.checkpoint_name needs. '
            'It has "tiny-bert".',
        ),
        (
            {"fit_args": {}},
            "model.hf_text.checkpoint_name missing, and the job does not download weights. Name a "
            "folder of the channel: 'weights/tiny-bert'.",
        ),
    ],
)
def test_a_wrong_job_fails_with_one_sentence(
    tmp_path: Path, weights: Path, changes: dict[str, Any], sentence: str
) -> None:
    folder = JobFolder(tmp_path)
    folder.put("train", "train.csv", reviews(40, 0).to_csv(index=False))
    put_job(folder, **changes)
    (folder.base / "input" / "data" / "weights").symlink_to(weights)

    assert train.main([], folder.environ()) == 1

    assert sentence in folder.failure


def test_a_column_of_dates_is_refused(tmp_path: Path) -> None:
    dated = reviews(40, 0).assign(day="2026-01-01")
    folder = JobFolder(tmp_path)
    folder.put("train", "train.csv", dated.to_csv(index=False))
    put_job(folder, fit_args=WITHOUT_WEIGHTS)
    assert train.main([], folder.environ()) == 1
    assert 'Column "day" holds dates, which no multimodal model reads' in folder.failure
