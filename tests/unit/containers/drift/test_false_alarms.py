"""Reports on unchanged data keep to their rate, and changes are found and named. Real rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from autogluon_contracts.documents.drift_baseline import ColumnBaseline
from autogluon_jobs.baseline.column_counts import ColumnCounter
from autogluon_jobs.baseline.column_values import numbers
from autogluon_jobs.baseline.quality import quality_baseline
from autogluon_jobs.drift.comparisons import Limits, Quality, compare
from autogluon_jobs.drift.permutations import holm
from tests.unit.containers.drift import income_rows

_PERIODS, _ROWS, _BASELINE = 200, 120, 8000


def _period(number: int) -> pd.DataFrame:
    start = _BASELINE + _ROWS * number
    return income_rows.rows()[start : start + _ROWS].copy()


@pytest.fixture(scope="module")
def before() -> list[ColumnBaseline]:
    return income_rows.baseline(income_rows.rows()[:_BASELINE])


def test_over_200_clean_periods_false_alarms_stay_within_the_stated_rate(
    before: list[ColumnBaseline],
) -> None:
    rate = 0.05
    reports = [income_rows.compared(before, _period(at), rate) for at in range(_PERIODS)]
    assert all(len(report) > len(before) for report in reports)
    alarms = sum(any(each.drifted for each in report) for report in reports)
    assert alarms <= rate * _PERIODS


def test_p_values_of_clean_periods_are_as_small_as_chance_makes_them(
    before: list[ColumnBaseline],
) -> None:
    # A method that never alarms would keep to any rate.
    of_age = [
        each.p_value
        for at in range(_PERIODS)
        for each in income_rows.compared(before[:1], _period(at)[["age"]], 0.05)
    ]
    assert 0.4 < np.mean(of_age) < 0.65
    low, high = binom.ppf([0.001, 0.999], _PERIODS, 0.25)
    assert low <= sum(p_value <= 0.25 for p_value in of_age) <= high


def test_a_shifted_feature_and_a_new_category_are_named_within_one_period(
    before: list[ColumnBaseline],
) -> None:
    period = _period(0)
    period["age"] += 8
    period.loc[period.index[:6], "native-country"] = "Atlantis"
    report = income_rows.compared(before, period, 0.01)
    drifted = {(each.column, each.aspect) for each in report if each.drifted}
    assert {("age", "distribution"), ("native-country", "new values")} <= drifted
    assert {column for column, _ in drifted} == {"age", "native-country"}
    (new,) = [each for each in report if each.drifted and each.aspect == "new values"]
    assert new.new_values == ("Atlantis",)
    assert "“Atlantis”" in new.sentence


def test_values_that_go_missing_are_named(before: list[ColumnBaseline]) -> None:
    period = _period(1)
    period.loc[period.index[:8], "hours-per-week"] = None
    report = income_rows.compared(before, period, 0.01)
    assert [(each.column, each.aspect) for each in report if each.drifted] == [
        ("hours-per-week", "missing")
    ]


def test_a_change_too_small_to_matter_is_not_named(
    before: list[ColumnBaseline],
) -> None:
    period = _period(0)
    period["age"] += 8
    named = income_rows.compared(before, period, 0.01, min_change=0.1)
    ignored = income_rows.compared(before, period, 0.01, min_change=0.9)
    assert any(each.drifted for each in named)
    assert not any(each.drifted for each in ignored)


def test_the_same_period_gives_the_same_report(before: list[ColumnBaseline]) -> None:
    first, second = (income_rows.compared(before, _period(2), 0.01) for _ in range(2))
    assert first == second


def test_adjusted_p_values_never_fall_in_the_order_of_the_plain_ones() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_errors_of_a_model_that_made_none_are_named() -> None:
    baseline = quality_baseline(numbers("price", np.zeros(100)))
    counter = ColumnCounter(baseline.column)
    counter.add(numbers("price", np.full(100, 0.5)))
    [errors] = compare([], [], Quality(baseline, counter, 0.5), Limits(0.01, 0.02))
    assert (errors.aspect, errors.change, errors.drifted) == ("errors", 1.0, True)
