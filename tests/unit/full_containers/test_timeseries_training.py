"""A time series training job: what it measures, writes and packs."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

from autogluon_contracts.predictor_types.timeseries.metrics import ALWAYS_MEASURED
from autogluon_jobs.jobs import train
from autogluon_jobs.schema.feature_schema import FeatureSchema
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.sales_data import COLUMNS, INIT_ARGS, long_table


def as_series(table: pd.DataFrame) -> TimeSeriesDataFrame:
    return TimeSeriesDataFrame.from_data_frame(
        table.assign(day=pd.to_datetime(table["day"])), id_column="shop", timestamp_column="day"
    )


def test_the_schema_says_what_a_request_gives_and_what_is_forecast(sales_job: JobFolder) -> None:
    schema = FeatureSchema.load(sales_job.model)

    assert list(schema.names) == COLUMNS
    assert [item.kind for item in schema.features] == [
        "text", "datetime", "float", "float", "float", "category",
    ]  # fmt: skip
    assert schema.details is not None
    assert schema.details["freq"] == "D"
    assert (schema.type, schema.label, schema.quantile_levels) == (
        "timeseries", "sales", (0.1, 0.5, 0.9),
    )  # fmt: skip


def test_the_metrics_are_those_of_plain_autogluon_on_the_same_artifact(
    sales_job: JobFolder, sales: pd.DataFrame
) -> None:
    metrics = sales_job.metrics()
    predictor = TimeSeriesPredictor.load(sales_job.model)

    plain = predictor.evaluate(as_series(sales), metrics=list(ALWAYS_MEASURED))

    assert metrics["evaluated_on"] == "test"
    assert metrics["metrics"] == pytest.approx(plain, rel=1e-9)
    assert all(value < 0 for value in metrics["metrics"].values())
    assert metrics["best_model"] == predictor.model_best


def test_the_artifact_leaves_out_the_saved_training_data(
    sales_job: JobFolder,
) -> None:
    saved = {path.name for path in sales_job.model.rglob("*.pkl")}

    assert {"predictor.pkl", "learner.pkl", "trainer.pkl", "model.pkl"} <= saved
    assert not {"train.pkl", "val.pkl", "oof.pkl"} & saved


def test_the_leaderboard_has_every_model_best_first(sales_job: JobFolder) -> None:
    board = pd.read_csv(sales_job.output_data / "leaderboard.csv")

    assert set(board["model"]) >= {"SeasonalNaive", "DirectTabular", "WeightedEnsemble"}
    assert board["score_test"].is_monotonic_decreasing
    assert tuple(board["model"]) == tuple(sales_job.metrics()["models"])


@pytest.fixture(scope="module")
def held_out_job(tmp_path_factory: pytest.TempPathFactory) -> JobFolder:
    """Without test data, Parquet with whole numbers as ids, and one series that is too short."""
    folder = JobFolder(tmp_path_factory.mktemp("held-out"))
    table = long_table(shops=3).drop(columns=["price", "visitors", "weather"])
    table["shop"] = table["shop"].str.removeprefix("shop ").astype(int)
    table["day"] = pd.to_datetime(table["day"])
    short = table[table["shop"] == 0][:3].assign(shop=9)
    path = folder.base / "input" / "data" / "train"
    path.mkdir(parents=True)
    pd.concat([table, short]).to_parquet(path / "all.parquet", index=False)
    init_args = {**INIT_ARGS, "known_covariates_names": None, "eval_metric": "MASE"}
    fit_args = {"hyperparameters": {"Naive": {}, "SeasonalNaive": {}}, "num_val_windows": [2]}
    folder.put_job("", type="timeseries", init_args=init_args, fit_args=fit_args)
    assert train.main([], folder.environ()) == 0, folder.failure
    return folder


def test_without_test_data_the_validation_windows_are_measured(held_out_job: JobFolder) -> None:
    metrics = held_out_job.metrics()
    board = pd.read_csv(held_out_job.output_data / "leaderboard.csv")

    assert (metrics["evaluated_on"], metrics["holdout"]) == ("holdout", "validation")
    assert metrics["metrics"]["MASE"] == pytest.approx(board["score_val"].max(), rel=1e-9)
    assert next(iter(metrics["metrics"])) == "MASE"


def test_the_report_has_the_errors_of_each_window(held_out_job: JobFolder) -> None:
    page = (held_out_job.output_data / "report.html").read_text("utf-8")
    table = page[page.index("Errors of each window that was held out") :].partition("</table>")[0]
    head, first, last = (
        re.findall(r"<t[dh][^>]*>([^<]*)", row)
        for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    )

    metrics = held_out_job.metrics()["metrics"]
    assert head == ["window", "from", "to", *metrics]
    assert [first[0], last[0]] == ["1", "2"]
    assert first[1] < first[2] < last[1] < last[2]
    for name, mean in metrics.items():
        at = head.index(name)
        errors = [float(row[at].replace(",", "")) for row in (first, last)]
        assert sum(errors) / 2 == pytest.approx(-mean, rel=1e-3), name


def test_a_series_that_is_too_short_is_told(held_out_job: JobFolder) -> None:
    (warning,) = held_out_job.metrics()["warnings"]

    assert warning.startswith("1 of 4 series are too short")
    assert warning.endswith('the first is "9".')


def test_models_that_all_fail_end_the_job(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    folder.put("train", "a.csv", long_table(shops=2).to_csv(index=False))
    fit_args = {"hyperparameters": {"SeasonalNaive": {"seasonal_period": "no number"}}}
    folder.put_job("", type="timeseries", init_args=INIT_ARGS, fit_args=fit_args)

    assert train.main([], folder.environ()) == 1
    assert "no model could be trained" in folder.failure
    assert not (folder.base / "autogluon-fit").exists()
    assert not (folder.output_data / "metrics.json").exists()
