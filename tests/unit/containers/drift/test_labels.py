"""Labels and answers of one class are equal, however their files write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autogluon_jobs.drift.answers import answer_values
from autogluon_jobs.drift.captured import Payload
from autogluon_jobs.drift.labels import read_labels
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import FeatureSchema


def of_classes(*classes: Any) -> FeatureSchema:
    return FeatureSchema("y", "multiclass", (), classes=classes)


def labels_of(folder: Path, schema: FeatureSchema, *cells: str) -> list[Any]:
    lines = [f"{number},{cell}" for number, cell in enumerate(cells)]
    (folder / "labels.csv").write_text("\n".join(["inference_id,y", *lines]) + "\n")
    return list(read_labels(folder, schema).values())


@pytest.mark.parametrize(
    ("classes", "cells", "texts"),
    [
        ((False, True), ["true", "True", "FALSE", ""], ["True", "True", "False"]),
        # pandas writes whole numbers so where others of the column are missing.
        ((0, 1), ["1.0", "", "0.0"], ["1", "0"]),
        ((0.5, 1.0), ["0.50", "1"], ["0.5", "1.0"]),
        (("01", "1"), ["01", "1"], ["01", "1"]),
        ((0, 1), ["2", "none"], ["2", "none"]),
    ],
)
def test_a_class_is_told_by_its_value(
    tmp_path: Path, classes: tuple[Any, ...], cells: list[str], texts: list[str]
) -> None:
    assert labels_of(tmp_path, of_classes(*classes), *cells) == texts


@pytest.mark.parametrize("body", ['[{"y": true}, {"y": false}]', "y\nTrue\nFalse\n"])
def test_answers_have_the_same_texts(body: str) -> None:
    content_type = "application/json" if body.startswith("[") else "text/csv"
    found = answer_values(of_classes(False, True), Payload(content_type, body), rows=2)
    assert found is not None
    assert found.labels == ["True", "False"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", json.dumps([[1, 2]])),
        ("application/json", json.dumps({"error": "x"})),
        ("text/csv", ""),
        ("application/x-parquet", "PAR1"),
    ],
)
def test_an_answer_in_another_form_is_not_compared(content_type: str, body: str) -> None:
    assert answer_values(of_classes("a", "b"), Payload(content_type, body), rows=1) is None


@pytest.mark.parametrize("cell", ["about 3", "nan", "inf"])
def test_a_label_of_a_regression_is_a_finite_number(tmp_path: Path, cell: str) -> None:
    schema = FeatureSchema("y", "regression", ())
    assert labels_of(tmp_path, schema, "3") == [3.0]
    with pytest.raises(InputError, match='"y" must be a number'):
        labels_of(tmp_path, schema, cell)
