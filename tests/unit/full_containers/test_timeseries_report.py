"""The report of a time series job: errors as the metrics have them, and readable charts."""

from __future__ import annotations

import pandas as pd
import pytest
from autogluon.timeseries import TimeSeriesDataFrame

from autogluon_jobs.timeseries.evaluation.evaluation import Window
from autogluon_jobs.timeseries.evaluation.judged_steps import JudgedSteps
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.report.page_reader import page_of


def series_frame(**columns: list[float]) -> TimeSeriesDataFrame:
    times = pd.date_range("2025-01-01", periods=2)
    index = pd.MultiIndex.from_product([["a", "b"], times], names=["item_id", "timestamp"])
    return TimeSeriesDataFrame(pd.DataFrame(columns, index=index))


JUDGED = JudgedSteps.of(
    [
        Window(
            series_frame(y=[10, 20, 1, float("nan")]),
            series_frame(mean=[12, 16, 1, 1], **{"0.1": [9, 9, 0, 0], "0.9": [13, 17, 2, 2]}),
        )
    ],
    "y",
)


def test_errors_are_told_by_series_worst_first() -> None:
    errors = JUDGED.by_series()

    assert list(errors.index) == ["a", "b"]
    assert errors.loc["a"].to_dict() == pytest.approx(
        {"mae": 3.0, "wape": 0.2, "bias": -1.0, "share": 1.0}
    )


def test_steps_without_a_truth_are_not_judged() -> None:
    assert JUDGED.by_step().to_dict() == {1: 1.0, 2: 4.0}
    assert JUDGED.coverage().to_dict() == pytest.approx({"0.1": 0, "0.9": 2 / 3})


def test_the_page_shows_metrics_series_and_forecasts(sales_job: JobFolder) -> None:
    page, metrics = page_of(sales_job), sales_job.metrics()

    assert not metrics["warnings"]
    assert [section["id"] for section in page.all("section")] == [
        "performance", "series", "models", "run",
    ]  # fmt: skip
    assert f"{metrics['best_model']} reaches WQL" in page.text
    assert "on the end of the test series: 5 series, 1 x 4 steps" in page.text
    assert all(name in page.text for name in metrics["metrics"])
    assert "TimeSeriesCloudPredictor(predictor='shop')" in page.text
    forecasts = [text for text in page.images if text.startswith("History and forecast")]
    assert len(forecasts) == 5
    assert page.repeated_ids() == []
    assert all(name.startswith(("#", "data:")) for name in page.references())
