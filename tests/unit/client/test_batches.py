"""`predict` and `predict_proba`: what is asked for, and results as AutoGluon Cloud gives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_client import TabularCloudPredictor
from autogluon_client.errors import AlreadyFitError, NotSupportedError
from autogluon_contracts.jobs.transform_options import TRANSFORM_OPTIONS
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import PACKAGE

FRAME = pd.DataFrame({"age": [30, 40]}, index=pd.Index(["anna", "bo"], name="who"))
ANSWERS = [
    {"class": "<=50K", "<=50K_proba": 0.9, ">50K_proba": 0.1},
    {"class": ">50K", "<=50K_proba": 1 / 3, ">50K_proba": 2 / 3},
]
FOLDER = "s3://artifacts/income/batches/job/results/"


@pytest.fixture
def scored(trained: FakeAws) -> FakeAws:
    _finish(trained, {"rows.jsonl": ANSWERS})
    return trained


def _finish(session: FakeAws, files: dict[str, list[dict[str, Any]]]) -> None:
    for name, rows in files.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        session.s3.objects[FOLDER + name] = text.encode()
    session.states.finish(
        "batch_predict", {"results": [FOLDER + name for name in files], "rows": 2}
    )


def test_labels_and_probabilities_keep_the_frames_index_and_the_labels_name(
    predictor: TabularCloudPredictor, scored: FakeAws
) -> None:
    labels, probabilities = predictor.predict_proba(FRAME)
    expected = pd.Series(["<=50K", ">50K"], index=FRAME.index, name="class")
    pd.testing.assert_series_equal(labels, expected)
    columns = {"<=50K": [0.9, 1 / 3], ">50K": [0.1, 2 / 3]}
    pd.testing.assert_frame_equal(probabilities, pd.DataFrame(columns, index=FRAME.index))
    pd.testing.assert_series_equal(predictor.predict(FRAME), expected)
    only = predictor.predict_proba(FRAME, include_predict=False)
    pd.testing.assert_frame_equal(only, probabilities)


def test_results_that_only_the_manifest_lists_come_all_in_the_inputs_order(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    _finish(trained, {"b.jsonl": ANSWERS[:1], "a.jsonl": ANSWERS[1:]})
    manifest = FOLDER.replace("results/", "manifest.json")
    files = [{"output": f"{FOLDER}{name}"} for name in ("b.jsonl", "a.jsonl")]
    trained.s3.objects[manifest] = json.dumps({"files": files}).encode()
    trained.states.finish(
        "batch_predict", {"results": [FOLDER], "manifest_uri": manifest, "rows": 2}
    )

    labels, _ = predictor.predict_proba("s3://data/many/")

    assert list(labels) == ["<=50K", ">50K"]


def test_another_process_gets_the_index_too(
    predictor: TabularCloudPredictor, scored: FakeAws
) -> None:
    predictor.predict(FRAME, job_name="monday", wait=False)
    other = TabularCloudPredictor(predictor="income", session=scored, verbosity=0)
    assert list(other.get_predict_results("monday").index) == ["anna", "bo"]


def test_frames_of_the_same_rows_and_another_index_do_not_mix(
    predictor: TabularCloudPredictor, scored: FakeAws
) -> None:
    predictor.predict(FRAME, job_name="first", wait=False)
    predictor.predict(FRAME.set_axis([7, 8]), job_name="second", wait=False)
    assert list(predictor.get_predict_results("first").index) == ["anna", "bo"]
    assert list(predictor.get_predict_results("second").index) == [7, 8]


def test_regression_gives_the_same_series_twice(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    _finish(trained, {"rows.jsonl": [{"Price": 0.1 + 0.2}, {"Price": 2.0}]})
    labels, probabilities = predictor.predict_proba("s3://data/test.csv")
    pd.testing.assert_series_equal(labels, pd.Series([0.1 + 0.2, 2.0], name="Price"))
    pd.testing.assert_series_equal(labels, probabilities)


@pytest.mark.parametrize(
    ("label", "name", "kind"), [(1, "1", "int64"), (True, "True", "bool"), (1.5, "1.5", "float64")]
)
def test_classes_have_the_type_of_the_labels(
    predictor: TabularCloudPredictor, trained: FakeAws, label: Any, name: str, kind: str
) -> None:
    _finish(trained, {"rows.jsonl": [{"class": label, f"{name}_proba": 1.0}]})
    labels, probabilities = predictor.predict_proba("s3://data/test.csv")
    assert list(probabilities.columns) == [label]
    assert probabilities.columns.dtype == kind
    assert labels[0] == label


def test_texts_that_look_like_numbers_or_gaps_stay_texts(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    _finish(trained, {"rows.jsonl": [{"code": "01"}, {"code": "NA"}]})
    assert predictor.predict("s3://data/test.csv").tolist() == ["01", "NA"]


def test_results_of_several_files_are_joined_in_order_and_kept_in_a_folder(
    predictor: TabularCloudPredictor, trained: FakeAws, tmp_path: Path
) -> None:
    _finish(trained, {"a.jsonl": ANSWERS[:1], "sub/b.jsonl": ANSWERS[1:]})
    labels = predictor.predict("s3://data/folder/", job_name="monday", save_path=tmp_path / "here")
    assert labels.tolist() == ["<=50K", ">50K"]
    folder = tmp_path / "here" / "batch_transform" / "monday"
    assert predictor.download_predict_results(save_path=tmp_path / "here") == str(folder)
    found = {str(file.relative_to(folder)) for file in folder.rglob("*.jsonl")}
    assert found == {"a.jsonl", "sub/b.jsonl"}
    assert predictor.info()["recent_transform_job"]["result_path"] == FOLDER


@pytest.mark.parametrize("direct", [True, False])
def test_results_are_not_kept_when_persist_is_off(
    predictor: TabularCloudPredictor, scored: FakeAws, tmp_path: Path, direct: bool
) -> None:
    given: dict[str, Any] = {"persist": False}
    predictor.predict(FRAME, **(given if direct else {"backend_kwargs": given}))
    assert not (tmp_path / "out").exists()


def test_without_waiting_or_downloading_there_are_no_results(
    predictor: TabularCloudPredictor, scored: FakeAws
) -> None:
    assert predictor.predict(FRAME, wait=False) is None
    assert predictor.predict(FRAME, download=False) is None
    assert predictor.predict_proba(FRAME, wait=False) == (None, None)
    assert predictor.predict_proba(FRAME, wait=False, include_predict=False) is None


def test_the_fit_jobs_model_is_used_and_the_live_one_without_a_fit_job(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    predictor.predict("s3://data/test.csv", wait=False)
    assert trained.states.only_input("batch_predict")["model"] == "live"
    trained.states.executions.clear()
    predictor.fit("s3://data/train.csv")
    predictor.predict(
        "s3://data/test.csv", wait=False, instance_type="ml.m5.large", max_files_per_job=7
    )
    asked = trained.states.only_input("batch_predict")
    assert asked == {
        "predictor": "income",
        "model": PACKAGE,
        "instance_type": "ml.m5.large",
        "max_files_per_job": 7,
        "data": "s3://data/test.csv",
        "output_format": "jsonl",
    }


def test_options_of_transform_jobs_are_arguments(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    options: dict[str, Any] = {
        "split_type": "Line",
        "strategy": "SingleRecord",
        "max_payload_mb": 20,
        "max_concurrent_transforms": 5,
        "timeout_seconds": 90,
        "max_retries": 0,
        "transform_ami_version": "al2-ami-sagemaker-batch-gpu-470",
    }
    assert set(options) == set(TRANSFORM_OPTIONS)
    options["output_path"] = "s3://scores/income/"
    predictor.predict("s3://data/test.csv", wait=False, **options)
    asked = trained.states.only_input("batch_predict")
    assert {name: asked[name] for name in options} == options


def test_an_id_column_becomes_the_index(predictor: TabularCloudPredictor, trained: FakeAws) -> None:
    _finish(trained, {"rows.jsonl": [{"id": "x", **ANSWERS[0]}, {"id": "y", **ANSWERS[1]}]})
    labels = predictor.predict("s3://data/test.csv", id_column="id")
    assert (labels.name, labels.index.name, list(labels.index)) == ("class", "id", ["x", "y"])


def test_a_batch_that_was_started_with_csv_results_can_be_read(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    trained.s3.objects[FOLDER + "t.csv"] = b"class,NA_proba,b_proba\nNA,0.30000000000000004,0.7\n"
    trained.states.finish("batch_predict", {"results": [FOLDER + "t.csv"], "rows": 1})
    labels, probabilities = predictor.predict_proba("s3://data/t.csv")
    assert labels.tolist() == ["NA"]
    assert probabilities["NA"][0] == 0.1 + 0.2


def test_fit_predict_trains_then_predicts_with_that_model(
    predictor: TabularCloudPredictor, scored: FakeAws
) -> None:
    labels = predictor.fit_predict("s3://data/train.csv", FRAME, job_name="monday")
    assert list(labels.index) == ["anna", "bo"]
    assert scored.states.only_input("batch_predict")["model"] == PACKAGE
    pd.testing.assert_series_equal(predictor.get_fit_predict_results(), labels)


def test_fit_predict_without_waiting_runs_its_batch_when_results_are_asked_for(
    predictor: TabularCloudPredictor, scored: FakeAws, tmp_path: Path
) -> None:
    assert predictor.fit_predict("s3://data/train.csv", FRAME, wait=False) is None
    assert len(scored.states.executions) == 1
    predictor.save()
    loaded = TabularCloudPredictor.load(tmp_path / "out", verbosity=0, session=scored)
    assert loaded.get_fit_predict_results().tolist() == ["<=50K", ">50K"]


def test_a_second_fit_predict_is_refused_and_the_first_ones_data_is_still_predicted(
    predictor: TabularCloudPredictor, scored: FakeAws
) -> None:
    predictor.fit_predict("s3://data/train.csv", "s3://data/first.csv", wait=False)
    puts = scored.s3.puts
    with pytest.raises(AlreadyFitError):
        predictor.fit_predict("s3://data/train.csv", FRAME, wait=False)
    assert scored.s3.puts == puts
    predictor.get_fit_predict_results()
    assert scored.states.only_input("batch_predict")["data"] == "s3://data/first.csv"


def test_fit_predict_proba_gives_both_or_the_probabilities_alone(
    scored: FakeAws, tmp_path: Path
) -> None:
    def fit_predict_proba(**options: Any) -> Any:
        predictor = TabularCloudPredictor(tmp_path, predictor="income", session=scored, verbosity=0)
        return predictor.fit_predict_proba("s3://data/train.csv", FRAME, **options)

    labels, probabilities = fit_predict_proba()
    assert (labels.name, list(labels.index)) == ("class", ["anna", "bo"])
    alone = fit_predict_proba(include_predict=False)
    pd.testing.assert_frame_equal(alone, probabilities)
    assert list(alone.columns) == ["<=50K", ">50K"]


@pytest.mark.parametrize("argument", ["predictor_path", "transformer_kwargs", "predictions_path"])
def test_what_cannot_be_honoured_is_refused_by_name(
    predictor: TabularCloudPredictor, argument: str
) -> None:
    with pytest.raises(NotSupportedError, match=argument):
        predictor.predict(FRAME, **{argument: "x"})


EXPLAINED = [
    {**ANSWERS[0], "age_contribution": -2.0, "base_contribution": -0.2},
    {**ANSWERS[1], "age_contribution": 0.9, "base_contribution": -0.2},
]


def test_a_batch_explains_each_prediction(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    _finish(trained, {"rows.jsonl": EXPLAINED})
    found = predictor.explain_in_batch(FRAME, artifact_model="LightGBM", job_name="why")
    expected = {"class": ["<=50K", ">50K"], "age": [-2.0, 0.9], "base": [-0.2, -0.2]}
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, index=FRAME.index))
    (run,) = [each for arn, each in trained.states.executions.items() if arn.endswith(":why")]
    asked = json.loads(run["input"])
    assert (asked["contributions"], asked["artifact_model"]) == (True, "LightGBM")


@pytest.mark.parametrize("rows", [EXPLAINED, [{"Price": 1.5, "base_contribution": 1.5}]])
def test_its_labels_and_probabilities_are_those_of_any_batch(
    predictor: TabularCloudPredictor, trained: FakeAws, rows: list[dict[str, Any]]
) -> None:
    _finish(trained, {"rows.jsonl": rows})
    plain = [
        {name: cell for name, cell in row.items() if "_contribution" not in name} for row in rows
    ]
    with_them = predictor.predict_proba("s3://data/test.csv")
    _finish(trained, {"rows.jsonl": plain})
    for one, other in zip(with_them, predictor.predict_proba("s3://data/t.csv"), strict=True):
        assert one.equals(other)
