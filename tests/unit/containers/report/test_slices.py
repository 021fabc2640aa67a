"""Weak slices: found where they are, and not where they are too small."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
from autogluon.core.metrics import get_metric

from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows
from autogluon_jobs.tabular.report import report_facts
from autogluon_jobs.tabular.report.slices import slices_section
from tests.unit.containers.report.conftest import class_of
from tests.unit.containers.report.page_reader import page_of

FEATURES = [
    Feature("town", "category", "category", nullable=True, categories=("here", "there")),
    Feature("age", "float", "float64", nullable=True),
]


def facts(frame: pd.DataFrame | None, right: np.ndarray) -> SimpleNamespace:
    truth = np.arange(len(right)) % 2
    answers = np.where(right, truth, 1 - truth)
    judged = JudgedRows(np.arange(len(right)), truth, answers, answers.astype(float))
    metric = get_metric("accuracy", "binary")
    return SimpleNamespace(
        drawn=judged,
        drawn_frame=frame,
        judged_on="test rows",
        features=FEATURES,
        predictor=SimpleNamespace(eval_metric=metric),
        metrics={"metrics": {"accuracy": judged.score(metric)}},
    )


def table_of(frame: pd.DataFrame, right: np.ndarray) -> list[tuple[str, ...]]:
    section = slices_section(facts(frame, right))
    return [row for part in section.parts if part.kind == "table" for row in part.rows]


def test_a_category_that_is_served_badly_comes_first():
    town = np.array(["here"] * 300 + ["there"] * 60)
    frame = pd.DataFrame({"town": pd.Categorical(town), "age": np.tile(np.arange(60.0), 6)})
    first = table_of(frame, town == "here")[0]
    assert (first[0], first[1], *first[3:]) == ("town = there", "0", "60", "16.7 %")


def test_the_quarter_of_a_number_that_is_served_badly_comes_first():
    age = np.arange(400.0)
    frame = pd.DataFrame({"town": pd.Categorical(["here"] * 400), "age": age})
    first = table_of(frame, age < 300)[0]
    assert first[0] == "299.2 ≤ age ≤ 399"
    assert first[3] == "100"


def test_missing_values_are_a_slice():
    age = np.where(np.arange(400) < 50, np.nan, 30.0)
    frame = pd.DataFrame({"town": pd.Categorical(["here"] * 400), "age": age})
    assert table_of(frame, ~np.isnan(age))[0][::3] == ("age is missing", "50")


def test_few_rows_are_no_slice():
    town = np.array(["here"] * 371 + ["there"] * 29)
    frame = pd.DataFrame({"town": pd.Categorical(town), "age": np.full(400, 1.0)})
    assert not [row for row in table_of(frame, town == "here") if row[0] == "town = there"]


def test_rows_that_cannot_be_told_have_no_section():
    assert slices_section(facts(None, np.ones(10, dtype=bool))) is None


def test_a_page_of_many_rows_draws_some_of_them_and_says_so(monkeypatch, finished):
    monkeypatch.setattr(report_facts, "MOST_DRAWN_ROWS", 120)
    page = page_of(finished("many", class_of))
    assert "The charts show a random sample of 120 rows." in page.text
    assert "slices" in [item["id"] for item in page.all("section")]
