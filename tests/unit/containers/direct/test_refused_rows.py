"""Rows that can be read but not predicted: each is named by its place, and costs itself alone."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from autogluon_jobs.bulk import chunks, main, readers
from autogluon_jobs.bulk.capacity import Capacity
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.messages.errors import InputError, RowError
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.serving.real_time import RealTimeModel
from autogluon_jobs.serving.served_model import ServedModel
from autogluon_jobs.tabular.direct import engine
from tests.unit.containers.direct.conftest import Trained, holdout
from tests.unit.containers.test_bulk import BulkFolder

HEADER, *LINES = holdout("housing").decode().splitlines()[:60]
TOO_LARGE = 1e39


@pytest.fixture(params=["direct", "autogluon"])
def model(request: pytest.FixtureRequest, housing: Trained) -> ServedModel:
    found: Engine = getattr(housing, request.param)
    return RealTimeModel(housing.schema, found)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    names = HEADER.split(",")
    return [dict(zip(names, line.split(","), strict=True)) for line in LINES]


def ask(model: ServedModel, rows: list[dict[str, Any]], attributes: str = "") -> Any:
    body, *_ = model.answer(json.dumps(rows), "application/json", "application/json", attributes)
    return json.loads(body)


@pytest.mark.parametrize("count", [4, 50])
def test_with_on_error_row_a_refused_row_costs_itself(
    model: ServedModel, rows: list[dict[str, Any]], count: int
) -> None:
    asked = [dict(row) for row in rows[:count]]
    asked[0]["population"] = "many"
    asked[2]["population"] = TOO_LARGE
    asked[count - 1]["households"] = -TOO_LARGE
    answers = ask(model, asked, "on_error=row")
    sentences = {at: row["row_error"] for at, row in enumerate(answers) if row["row_error"]}
    assert list(sentences) == [0, 2, count - 1]
    assert 'Column "population", row 1' in sentences[0]
    assert sentences[2].startswith("A number in row 3 is too large for this predictor")
    assert sentences[count - 1].startswith(f"A number in row {count} is too large")
    good = [at for at in range(count) if at not in sentences]
    alone = [row["Price"] for row in ask(model, [asked[at] for at in good])]
    assert [answers[at]["Price"] for at in good] == alone


def test_nothing_but_refused_rows_is_still_an_answer(
    model: ServedModel, rows: list[dict[str, Any]]
) -> None:
    answers = ask(model, [rows[0] | {"population": TOO_LARGE}] * 3, "on_error=row")
    assert [row["Price"] for row in answers] == [None] * 3
    assert [row["row_error"][:18] for row in answers] == [
        f"A number in row {at}" + " " for at in (1, 2, 3)
    ]


def test_without_it_the_request_is_refused_by_the_first_of_them(
    model: ServedModel, rows: list[dict[str, Any]]
) -> None:
    large = rows[0] | {"population": TOO_LARGE}
    with pytest.raises(InputError, match="A number in row 2 is too large"):
        ask(model, [rows[0], large, rows[1], large])


def test_rows_are_counted_over_the_parts_that_are_encoded_at_once(
    housing: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_MOST_CELLS", 4 * len(housing.schema.features))
    table = [[1.0] * 8 + ["INLAND"] for _ in range(20)]
    table[13][3] = table[14][3] = TOO_LARGE
    with pytest.raises(RowError, match="A number in row 14 is too large") as caught:
        housing.direct.predict(Request(table_of_lists(RowReader(housing.schema), table)))
    assert set(caught.value.positions) <= {13, 14}


@pytest.mark.parametrize("batch_rows", [7, 1000])
def test_a_bulk_job_names_the_row_of_the_file(
    housing: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch_rows: int
) -> None:
    monkeypatch.setattr(main, "capacity_of", lambda *_, **__: Capacity(1, 1))
    monkeypatch.setattr(chunks, "_SMALLEST_CHUNK_BYTES", 700)
    monkeypatch.setattr(chunks, "LARGEST_CHUNK_BYTES", 700)
    monkeypatch.setattr(readers, "BATCH_ROWS", batch_rows)
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        for entry in sorted(housing.artifact.iterdir()):
            tar.add(entry, arcname=entry.name)
    lines = list(LINES)
    cells = lines[41].split(",")
    cells[HEADER.split(",").index("population")] = "1e39"
    lines[41] = ",".join(cells)
    bulk = BulkFolder(tmp_path / "bulk", archive)
    columns = {"columns": HEADER.split(","), "id_column": None}
    assert bulk.run({"a.csv": "\n".join([HEADER, *lines]) + "\n"}, **columns) == 1
    assert bulk.message.startswith("A number in row 42 of a.csv is too large for this predictor")
