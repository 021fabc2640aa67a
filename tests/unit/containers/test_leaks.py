"""Test rows among the training rows, and columns that tell the label, are named with evidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from autogluon_jobs.data.leaks import leak_warnings

_ROWS = 200


def _frame(seed: int, **columns: Any) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    plain = {
        "age": random.normal(size=_ROWS),
        "town": pd.Categorical(random.choice(["Bonn", "Kiel"], _ROWS)),
        "label": random.choice(["no", "yes"], _ROWS),
    }
    return pd.DataFrame(plain | columns)


def _warnings(train: pd.DataFrame, test: pd.DataFrame | None = None) -> list[str]:
    names = [name for name in train.columns if name != "label"]
    return list(leak_warnings(train, test, names, "label"))


def test_independent_data_give_no_warning() -> None:
    assert _warnings(_frame(1), _frame(2)) == []


def test_test_rows_among_the_training_rows_are_counted_and_the_first_is_named() -> None:
    train, test = _frame(1), _frame(2)
    test.loc[7:26, :] = train.loc[100:119, :].to_numpy()
    assert _warnings(train, test.astype({"age": float})) == [
        "20 of the 200 test rows are also training rows, label included (the first is row 8 of the "
        "test data), so the metrics may overstate the quality. Remove them from the training data."
    ]


def test_missing_cells_are_equal_in_a_repeated_row() -> None:
    train = _frame(1)
    train.loc[:30, ["age", "town"]] = np.nan
    test = train.iloc[150:].reset_index(drop=True)
    assert _warnings(train, test)[0].startswith("50 of the 50 test rows are also training rows")


def test_rows_that_repeat_by_themselves_are_not_a_leak() -> None:
    train, test = (_frame(seed).drop(columns="age") for seed in (1, 2))
    assert _warnings(train, test) == []


def _numbers_by_class(frame: pd.DataFrame) -> np.ndarray:
    return frame["age"].abs().to_numpy() * np.where(frame["label"] == "yes", 1, -1)


@pytest.mark.parametrize(
    ("column", "evidence"),
    [
        (lambda f: f["label"].map({"no": "N", "yes": "Y"}), "each of its 2 values occurs with one"),
        (lambda f: (f["label"] == "yes").astype(int), "each of its 2 values occurs with one"),
        (_numbers_by_class, "the classes' ranges of numbers do not overlap"),
    ],
)
def test_a_column_that_tells_the_class_is_named(column: Any, evidence: str) -> None:
    train = _frame(1)
    (warning,) = _warnings(train.assign(told=column(train)))
    assert warning.startswith(f'Column "told" tells "label" by itself: {evidence}')


def test_a_column_that_tells_the_number_is_named_with_its_correlation() -> None:
    train = _frame(1)
    train["label"] = np.random.default_rng(3).normal(size=_ROWS)
    (warning,) = _warnings(train.assign(told=train["label"] * -2 + 1))
    assert "their correlation is -1.00000" in warning


def test_ids_and_columns_with_an_exception_are_not_named() -> None:
    train = _frame(1)
    nearly = train["label"].map({"no": "N", "yes": "Y"})
    nearly[5] = "N" if nearly[5] == "Y" else "Y"
    assert _warnings(train.assign(id=[f"id-{i}" for i in range(_ROWS)], nearly=nearly)) == []
