"""Real panels and many short series: plain AutoGluon's figures, and memory that does not grow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

from autogluon_contracts.predictor_types.timeseries.metrics import ALWAYS_MEASURED
from autogluon_jobs.jobs import train
from autogluon_jobs.serving.served_model import load_model
from tests.foreign_data.packages import csv_files
from tests.unit.containers.job_folder import JobFolder

PERSONS = 200
PANEL = "pydataset/resources/rdata/csv/plm/Males.csv"
"""Wages of young men in the USA, 1980 to 1987 (Vella and Verbeek 1998)."""
STATIC = ["ethn", "school"]
FILE_SERIES, DAYS, STEPS = 1_000, 12, 3


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    table = pd.read_csv(csv_files(tmp_path_factory.mktemp("data"))[PANEL], index_col=0)
    persons = table["nr"].unique()[:PERSONS]
    chosen = table[table["nr"].isin(persons)]
    return chosen.assign(year=chosen["year"].astype(str) + "-01-01", nr=chosen["nr"].astype(str))


@pytest.mark.long
def test_real_series_are_judged_as_plain_autogluon_judges_them(
    panel: pd.DataFrame, tmp_path: Path
) -> None:
    rows = panel[["nr", "year", "wage", "exper", "married", "industry"]]
    static = panel.groupby("nr", sort=False)[STATIC].first().reset_index()
    before = rows["year"] < "1987"
    job = JobFolder(tmp_path)
    job.put("train", "train.csv", rows[before].to_csv(index=False))
    job.put("test", "test.csv", rows.to_csv(index=False))
    job.put("static", "persons.csv", static.to_csv(index=False))
    init_args = {
        "target": "wage", "id_column": "nr", "timestamp_column": "year",
        "known_covariates_names": ["exper"],
    }  # fmt: skip
    models = {"SeasonalNaive": {}, "RecursiveTabular": {}, "DirectTabular": {"model_name": "CAT"}}
    job.put_job("", type="timeseries", init_args=init_args, fit_args={"hyperparameters": models})

    assert train.main([], job.environ()) == 0, job.failure

    metrics = job.metrics()
    assert set(models) <= set(metrics["models"])
    predictor = TimeSeriesPredictor.load(job.model)
    times = {"year": pd.to_datetime(rows["year"])}
    series = TimeSeriesDataFrame.from_data_frame(
        rows.assign(**times), id_column="nr", timestamp_column="year",
        static_features_df=static.copy(),
    )  # fmt: skip
    assert series.num_items == PERSONS
    plain = predictor.evaluate(series, metrics=list(ALWAYS_MEASURED))
    assert metrics["metrics"] == pytest.approx(plain, rel=1e-9)

    # The stored series, by their names, and the next year of what is known in advance.
    future = rows.loc[~before, ["nr", "year", "exper"]]
    text, *_ = load_model(job.model, {}).answer(future.to_csv(index=False), "text/csv", "")
    past, known = series.get_model_inputs_for_scoring(1, ["exper"])
    wanted = predictor.predict(past, known_covariates=known)["mean"]
    assert [row["mean"] for row in json.loads(text)] == pytest.approx(list(wanted), rel=1e-9)


def short_series(first: int, count: int) -> pd.DataFrame:
    dice = np.random.default_rng(first)
    days = pd.date_range("2026-01-01", periods=DAYS).strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            "item_id": np.repeat([f"item {at:06d}" for at in range(first, first + count)], DAYS),
            "timestamp": np.tile(days, count),
            "target": dice.normal(10, 2, count * DAYS).round(2),
        }
    )


def peak_bytes(model: Path, files: Sequence[Path], answers: int) -> int:
    program = [sys.executable, Path(__file__).with_name("peak_memory.py"), model, *files]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["answers"] == answers
    return int(found["peak_bytes"])


@pytest.fixture(scope="module")
def naive_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artifact of a statistical model, of short series."""
    job = JobFolder(tmp_path_factory.mktemp("naive") / "job")
    job.put("train", "train.csv", short_series(0, FILE_SERIES).to_csv(index=False))
    init_args = {"prediction_length": STEPS, "quantile_levels": [0.1, 0.9]}
    fit_args = {"hyperparameters": {"SeasonalNaive": {}}}
    job.put_job("", type="timeseries", init_args=init_args, fit_args=fit_args)
    assert train.main([], job.environ()) == 0, job.failure
    return job.model


@pytest.mark.long
def test_ten_times_the_files_of_a_batch_take_hardly_more_memory(
    naive_model: Path, tmp_path: Path
) -> None:
    files = []
    for first in range(0, 100_000, FILE_SERIES):
        files.append(tmp_path / f"{first:06d}.csv")
        short_series(first, FILE_SERIES).to_csv(files[-1], index=False)

    some, all_of_them = (
        peak_bytes(naive_model, chosen, len(chosen) * FILE_SERIES * STEPS)
        for chosen in (files[:10], files)
    )

    assert all_of_them < 1.5 * some


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_one_file_of_ten_times_the_series_takes_hardly_more_memory(
    naive_model: Path, tmp_path: Path
) -> None:
    peaks = []
    for count in (10_000, 100_000):
        file = tmp_path / f"{count}.csv"
        short_series(0, count).to_csv(file, index=False)
        peaks.append(peak_bytes(naive_model, [file], count * STEPS))

    some, ten_times = peaks
    print(f"peak of 10,000 series {some / 1e6:.0f} MB, of 100,000 {ten_times / 1e6:.0f} MB")
    assert ten_times < 1.5 * some
