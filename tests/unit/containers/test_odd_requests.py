"""A sample of the corpus of odd requests; the whole of it is run by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from autogluon_jobs.conversion import conversion, from_arrow, two_valued
from autogluon_jobs.formats import csv_text
from autogluon_jobs.requests import bad_rows, csv_layout, parse_csv
from benchmarks.odd.corpus import BY_ROW, OddRequest
from benchmarks.odd.judge import Judge, Reply
from benchmarks.odd.models import LABEL, ODD_MODELS, OddModel, train
from benchmarks.odd.results import write_outcome
from benchmarks.odd_requests import Outcome, run
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.trained_once import train_once

MODELS = {model.name: model for model in ODD_MODELS}
Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Callable[[OddModel], Path]:
    folder = tmp_path_factory.mktemp("odd")

    def artifact(model: OddModel) -> Path:
        recipe = (model.name, model.members, model.rows(500, seed=1))
        return train_once(folder / model.name, recipe, partial(train, model)) / "model"

    return artifact


def test_odd_requests_get_their_rows_answers_or_a_sentence(shop_job: JobFolder) -> None:
    statuses = run(shop_job.model, shop_data.rows(50, seed=9), count=400, seed=1).statuses
    assert statuses["200"] > 40
    assert statuses["400"] > 100
    assert set(statuses) == {"200", "400"}


@pytest.mark.parametrize("name", MODELS)
def test_so_they_do_with_every_kind_of_column(
    artifact: Callable[[OddModel], Path], name: str
) -> None:
    model = MODELS[name]
    outcome = run(artifact(model), model.rows(100, seed=2), count=300, seed=2)
    assert set(outcome.statuses) == {"200", "400"}
    assert min(outcome.statuses.values()) > 50
    kinds = " ".join(outcome.kinds)
    for part in ("x-parquet", "x-autogluon", "csv cut", "jsonl cut", "parquet cut", BY_ROW):
        assert part in kinds


def shown_by_python(patch: Patch) -> None:
    for module in (from_arrow, two_valued):
        patch.setattr(module, "cell_value", lambda column, row: column[row].as_py())


def missing_floats_stay_floats(patch: Patch) -> None:
    kept = SimpleNamespace(types=pa.types, string=pa.string, nulls=_floats)
    patch.setattr(conversion, "pa", kept)


def _floats(count: int, _: Any) -> Any:
    return pa.nulls(count, pa.float64())


def any_header_is_a_row_of_texts(patch: Patch) -> None:
    patch.setattr(csv_layout, "is_free_text", lambda _: False)


def rows_need_no_known_value(patch: Patch) -> None:
    patch.setattr(parse_csv, "require_known_values", lambda *_: None)


def marks_are_dropped(patch: Patch) -> None:
    read = csv_text.read_columns
    mark = "\ufeff".encode()
    patch.setattr(
        csv_text, "read_columns", lambda data, *args, **more: read(
            data.removeprefix(mark) or b"\n", *args, **more)
    )  # fmt: skip


def refused_rows_refuse_the_request(patch: Patch) -> None:
    def refuse(_: Any, error: Exception) -> Any:
        raise error

    patch.setattr(bad_rows, "without_refused", refuse)


@pytest.mark.parametrize(
    ("bug", "name", "problem"),
    [
        (shown_by_python, "categories alone", "status 500"),
        (missing_floats_stay_floats, "a category and a text", "where rows alone are answered"),
        (any_header_is_a_row_of_texts, "one text", "where rows alone are answered"),
        (rows_need_no_known_value, "one text", "although columns or layout are wrong"),
        (marks_are_dropped, "a category and a text", "where (each row|it) alone gets"),
        (refused_rows_refuse_the_request, "numbers alone", "where rows alone are answered"),
    ],
)
def test_mistakes_that_there_were_fail_the_corpus(
    artifact: Callable[[OddModel], Path], monkeypatch: Patch, bug: Any, name: str, problem: str
) -> None:
    model = MODELS[name]
    folder = artifact(model)
    bug(monkeypatch)
    with pytest.raises(AssertionError, match=problem):
        run(folder, model.rows(100, seed=2), count=2000, seed=3)


def test_a_wrong_answer_fails_the_corpus(shop_job: JobFolder, monkeypatch: Patch) -> None:
    monkeypatch.setattr(Judge, "problem", lambda *_: "wrong")
    with pytest.raises(AssertionError, match="wrong"):
        run(shop_job.model, shop_data.rows(5, seed=9), count=3)


GOOD = {"a": "1"}
BAD = {"a": "bad"}
BAD_ROW = {"label": None, "row_error": "A sentence that says what is wrong here."}
GOOD_ROW = {"label": "1", "row_error": None}
SENTENCE = "Column a, row 1 holds no number."


def problem_of(reply: Any, status: int = 200, **request: Any) -> str | None:
    judge = Judge(lambda row: None if row == BAD else {"label": row["a"]})
    given = OddRequest(b"", "text/csv", **{"rows": [GOOD], **request})
    body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
    return judge.problem(given, Reply(status, body))


def test_the_judge_sees_what_is_wrong() -> None:
    assert problem_of([{"label": "1"}]) is None
    assert "where each row alone gets" in (problem_of([{"label": "2"}]) or "")
    assert problem_of({}, 500) == "status 500"
    assert "no sentence" in (problem_of({"detail": "bad"}, 400) or "")
    assert "although columns" in (problem_of([{"label": "1"}], broken=True) or "")
    assert "invalid JSON" in (problem_of(b'[{"label": Infinity}]') or "")


def test_the_judge_sees_a_sound_request_that_is_refused() -> None:
    refused = {"detail": SENTENCE}
    assert "where rows alone are answered" in (problem_of(refused, 400) or "")
    assert problem_of(refused, 400, rows=[GOOD, BAD]) is None
    assert problem_of(refused, 400, broken=True) is None
    header = {"detail": "Row 1 may be a header with other names."}
    assert problem_of(header, 400) is not None
    assert problem_of(header, 400, headless=True) is None


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([GOOD_ROW, BAD_ROW], None),
        ([GOOD_ROW], "answered 1 rows instead of 2"),
        ([BAD_ROW, BAD_ROW], "row 1 got"),
        ([GOOD_ROW, GOOD_ROW], "row 2 got"),
        ([GOOD_ROW | {"label": "2"}, BAD_ROW], "row 1 got"),
        ([GOOD_ROW, BAD_ROW | {"label": "1"}], "row 2 has the error"),
        ([GOOD_ROW, BAD_ROW | {"row_error": "bad"}], "row 2 has the error"),
    ],
)
def test_the_judge_looks_at_every_row_where_each_has_its_error(
    answers: list[Any], problem: str | None
) -> None:
    found = problem_of(answers, rows=[GOOD, BAD], attributes=BY_ROW)
    assert found == problem if problem is None else problem in (found or "")
    refused = problem_of({"detail": SENTENCE}, 400, rows=[GOOD, BAD], attributes=BY_ROW)
    assert "where rows alone are answered" in (refused or "")
    every = problem_of([GOOD_ROW, GOOD_ROW], rows=None, broken=True, attributes=BY_ROW)
    assert "answered every row although" in (every or "")


def test_the_page_of_a_run_says_how_many_were_drawn_and_answered(tmp_path: Path) -> None:
    outcome = Outcome()
    outcome.statuses.update({"200": 1200, "400": 3400})
    outcome.kinds.update({"text/csv": 4600})
    page = write_outcome({"a": (outcome.statuses, outcome.kinds)}, tmp_path)
    assert (tmp_path / "odd_requests.md").read_text() == page
    for part in ("drew 4,600 odd", "1,200 times 200, 3,400 times 400", "| a | 4,600 | 1,200 |"):
        assert part in page


def test_the_label_of_the_models_is_no_feature() -> None:
    for model in ODD_MODELS:
        assert LABEL in model.rows(1, seed=1)[0]
