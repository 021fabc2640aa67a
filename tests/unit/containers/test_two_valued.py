"""Columns with two values in training: AutoGluon would take a third for one of the two."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import ServedModel, load_model
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.shop_data import csv_of
from tests.unit.containers.trained_once import finish_once

VALUES = {
    "whole": ("0", "1"),
    "number": ("0.5", "1.5"),
    "number_or_missing": ("2.5", ""),
    "date": ("2020-01-01", "2021-05-05"),
    "date_or_missing": ("2020-01-01", ""),
    "sentence": ("one two three", "four five six"),
    "word_or_missing": ("q", ""),
    "true_or_missing": ("true", ""),
    "truth": ("true", "false"),
    "truth_or_missing": ("true", "false", ""),
}
LABEL = "y"


def rows(count: int = 300) -> list[dict[str, Any]]:
    dice = random.Random(1)
    table = []
    for _ in range(count):
        row = {name: dice.choice(values) for name, values in VALUES.items()}
        score = dice.random() + (row["whole"] == "1") + (row["number"] == "0.5")
        table.append(row | {"noise": str(dice.random()), LABEL: "a" if score > 1.4 else "b"})
    # AutoGluon drops classes this rare, and with them the third value of "whole".
    for row in table[:3]:
        row.update({"whole": "2", LABEL: "rare"})
    return table


ROWS = rows()
FEATURES = (*VALUES, "noise")


@pytest.fixture(scope="module")
def job_folder(tmp_path_factory: pytest.TempPathFactory) -> JobFolder:
    folder = JobFolder(Path(tmp_path_factory.mktemp("two-valued")))
    folder.put("train", "train.csv", csv_of(ROWS))
    folder.put_job(LABEL)
    return finish_once(folder)


@pytest.fixture(scope="module")
def model(job_folder: JobFolder) -> ServedModel:
    return load_model(job_folder.model, {})


def ask(model: ServedModel, name: str, cell: str) -> dict[str, Any]:
    body, *_ = model.answer(
        csv_of([ROWS[9] | {name: cell}], FEATURES), "text/csv", "application/json"
    )
    answer: dict[str, Any] = json.loads(body)[0]
    return answer


@pytest.mark.parametrize(
    ("name", "cell"), [(n, cell) for n, cells in VALUES.items() for cell in cells]
)
def test_values_of_training_are_answered(model, name, cell):
    assert ask(model, name, cell)[LABEL] in ("a", "b")


@pytest.mark.parametrize(
    ("name", "same", "other"),
    [("number", "0.5", "0.50"), ("whole", "1", "1.0"), ("truth", "true", "TRUE"),
     ("date", "2020-01-01", "2020-01-01T00:00:00Z")],
)  # fmt: skip
def test_other_spelling_of_a_value_is_that_value(model, name, same, other):
    assert ask(model, name, same) == ask(model, name, other)


@pytest.mark.parametrize(
    ("name", "cell", "allowed"),
    [
        ("whole", "2", "0, 1"),
        ("number", "2.5", "0.5, 1.5"),
        ("number_or_missing", "3", "2.5 or missing"),
        ("date", "2022-01-01", '"2020-01-01T00:00:00", "2021-05-05T00:00:00"'),
        ("date_or_missing", "2022-01-01", '"2020-01-01T00:00:00" or missing'),
        ("sentence", "other words here", '"four five six", "one two three"'),
        ("word_or_missing", "z", '"q" or missing'),
        ("true_or_missing", "false", "true or missing"),
    ],
)
def test_third_value_is_refused_with_the_allowed_ones(model, name, cell, allowed):
    with pytest.raises(InputError) as caught:
        ask(model, name, cell)
    assert f'Column "{name}", row 1: "{cell}" was not seen in training' in str(caught.value)
    assert str(caught.value).endswith(f"Allowed: {allowed}.")


@pytest.mark.parametrize("name", ["whole", "number", "date", "sentence", "truth"])
def test_missing_value_is_refused_where_training_had_none(model, name):
    with pytest.raises(InputError, match=f'"{name}", row 1: the value is missing'):
        ask(model, name, "")


def test_rows_of_a_class_that_is_too_rare_are_named(job_folder):
    assert any('3 rows of "train"' in text and '"rare"' in text
               for text in job_folder.metrics()["warnings"])  # fmt: skip
