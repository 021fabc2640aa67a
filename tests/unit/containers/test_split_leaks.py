"""Test rows of known groups, between the training rows in time or before them, are named."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from autogluon_jobs.data.split_leaks import split_warnings

_ROWS = 400


def _frame(*, numbers: bool = False) -> pd.DataFrame:
    """Eight rows for each of 50 patients, whose label is the patient's; a day for each row."""
    random = np.random.default_rng(1)
    patients = np.repeat(np.arange(50), _ROWS // 50)
    of_patient = random.normal(size=50) if numbers else random.choice(["no", "yes"], 50)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.permutation(_ROWS), unit="D")
    return pd.DataFrame({
        "patient_id": pd.Categorical([f"p{number}" for number in patients]),
        "day": days,
        "age": random.integers(20, 80, _ROWS),
        "label": of_patient[patients],
    })  # fmt: skip


def _halves(frame: pd.DataFrame, first: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    return frame[first].reset_index(drop=True), frame[~first].reset_index(drop=True)


def _warnings(frame: pd.DataFrame, first: np.ndarray) -> list[str]:
    return list(split_warnings(*_halves(frame, first), "label"))


_BY_CHANCE = np.random.default_rng(2).random(_ROWS) < 0.75


@pytest.mark.parametrize(
    ("numbers", "evidence"), [(False, "100% are the same"), (True, "their correlation is 1.00")]
)
@pytest.mark.parametrize("whole_numbers", [False, True])
def test_groups_that_are_split_are_named(numbers: bool, evidence: str, whole_numbers: bool) -> None:
    frame = _frame(numbers=numbers)
    if whole_numbers:
        frame["patient_id"] = frame["patient_id"].cat.codes.astype("int64")
    test = int((~_BY_CHANCE).sum())
    assert _warnings(frame, _BY_CHANCE) == [
        f'{test} of the {test} test rows have a value of "patient_id" that training rows have, '
        f"too, and those tell their label ({evidence}), so the metrics may overstate the quality "
        'for new ones. Split the data by "patient_id".'
    ]


def test_groups_that_are_not_split_or_tell_nothing_are_not_named() -> None:
    frame = _frame()
    by_patient = np.arange(_ROWS) < 0.75 * _ROWS
    assert _warnings(frame, by_patient) == []
    chance = np.random.default_rng(3).choice(["no", "yes"], _ROWS)
    assert _warnings(frame.assign(label=chance), _BY_CHANCE) == []
    # What tells the label without being the name of a group is a good feature.
    assert _warnings(frame.rename(columns={"patient_id": "town"}), _BY_CHANCE) == []


def test_a_list_that_is_soon_known_is_not_told_to_be_split_by() -> None:
    """Each country has one currency, and later rows are of the same countries."""
    random = np.random.default_rng(4)
    countries = random.integers(0, 25, 3 * _ROWS)
    currencies = np.array([f"currency {number % 4}" for number in range(25)])[countries]
    first = np.arange(len(countries)) < 900
    for name in ("country_code", "country_id", "countryId", "group"):
        assert _warnings(pd.DataFrame({name: countries, "label": currencies}), first) == []
    for name in ("device", "device_code", "session_id", "userKey"):
        (found,) = _warnings(pd.DataFrame({name: countries, "label": currencies}), first)
        assert f'Split the data by "{name}".' in found


def test_rows_before_the_training_rows_are_named() -> None:
    frame = _frame().drop(columns="patient_id")
    late = (frame["day"] >= "2024-06-01").to_numpy()
    assert _warnings(frame, late) == [
        'The test rows are older than the training rows: by "day" the last of them is of '
        "2024-05-31, and the training rows begin at 2024-06-01. The metrics judge the past; take "
        "the latest rows for the test."
    ]
    assert _warnings(frame, ~late) == []
    years = (frame["day"] - frame["day"].min()).dt.days.to_numpy() + 1900
    (found,) = _warnings(frame.assign(year=years, day=0), late)
    assert 'by "year" the last of them is of 2051, and the training rows begin at 2052' in found


def test_rows_between_the_training_rows_are_named_where_those_tell_the_label() -> None:
    frame = _frame().drop(columns="patient_id")
    slow = np.sin((frame["day"] - frame["day"].min()).dt.days.to_numpy() / 20)
    (found,) = _warnings(frame.assign(label=slow), _BY_CHANCE)
    assert found.startswith('The test rows lie between the training rows in time ("day"), and the ')
    assert "their correlation is 1.00" in found
    late = (frame["day"] >= "2024-10-01").to_numpy()
    assert _warnings(frame.assign(label=slow), ~late) == []
    assert _warnings(frame, _BY_CHANCE) == []


def test_many_groups_and_classes_take_little_memory() -> None:
    groups = np.tile(np.arange(4000), 3)
    frame = pd.DataFrame({"user_id": groups, "label": [f"class {group}" for group in groups]})
    tracemalloc.start()
    try:
        told = _warnings(frame, np.arange(len(groups)) < 8000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(told) == 1
    assert peak < 30e6  # a table of groups and classes takes 128 MB
