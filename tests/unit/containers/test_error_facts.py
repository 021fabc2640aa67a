"""What a refusal tells programs, beside the sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_contracts.document import written
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import ServedModel
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import csv_of, record

ROWS = shop_data.rows(3, seed=3)
NAMES = list(shop_data.FEATURES)


def facts_of(model: ServedModel, body: str, kind: str, accept: str = "application/json") -> Any:
    with pytest.raises(InputError) as caught:
        model.answer(body, kind, accept)
    # As the answer has them: tuples become lists.
    return json.loads(json.dumps(written(caught.value.facts)))


def changed(**values: Any) -> str:
    return json.dumps([record(ROWS[0]), {**record(ROWS[1]), **values}])


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_cell_is_named_by_column_row_and_value(shop: ServedModel, kind: str) -> None:
    bad = {**ROWS[1], "age": "old"}
    body = changed(age="old") if kind == "json" else csv_of([ROWS[0], bad])
    told = facts_of(shop, body, {"json": "application/json", "csv": "text/csv"}[kind])
    assert told == {"code": "invalid_cell", "column": "age", "row": 2, "value": "old"}


@pytest.mark.parametrize(
    ("change", "column"), [({"agee": 1}, "agee"), ({"age": ...}, "age")], ids=["unknown", "missing"]
)
def test_a_key_is_named_with_those_that_the_model_has(
    shop: ServedModel, change: dict[str, Any], column: str
) -> None:
    row = {**record(ROWS[0]), **change}
    body = json.dumps([{name: value for name, value in row.items() if value is not ...}])
    told = facts_of(shop, body, "application/json")
    assert told == {"code": "invalid_columns", "column": column, "row": 1, "allowed": NAMES}


def test_a_header_is_named_without_a_row(shop: ServedModel) -> None:
    told = facts_of(shop, csv_of(ROWS).replace("age", "agee", 1), "text/csv")
    assert (told["code"], told["column"], "row" in told) == ("invalid_columns", "agee", False)


@pytest.mark.parametrize(
    ("kind", "accept", "wrong"),
    [("text/xml", "text/csv", "text/xml"), ("text/csv", "image/png", "image/png")],
)
def test_a_type_is_named_with_those_that_the_endpoint_has(
    shop: ServedModel, kind: str, accept: str, wrong: str
) -> None:
    told = facts_of(shop, csv_of(ROWS), kind, accept)
    assert (told["code"], told["value"]) == ("unsupported_type", wrong)
    assert {"text/csv", "application/x-ndjson"} <= set(told["allowed"])


def test_anything_else_has_the_general_code(shop: ServedModel) -> None:
    assert facts_of(shop, "[", "application/json") == {"code": "invalid_request"}
