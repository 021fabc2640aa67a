"""Categories that training did not see: answered as missing ones, counted for the caller alone."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_jobs.serving.codecs import Answer
from autogluon_jobs.serving.real_time import RealTimeModel
from autogluon_jobs.serving.served_model import ServedModel
from autogluon_jobs.serving.server_config import ServingConfig
from tests.unit.containers import shop_data
from tests.unit.containers.shop_data import FEATURES, csv_of, record
from tests.unit.containers.test_formats import AUTOGLUON, PARQUET, envelope, frame, parquet_of

COLUMN = "zip"
ROWS = shop_data.rows(200, seed=5)


def cells_of(answer: Answer) -> int:
    assert answer.unknown is not None
    return answer.unknown.cells


def changed(rows: list[dict[str, Any]], *at: int, word: str = "Mars") -> list[dict[str, Any]]:
    """The rows with another category at some positions."""
    return [row | {COLUMN: word} if number in at else row for number, row in enumerate(rows)]


def bodies(rows: list[dict[str, Any]]) -> list[tuple[str | bytes, str]]:
    records = [record(row) for row in rows]
    table = frame(rows)
    return [
        (csv_of(rows), "text/csv"),
        (json.dumps(records), "application/json"),
        (json.dumps([[row[name] for name in FEATURES] for row in records]), "application/json"),
        ("\n".join(map(json.dumps, records)), "application/jsonlines"),
        (parquet_of(table), PARQUET),
        (parquet_of(table.astype({COLUMN: "category"})), PARQUET),
        (envelope(table), AUTOGLUON),
    ]


@pytest.mark.parametrize("count", [20, 200])  # read cell by cell, and by columns
@pytest.mark.parametrize("attributes", ["", "on_error=row"])
def test_they_are_counted_in_every_format(shop: ServedModel, count: int, attributes: str) -> None:
    for body, kind in bodies(changed(ROWS[:count], 3, 7)):
        answer = shop.answer(body, kind, "application/json", attributes)
        assert answer.unknown == UnknownCategories(2, (COLUMN,)), kind
    for body, kind in bodies(ROWS[:count]):
        assert cells_of(shop.answer(body, kind, "application/json", attributes)) == 0


@pytest.mark.parametrize("count", [1, 20, 200])
def test_they_are_answered_as_missing_cells_which_are_not_counted(
    shop: ServedModel, count: int
) -> None:
    of_word = shop.answer(csv_of(changed(ROWS[:count], 0)), "text/csv", "text/csv")
    of_gap = shop.answer(csv_of(changed(ROWS[:count], 0, word="")), "text/csv", "text/csv")
    assert of_word.body == of_gap.body
    assert (cells_of(of_word), cells_of(of_gap)) == (1, 0)


def test_rows_that_cannot_be_read_are_not_counted(shop: ServedModel) -> None:
    rows = [record(row) for row in changed(ROWS[:5], 0, 1)]
    rows[1]["age"] = "old"
    answer = shop.answer(json.dumps(rows), "application/json", "application/json", "on_error=row")
    assert answer.unknown == UnknownCategories(1, (COLUMN,))


def test_callers_that_are_answered_together_are_told_of_their_own_cells(shop: ServedModel) -> None:
    model = RealTimeModel(shop.schema, shop.engine, ServingConfig())
    together = threading.Barrier(8)

    def cells(number: int) -> int:
        together.wait(30)
        body = json.dumps([record(row) for row in changed(ROWS[:8], *range(number))])
        return cells_of(model.answer(body, "application/json", "application/json"))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(cells, range(8))) == list(range(8))
