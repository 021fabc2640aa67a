"""A cell is read by the schema alone: whatever stands above and below it changes nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autogluon_jobs.conversion.conversion import convert_column
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.requests.records import column_of_values
from autogluon_jobs.schema.feature_schema import Feature
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import FEATURES as SHOP
from tests.unit.containers.shop_data import csv_of, record
from tests.unit.containers.test_row_reading import FEATURES, VALUES

WHOLE = FEATURES[0]
LARGE = [2**53 + 1, -(2**53) - 1, 2**60 + 1, 2**63 - 1, -(2**63)]
AS_FLOATS = {"1e3": 1000, "5.0": 5, "-0.0": 0, "9007199254740991.0": 2**53 - 1, "+7.": 7, 9.0: 9}
NEAR_THE_EDGES = st.sampled_from([*map(str, LARGE), *LARGE, *AS_FLOATS, 2**63, "1e400", "007"])
ODD_CELLS = VALUES | NEAR_THE_EDGES


def read(feature: Feature, values: list[Any]) -> Any:
    return convert_column(feature, column_of_values(feature, values), row_of_request)


def read_or_none(feature: Feature, value: Any) -> Any:
    try:
        return read(feature, [value])
    except InputError:
        return None


@settings(max_examples=400, database=None)
@given(feature=st.sampled_from([*FEATURES, WHOLE]), values=st.lists(ODD_CELLS, max_size=6))
def test_cells_together_have_the_values_they_have_alone(feature, values):
    alone = [read_or_none(feature, value) for value in values]
    if any(value is None for value in alone):
        with pytest.raises(InputError):
            read(feature, values)
    accepted = [at for at, value in enumerate(alone) if value is not None]
    if accepted:
        together = read(feature, [values[at] for at in accepted])
        wanted = np.concatenate([alone[at] for at in accepted])
        assert together.dtype == wanted.dtype
        np.testing.assert_array_equal(together, wanted)


@pytest.mark.parametrize("spelling", AS_FLOATS)
@pytest.mark.parametrize("quoted", [True, False])
def test_large_whole_numbers_keep_their_digits_beside_a_float(spelling, quoted):
    large = [str(value) if quoted else value for value in LARGE]
    values = read(WHOLE, [*large, spelling, *large])
    assert values.tolist() == [*LARGE, AS_FLOATS[spelling], *LARGE]


@pytest.mark.parametrize("beside", [[], ["1e3"], [str(2**53 + 1), "5.0"]])
@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("9007199254740993.0", "has digits that a float may lose"),
        ("9007199254740992.0", "has digits that a float may lose"),
        ("-1e300", "has digits that a float may lose"),
        ("1e400", "does not fit a 64-bit float"),
        ("9223372036854775808", "does not fit a 64-bit whole number"),
        ("40.5", "is not a whole number"),
        ("007", "is not a whole number"),
    ],
)
def test_a_refused_cell_gets_the_same_sentence_beside_any_other(beside, cell, problem):
    row = len(beside) + 1
    with pytest.raises(InputError, match=rf'^Column "whole", row {row}: "{cell}" {problem}\.'):
        read(WHOLE, [*beside, cell])


@pytest.mark.parametrize("value", [2.0**53, -(2.0**53), 2.0**60, 0.5])
def test_a_typed_float_that_may_have_lost_digits_is_refused(value):
    with pytest.raises(InputError, match="is not a 64-bit whole number"):
        convert_column(WHOLE, pa.array([1.0, value]), row_of_request)


def test_typed_decimals_are_read_to_the_ends_of_64_bits():
    ends = [2**63 - 1, -(2**63), 2**53 + 1]
    decimals = pa.array([Decimal(value) for value in ends], pa.decimal128(38, 0))
    assert convert_column(WHOLE, decimals, row_of_request).tolist() == ends


@pytest.mark.parametrize("count", [2, 300])
def test_a_model_answers_large_numbers_beside_a_float_as_it_does_alone(shop, count):
    rows = shop_data.rows(count, seed=5)
    for at, row in enumerate(rows):
        row["age"] = (str(2**53 + 1), "1e3")[at % 2]

    def answers(body: str, content_type: str) -> list[Any]:
        text, *_ = shop.answer(body, content_type, "application/json")
        return list(json.loads(text))

    alone = [answers(csv_of([row], SHOP), "text/csv")[0] for row in rows]
    assert answers(csv_of(rows, SHOP), "text/csv") == alone
    typed = [
        record(row | {"age": "0"}) | {"age": 1000.0 if row["age"] == "1e3" else int(row["age"])}
        for row in rows
    ]
    assert answers(json.dumps(typed), "application/json") == alone
    lines = "\n".join(map(json.dumps, typed))
    assert answers(lines, "application/jsonl") == alone
