"""What the report finds suspicious in the data, and what it must not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from autogluon_jobs.profile.columns import profile, repeated_rows, shared_rows
from autogluon_jobs.schema.feature_schema import Feature


def remarks(kind: str, values: list, test: list | None = None) -> set[str]:
    dtype = {"category": "category", "int": "int64", "float": "float64"}[kind]
    feature = Feature("column", kind, dtype, nullable=kind != "int")
    train = pd.DataFrame({"column": pd.Series(values, dtype=dtype)})
    other = None if test is None else pd.DataFrame({"column": pd.Series(test, dtype=dtype)})
    return set(profile((feature,), train, other)[0].remarks)


def test_ordinary_columns_raise_no_remark():
    assert remarks("int", [18, 40, 18, 65] * 100) == set()
    assert remarks("float", list(np.linspace(0, 1, 400)), [0.5] * 10) == set()
    assert remarks("category", ["a", "b", None, "a"] * 100, ["a", None, "b", "b"]) == set()


def test_columns_that_tell_nothing_are_remarked():
    assert remarks("int", [3] * 100) == {"constant"}
    assert remarks("float", [np.nan] * 100) == {"empty"}
    assert remarks("int", list(range(5000, 5400))) == {"identifier"}
    assert remarks("category", [f"id-{n}" for n in range(400)]) == {"many values"}


def test_missing_values_are_remarked_where_they_are_many_or_only_on_one_side():
    assert remarks("float", [1.0, 2.0, np.nan, np.nan, np.nan] * 50) == {"mostly missing"}
    assert remarks("float", [1.0, 2.0] * 50, [1.0, np.nan] * 5) == {"missing differs"}


def test_distinct_wide_numbers_are_no_identifier():
    assert remarks("int", [n * 1000 for n in range(400)]) == set()


def test_rows_shared_by_training_and_test_are_counted():
    train = pd.DataFrame({"a": pd.Categorical(["x", "y", "z", "z"]), "b": [1, 2, 3, 3]})
    test = pd.DataFrame({"a": pd.Categorical(["z", "x"]), "b": [3, 2]})
    assert shared_rows(train, test) == 1
    assert repeated_rows(train) == 1
