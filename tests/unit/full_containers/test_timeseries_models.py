"""Every family of forecasting models that needs no weights, and every way to fit them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import pytest
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

from autogluon_jobs.jobs import train
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import load_model
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.report.page_reader import page_of
from tests.unit.full_containers.sales_data import INIT_ARGS, STEPS, long_table, request_table

EPOCHS = {"max_epochs": 1, "num_batches_per_epoch": 2}
NAIVE = {"Naive": {}, "SeasonalNaive": {}}


def trained(folder: Path, table: pd.DataFrame, fit_args: dict[str, Any], **more: Any) -> JobFolder:
    job = JobFolder(folder)
    job.put("train", "a.csv", table.to_csv(index=False))
    if "tuning" in more:
        job.put("tuning", "a.csv", more["tuning"].to_csv(index=False))
    init_args = {**INIT_ARGS, **more.get("init_args", {})}
    job.put_job("", type="timeseries", init_args=init_args, fit_args=fit_args)
    assert train.main([], job.environ()) == 0, job.failure
    return job


def require_plain_answers(job: JobFolder, rows: pd.DataFrame, tolerance: float) -> list[Any]:
    """Compare the endpoint's answer with plain AutoGluon's from the same artifact."""
    text, *_ = load_model(job.model, {}).answer(rows.to_csv(index=False), "text/csv", "")
    given = pd.DataFrame(json.loads(text))
    table = rows.assign(day=pd.to_datetime(rows["day"]))
    history, future = (
        TimeSeriesDataFrame.from_data_frame(part, id_column="shop", timestamp_column="day")
        for part in (table[table["sales"].notna()], table[table["sales"].isna()])
    )
    wanted = TimeSeriesPredictor.load(job.model).predict(
        history, known_covariates=future[["price"]]
    )
    for name in ("mean", "0.1", "0.5", "0.9"):
        assert given[name].tolist() == pytest.approx(wanted[name].tolist(), rel=tolerance)
    days: list[Any] = given["day"].tolist()
    return days


@pytest.mark.long
@pytest.mark.parametrize(
    ("models", "tolerance"),
    [
        (["SeasonalNaive", "Naive", "Average", "SeasonalAverage", "ETS", "AutoETS"], 1e-9),
        (["Theta", "DynamicOptimizedTheta", "NPTS", "AutoARIMA", "ADIDA", "Croston"], 1e-9),
        (["RecursiveTabular", "DirectTabular", "PerStepTabular"], 1e-9),
        (["DeepAR", "PatchTST", "SimpleFeedForward", "TiDE", "DLinear"], 1e-5),
    ],
)
def test_every_family_answers_as_plain_autogluon(
    tmp_path: Path, models: list[str], tolerance: float
) -> None:
    networks = tolerance > 1e-9
    hyperparameters = {name: EPOCHS if networks else {} for name in models}
    table = long_table(shops=3, days=60)

    job = trained(
        tmp_path, table[table["day"] < "2025-04-26"], {"hyperparameters": hyperparameters}
    )

    assert set(job.metrics()["models"]) >= set(models)
    require_plain_answers(job, request_table(table), tolerance)


@pytest.mark.parametrize(
    "fit_args",
    [
        {"hyperparameters": NAIVE, "refit_full": True},
        {"hyperparameters": {"SeasonalNaive": {}}, "skip_model_selection": True},
        {"hyperparameters": NAIVE, "enable_ensemble": False, "num_val_windows": 2},
    ],
)
def test_every_way_to_fit_is_measured_and_served(tmp_path: Path, fit_args: dict[str, Any]) -> None:
    job = trained(tmp_path, long_table(shops=2, days=30), fit_args)

    metrics = job.metrics()
    assert metrics["metrics"]["WQL"] < 0
    held_out = "skip_model_selection" not in fit_args
    assert metrics["holdout"] == ("validation" if held_out else "training")
    assert bool(metrics["warnings"]) != held_out
    judged_on = "windows that training held out" if held_out else "series that it was fitted on"
    assert judged_on in page_of(job).text
    require_plain_answers(job, request_table(long_table(shops=2, days=30)), 1e-9)


@pytest.mark.parametrize(
    "fit_args",
    [
        {"hyperparameters": NAIVE},
        {"hyperparameters": {"SeasonalNaive": {}}, "skip_model_selection": True},
    ],
)
def test_tuning_data_is_what_is_held_out(tmp_path: Path, fit_args: dict[str, Any]) -> None:
    table = long_table(shops=2, days=30)

    job = trained(tmp_path, table[table["day"] < "2025-03-27"], fit_args, tuning=table)

    assert job.metrics()["holdout"] == "tuning"
    assert job.metrics()["metrics"]["WQL"] < 0
    assert not job.metrics()["warnings"]


def test_series_without_an_end_to_measure_are_refused_before_the_fit(tmp_path: Path) -> None:
    job = JobFolder(tmp_path)
    job.put("train", "a.csv", long_table(shops=2, days=STEPS).to_csv(index=False))
    fit_args = {"hyperparameters": {"SeasonalNaive": {}}, "skip_model_selection": True}
    job.put_job("", type="timeseries", init_args=INIT_ARGS, fit_args=fit_args)

    assert train.main([], job.environ()) == 1
    assert 'the longest series, "shop 0", has 4 times, and training with' in job.failure
    assert "prediction_length 4 needs 5." in job.failure


def test_with_a_given_frequency_irregular_series_are_trained_and_forecast(tmp_path: Path) -> None:
    table = long_table(shops=2, days=30)
    gaps = table.drop(index=[10, 11, 20])
    job = trained(tmp_path, gaps, {"hyperparameters": NAIVE}, init_args={"freq": "D"})

    days = require_plain_answers(job, request_table(gaps), 1e-9)

    assert days[0] == "2025-03-27T00:00:00"
    assert len(days) == 2 * STEPS

    model, one = load_model(job.model, {}), request_table(gaps)
    one.loc[one.index[-1], "day"] = "2025-04-09"
    with pytest.raises(InputError, match="has no future row at 2025-03-30, which is forecast"):
        model.answer(one.to_csv(index=False), "text/csv", "")


@pytest.mark.parametrize("freq", ["D", None])
def test_a_request_is_resampled_without_further_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, freq: str | None
) -> None:
    table = long_table(shops=2, days=30)
    init_args = {"freq": freq, "known_covariates_names": None}
    job = trained(tmp_path, table, {"hyperparameters": NAIVE}, init_args=init_args)
    short = table[:1].assign(shop="new", day="2025-09-01")
    rows = pd.concat([table.drop(index=[10]) if freq else table, short])
    model = load_model(job.model, {})
    processes = []

    def parallel(n_jobs: int) -> Any:
        processes.append(n_jobs)
        return joblib.Parallel(n_jobs=n_jobs)

    monkeypatch.setattr("autogluon.timeseries.dataset.ts_dataframe.Parallel", parallel)
    text, *_ = model.answer(rows.to_csv(index=False), "text/csv", "")
    assert len(json.loads(text)) == 3 * STEPS
    assert set(processes) == {1}
