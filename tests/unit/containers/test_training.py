"""Training jobs, run in this process on small data: what they leave behind, and how they fail."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from autogluon.tabular import TabularPredictor

from autogluon_contracts.predictor_types.tabular.metrics import measured_metrics
from autogluon_jobs.jobs.train import main
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.served_model import load_model
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import TINY_FIT, JobFolder
from tests.unit.containers.shop_data import FEATURES, csv_of, record

ROWS = shop_data.rows(200, seed=5)
INSTANCES = {
    "type": "ml.m5.large", "count": 1, "usd_per_hour": None, "prices_as_of": None,
}  # fmt: skip


def train(job: JobFolder, label: str = "bought", **changes: Any) -> int:
    job.put_job(label, **changes)
    return main([], job.environ())


def failure_of(job: JobFolder, **changes: Any) -> str:
    """The sentence of a job that must fail before it fits anything."""
    assert train(job, **changes) == 1
    assert not job.model.exists()
    sentence = job.failure
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def _without_examples(features):
    return [dataclasses.replace(feature, examples=None) for feature in features]


class TestFinishedJob:
    def test_artifact_loads_as_a_plain_predictor_where_this_project_is_absent(self, shop_job):
        script = (
            "import sys; from autogluon.tabular import TabularPredictor as P; "
            "p = P.load(sys.argv[1], verbosity=0); "
            "assert 'autogluon_jobs' not in sys.modules; print(p.model_best)"
        )
        environ = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        done = subprocess.run(
            [sys.executable, "-c", script, str(shop_job.model)],
            capture_output=True, text=True, env=environ, cwd=shop_job.base, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == "LightGBM"

    def test_artifact_serves_itself_from_its_code_folder(self, shop_job):
        script = (
            "import sys; sys.path.insert(0, sys.argv[1] + '/code'); import inference; "
            "m = inference.model_fn(sys.argv[1]); "
            "print(inference.transform_fn(m, sys.argv[2], 'text/csv', 'text/csv')[0])"
        )
        body = csv_of(ROWS[:2])
        done = subprocess.run(
            [sys.executable, "-c", script, str(shop_job.model), body],
            capture_output=True, text=True, cwd=shop_job.base, check=True,
        )  # fmt: skip
        assert len(list(csv.DictReader(done.stdout.strip().splitlines()))) == 2

    def test_endpoint_equals_the_local_predictor_on_a_plainly_read_frame(self, shop_job, shop):
        rows = [row | {"zip": "90210", "grade": "A1"} for row in shop_data.rows(80, seed=9)]
        local = TabularPredictor.load(str(shop_job.model), verbosity=0)
        (shop_job.base / "plain.csv").write_text(csv_of(rows))
        plain = pd.read_csv(shop_job.base / "plain.csv", dtype={"zip": str})
        expected = local.predict_proba(plain)
        body, *_ = shop.answer(csv_of(rows), "text/csv", "application/json")
        got = pd.DataFrame(json.loads(body))
        for name in ("no", "yes"):
            assert (got[f"{name}_proba"] - expected[name]).abs().max() < 1e-9
        assert (got["bought"] == local.predict(plain)).all()

    def test_metrics_say_where_they_come_from(self, shop_job):
        metrics = shop_job.metrics()
        assert metrics["evaluated_on"] == "test"
        assert metrics["rows"] == {"train": 500, "test": 150}
        assert metrics["eval_metric"] in metrics["metrics"]
        assert set(metrics["metrics"]) == set(measured_metrics("binary", metrics["eval_metric"]))
        assert metrics["metrics"]["log_loss"] < 0 < metrics["metrics"]["roc_auc"] <= 1
        assert metrics["best_model"] in metrics["models"]
        assert metrics["artifact_bytes"] > 10_000
        assert metrics["versions"]["autogluon"] == "1.6.3"
        (warning,) = metrics["warnings"]
        assert warning.startswith('Column "event_time" holds milliseconds since 1970')

    def test_metrics_equal_those_of_the_served_answers(self, shop_job, shop):
        rows = shop_data.rows(150, seed=3)
        body, *_ = shop.answer(csv_of(rows), "text/csv", "application/json")
        right = [
            a["bought"] == row["bought"] for a, row in zip(json.loads(body), rows, strict=True)
        ]
        assert shop_job.metrics()["metrics"]["accuracy"] == pytest.approx(sum(right) / 150)

    def test_report_holds_leaderboard_importance_and_schema(self, shop_job):
        importance = pd.read_csv(shop_job.output_data / "feature_importance.csv")
        assert set(importance["feature"]) == set(FEATURES)
        leaderboard = pd.read_csv(shop_job.output_data / "leaderboard.csv")
        assert {"model", "score_test", "score_val"} <= set(leaderboard.columns)
        schemas = [FeatureSchema.load(at) for at in (shop_job.model, shop_job.output_data)]
        assert schemas[0] == schemas[1]

    def test_schema_keeps_training_order_and_kinds(self, shop_schema):
        kinds = {item.name: item.kind for item in shop_schema.features}
        assert list(kinds) == list(FEATURES)
        assert kinds == {
            "age": "int", "score": "float", "member": "bool", "sex": "category", "zip": "category",
            "grade": "category", "event_time": "int", "joined": "datetime", "note": "text",
        }  # fmt: skip
        assert shop_schema.by_name["sex"].allowed == ("Female", "Male")
        assert (shop_schema.classes, shop_schema.positive_class) == (("no", "yes"), "yes")

    def test_work_folder_is_gone(self, shop_job):
        assert sorted(path.name for path in shop_job.base.iterdir() if path.is_dir()) == [
            "input", "model", "output",
        ]  # fmt: skip

    def test_metric_lines_are_printed(self, job, capfd):
        job.put("train", "a.csv", csv_of(ROWS))
        job.put("test", "a.csv", csv_of(ROWS[:100]))
        assert train(job) == 0
        lines = [line for line in capfd.readouterr().out.splitlines() if "AGMETRIC" in line]
        assert lines[0].startswith("AGMETRIC model=LightGBM val_score=")
        assert "fit_seconds=" in lines[0]
        assert any(line.startswith("AGMETRIC test_accuracy=0.") for line in lines)


class TestOtherJobs:
    def test_regression_without_a_test_is_judged_on_the_holdout(self, job):
        rows = [row | {"price": str(float(row["age"]) * 2 + i / 7)} for i, row in enumerate(ROWS)]
        job.put("train", "a.csv", csv_of(rows))
        assert train(job, "price", reading={"keep_na": ["grade"]}) == 0
        metrics = job.metrics()
        assert (metrics["problem_type"], metrics["evaluated_on"]) == ("regression", "holdout")
        assert metrics["holdout"] == "validation"
        assert metrics["metrics"]["root_mean_squared_error"] < 0
        measured = measured_metrics("regression", metrics["eval_metric"])
        assert set(metrics["metrics"]) == set(measured)
        assert any("training rows" in text for text in metrics["warnings"])
        model = load_model(job.model, {})
        body, *_ = model.answer(csv_of(rows[:3]), "text/csv", "application/json")
        assert [list(row) for row in json.loads(body)] == [["price"]] * 3

    def test_bagged_predictor_is_judged_out_of_fold(self, job):
        job.put("train", "a.csv", csv_of(ROWS))
        arguments = TINY_FIT | {"num_bag_folds": 2, "ag_args_ensemble": {
            "fold_fitting_strategy": "sequential_local"}}  # fmt: skip
        assert train(job, fit_args=arguments) == 0
        assert job.metrics()["holdout"] == "out_of_fold"
        assert "roc_auc" in job.metrics()["metrics"]

    def test_tuning_channel_is_the_holdout(self, job):
        job.put("train", "a.csv", csv_of(ROWS))
        job.put("tuning", "a.csv", csv_of(shop_data.rows(90, seed=4)))
        assert train(job) == 0
        assert job.metrics()["holdout"] == "tuning"

    def test_multiclass_with_whole_number_labels(self, job):
        rows = [row | {"stars": str(i % 3 + 1)} for i, row in enumerate(ROWS)]
        job.put("train", "a.csv", csv_of(rows, (*FEATURES, "stars")))
        job.put("test", "a.csv", csv_of(rows[:60], (*FEATURES, "stars")))
        assert train(job, "stars") == 0
        assert FeatureSchema.load(job.model).classes == (1, 2, 3)
        model = load_model(job.model, {})
        body, *_ = model.answer(csv_of(rows[:1], FEATURES), "text/csv", "application/json")
        answer = json.loads(body)[0]
        assert list(answer) == ["stars", "1_proba", "2_proba", "3_proba"]
        assert isinstance(answer["stars"], int)

    def test_quantiles_answer_one_column_per_level(self, job):
        rows = [row | {"price": str(float(row["age"]) + i / 7)} for i, row in enumerate(ROWS)]
        job.put("train", "a.csv", csv_of(rows, (*FEATURES, "price")))
        arguments = {"label": "price", "problem_type": "quantile", "quantile_levels": [0.1, 0.9]}
        fit = {"hyperparameters": {"XT": {"n_estimators": 5}}, "fit_weighted_ensemble": False}
        assert train(job, init_args=arguments, fit_args=fit) == 0
        model = load_model(job.model, {})
        body, *_ = model.answer(csv_of(rows[:2], FEATURES), "text/csv", "application/json")
        assert [list(row) for row in json.loads(body)] == [["0.1", "0.9"]] * 2
        assert model.schema.quantile_levels == (0.1, 0.9)

    @pytest.mark.parametrize("kind", ["jsonl", "parquet"])
    def test_typed_files_give_the_same_schema_as_csv(self, job, shop_schema, kind):
        rows = [record(row) | {"bought": row["bought"]} for row in shop_data.rows(500, seed=1)]
        if kind == "jsonl":
            job.put("train", "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        else:
            sink = pa.BufferOutputStream()
            pq.write_table(pa.Table.from_pylist(rows), sink)
            job.put("train", "a.parquet", sink.getvalue().to_pybytes())
        assert train(job, reading={"keep_na": ["grade"]}) == 0
        features = FeatureSchema.load(job.model).features
        # The shop's model has seen other rows, and so has other examples.
        assert _without_examples(features) == _without_examples(shop_schema.features)

    def test_ignored_and_weight_columns_are_no_features(self, job):
        rows = [row | {"id": f"row {i} of many", "weight": "1.5"} for i, row in enumerate(ROWS)]
        job.put("train", "a.csv", csv_of(rows))
        arguments = {"label": "bought", "sample_weight": "weight",
                     "learner_kwargs": {"ignored_columns": ["id"]}}  # fmt: skip
        assert train(job, init_args=arguments) == 0
        schema = FeatureSchema.load(job.model)
        assert schema.names == FEATURES
        assert schema.ignored == ("id", "weight")
        model = load_model(job.model, {})
        with_ignored, *_ = model.answer(csv_of(rows[:2]), "text/csv", "text/csv")
        assert with_ignored == model.answer(csv_of(rows[:2], FEATURES), "text/csv", "text/csv")[0]

    def test_column_of_one_word_or_nothing_keeps_missing_apart(self, job):
        rows = [row | {"vip": "" if i % 3 else "vip"} for i, row in enumerate(ROWS)]
        job.put("train", "a.csv", csv_of(rows))
        assert train(job) == 0
        vip = FeatureSchema.load(job.model).by_name["vip"]
        assert (vip.allowed, vip.nullable) == (("vip",), True)

    def test_stray_words_among_numbers_are_warned_about(self, job):
        rows = [row | ({"age": "unknown"} if i == 41 else {}) for i, row in enumerate(ROWS)]
        job.put("train", "a.csv", csv_of(rows))
        assert train(job) == 0
        assert any('"unknown" in row 42 of a.csv' in text for text in job.metrics()["warnings"])

    def test_rows_without_a_label_are_left_out_and_counted(self, job):
        rows = [row | ({"bought": ""} if i < 4 else {}) for i, row in enumerate(ROWS)]
        job.put("train", "a.csv", csv_of(rows))
        assert train(job) == 0
        assert job.metrics()["rows"]["train"] == 196
        assert any("4 rows" in text for text in job.metrics()["warnings"])

    def test_other_version_in_the_image_is_warned_about(self, job):
        job.put("train", "a.csv", csv_of(ROWS))
        assert train(job, framework_version="1.5.0") == 0
        assert any("planned for AutoGluon 1.5.0" in text for text in job.metrics()["warnings"])

    def test_time_limit_without_head_room_is_warned_about(self, job):
        job.put("train", "a.csv", csv_of(ROWS))
        arguments = TINY_FIT | {"time_limit": 590}
        assert train(job, fit_args=arguments, max_runtime_seconds=600) == 0
        assert any("time_limit is 590 s" in text for text in job.metrics()["warnings"])


class TestRefittedModels:
    """AutoGluon deletes the model that the best one was refitted from, and with it its scores."""

    FIT: ClassVar = {**TINY_FIT, "num_bag_folds": 2, "refit_full": True,
                     "set_best_to_refit_full": True,
                     "ag_args_ensemble": {"fold_fitting_strategy": "sequential_local"}}  # fmt: skip

    @pytest.mark.parametrize("with_test", [True, False])
    def test_deleting_the_others_changes_no_score(self, tmp_path, with_test):
        found = []
        for keep_only_best in (False, True):
            job = JobFolder(tmp_path / str(keep_only_best))
            job.put("train", "a.csv", csv_of(ROWS))
            if with_test:
                job.put("test", "a.csv", csv_of(shop_data.rows(100, seed=6)))
            assert train(job, fit_args=self.FIT | {"keep_only_best": keep_only_best}) == 0
            found.append(job.metrics())
        all_kept, one_kept = found
        assert one_kept["models"] == ["LightGBM_BAG_L1_FULL"]
        assert one_kept["validation_score"] == all_kept["validation_score"]
        assert one_kept["holdout"] == (None if with_test else "recorded")
        if with_test:
            assert one_kept["metrics"] == all_kept["metrics"]
        else:
            assert one_kept["metrics"] == {"accuracy": one_kept["validation_score"]}


class TestFailures:
    @pytest.fixture(autouse=True)
    def _good_data(self, job: JobFolder) -> None:
        job.put("train", "a.csv", csv_of(ROWS))

    def test_label_that_is_no_column_names_the_nearest(self, job):
        sentence = failure_of(job, init_args={"label": "Bougth"})
        assert 'did you mean "bought"?' in sentence
        assert '"zip"' in sentence

    def test_constant_label(self, job, capsys):
        job.put("train", "a.csv", csv_of([row | {"bought": "no"} for row in ROWS]))
        assert 'the same value, "no", in all 200' in failure_of(job)
        # The log is CloudWatch's, where no value of the data may stand.
        printed = capsys.readouterr()
        assert "with InputError; its FailureReason says why" in printed.err
        assert '"no"' not in printed.out + printed.err

    def test_label_without_values(self, job):
        job.put("train", "a.csv", csv_of([row | {"bought": ""} for row in ROWS]))
        assert 'No row of channel "train"' in failure_of(job)

    def test_empty_file(self, job):
        job.put("train", "b.csv", "")
        assert failure_of(job) == "b.csv is empty."

    def test_header_only(self, job):
        job.put("train", "a.csv", "age,bought\n")
        assert failure_of(job) == "a.csv: it has columns but no rows."

    def test_file_with_other_columns_is_named(self, job):
        job.put(
            "train", "b.csv", csv_of([row | {"Age": 1} for row in ROWS]).replace("age,", "ag,", 1)
        )
        sentence = failure_of(job)
        assert 'b.csv lacks "age" and has also "ag"' in sentence

    def test_ragged_row_is_named_with_its_file(self, job):
        body = csv_of(ROWS).splitlines()
        body[10] += ",more"
        job.put("train", "b.csv", "\n".join(body))
        assert "Row 10 of b.csv has 11 cells instead of 10" in failure_of(job)

    def test_column_without_a_name_that_is_not_an_index(self, job):
        job.put("train", "a.csv", ",a,bought\nx,1,yes\nx,2,no\n")
        assert "index=False" in failure_of(job)

    def test_mixed_formats(self, job):
        job.put("train", "b.jsonl", json.dumps(record(ROWS[0])))
        assert "mixes formats" in failure_of(job)

    def test_damaged_gzip_file(self, job):
        job.put("train", "b.csv.gz", b"\x1f\x8b nothing")
        assert "b.csv.gz is not a valid gzip file" in failure_of(job)

    def test_workbook(self, job):
        job.put("train", "b.xlsx", b"PK")
        assert failure_of(job).startswith(
            "b.xlsx is an .xlsx file, which is not read. Save the sheet as CSV"
        )

    def test_json_array(self, job):
        job.put("test", "b.jsonl", '[{"a": 1}, 7]')
        assert "b.jsonl: row 2 must be a JSON object." in failure_of(job)

    def test_test_channel_without_a_feature(self, job):
        job.put("test", "t.csv", csv_of(ROWS, (*FEATURES[1:], "bought")))
        assert 'Channel "test" lacks "age"' in failure_of(job)

    def test_test_channel_with_a_class_of_its_own(self, job):
        job.put("test", "t.csv", csv_of([row | {"bought": "perhaps"} for row in ROWS]))
        assert '"perhaps"' in failure_of(job)

    def test_json_lines_with_differing_keys(self, job, tmp_path: Path):
        (tmp_path / "input/data/train/a.csv").unlink()
        job.put("train", "a.jsonl", '{"a": 1, "bought": "x"}\n{"bought": "y"}\n')
        assert 'row 2 and row 1 differ in the keys "a"' in failure_of(job)

    def test_unsupported_predictor_type(self, job):
        assert 'Predictor type "forecasts" is not supported' in failure_of(job, type="forecasts")

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"version": 2}, "version: got 2"),
            ({"fit_arg": {}}, 'fit_arg: unknown key (did you mean "fit_args"?)'),
            ({"fit_args": []}, "fit_args: got [] (list); allowed: an object"),
            ({"max_runtime_seconds": 0}, "allowed: a whole number from 1"),
            ({"instances": {}}, "instances.prices_as_of: missing"),
            ({"instances": INSTANCES | {"kind": "x"}}, "instances.kind: unknown key"),
            ({"instances": INSTANCES | {"count": 0}}, "instances.count: got 0"),
            ({"instances": INSTANCES | {"usd_per_hour": "1"}}, "instances.usd_per_hour: got '1'"),
            ({"init_args": {}}, "init_args.label: missing"),
            ({"init_args": {"label": "bought", "path": "/x"}}, "init_args.path: cannot be given"),
            ({"init_args": {"label": "bought", "eval_metrik": "f1"}}, 'did you mean "eval_metric"'),
            (
                {"init_args": {"label": "bought", "groups": "no"}},
                'Column "no" of init_args not found',
            ),
            ({"fit_args": {"time_limit": "60"}}, "fit_args.time_limit: got '60'"),
            ({"fit_args": {"callbacks": []}}, "fit_args.callbacks: cannot be given"),
        ],
    )
    def test_job_that_cannot_be_honoured(self, job, changes, problem):
        assert problem in failure_of(job, **changes)

    def test_no_job(self, job):
        assert main([], job.environ()) == 1
        assert job.failure == 'The training job has no channel "config".'

    def test_hyperparameters_that_nothing_reads(self, job):
        job.put_job("bought")
        environ = {**job.environ(), "SM_HPS": '{"learning_rate": 0.1}'}
        assert main(["--learning_rate", "0.1"], environ) == 1
        assert "learning_rate" in job.failure

    def test_argument_that_autogluon_refuses_is_passed_on_in_one_line(self, job):
        assert train(job, fit_args=TINY_FIT | {"no_such_argument": 1}) == 1
        assert "no_such_argument" in job.failure
        assert "\n" not in job.failure

    def test_no_model_could_be_trained(self, job):
        assert train(job, fit_args={"hyperparameters": {"GBM": {"objective": "nonsense"}}}) == 1
        assert "AutoGluon failed with" in job.failure
