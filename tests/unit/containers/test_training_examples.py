"""Examples of a column are values of its own training data."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_jobs.conversion.cell_errors import refuse_cell
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.schema.training_examples import with_examples

FEATURES = (
    Feature("age", "int", "int64", nullable=False),
    Feature("price", "float", "float64", nullable=True),
    Feature("day", "datetime", "datetime64[ns]", nullable=True),
    Feature("empty", "float", "float64", nullable=True),
    Feature("flag", "int", "int64", nullable=False, allowed=(0, 1)),
    Feature("note", "text", "object", nullable=True),
    Feature("image", "category", "category", nullable=True, categories=("a",)),
)
FRAME = pd.DataFrame({
    "age": [70, 20, 30, 40, 50],
    "price": [np.nan, 0.5, 2.5, np.inf, 1.5],
    "day": pd.to_datetime(
        ["2020-01-02", "2020-01-01", "2020-01-03", None, "2020-01-04T05:06:07"], format="ISO8601"
    ),
    "empty": [np.nan] * 5,
    "flag": [0, 1, 0, 1, 0],
    "note": ["about somebody"] * 5,
})  # fmt: skip


def test_quartiles_of_numbers_and_dates_are_kept_and_no_texts() -> None:
    found = {feature.name: feature.examples for feature in with_examples(FEATURES, FRAME)}
    assert found == {
        "age": (30, 40, 50),
        "price": (0.5, 1.5),
        "day": ("2020-01-01", "2020-01-02", "2020-01-03"),
        "empty": None,
        "flag": None,
        "note": None,
        "image": None,
    }


def test_a_million_rows_are_sampled_and_one_row_is_enough() -> None:
    (many,) = with_examples(FEATURES[:1], pd.DataFrame({"age": np.arange(1_000_000)}))
    assert many.examples is not None
    assert [round(value, -4) for value in many.examples] == [250_000, 500_000, 750_000]
    (one,) = with_examples(FEATURES[:1], FRAME[:1])
    assert one.examples == (70,)


def test_they_travel_in_the_schema_and_clients_read_them(tmp_path) -> None:
    schema = FeatureSchema("y", "regression", with_examples(FEATURES, FRAME))
    schema.save(tmp_path)
    assert FeatureSchema.load(tmp_path) == schema
    text = (tmp_path / "feature_schema.json").read_text()
    header = FeatureSchemaHeader.from_text(text)
    assert header.features[0].examples == (30, 40, 50)
    assert "examples" not in json.loads(text)["features"][5]


@pytest.mark.parametrize(
    ("examples", "advice"),
    [
        ((30, 40, 50), "such as 40, as in training"),
        ((12_345_678,), "such as 12345678, as in training"),
        (None, "such as 39, as in training"),
    ],
)
def test_a_refused_cell_is_told_a_value_of_the_column(examples, advice: str) -> None:
    feature = Feature("age", "int", "int64", nullable=False, examples=examples)
    with pytest.raises(InputError) as refused:
        refuse_cell(feature, "row 1", "x", "is not a whole number")
    assert advice in str(refused.value)
