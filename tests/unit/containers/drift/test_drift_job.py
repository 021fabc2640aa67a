"""Drift jobs on what a real model was asked: clean, shifted, labelled, and in every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autogluon_contracts.documents.drift_baseline import DriftBaseline
from autogluon_jobs.serving.served_model import ServedModel
from tests.unit.containers import shop_data
from tests.unit.containers.drift.drift_folder import DriftFolder
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.report.page_reader import Page

Rows = list[dict[str, Any]]
Change = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, shop_job: JobFolder) -> DriftFolder:
    return DriftFolder(tmp_path).of_model(shop_job)


def ask(
    folder: DriftFolder, shop: ServedModel, rows: Rows, accept: str = "text/csv", **ids: str
) -> None:
    """Have the model answer some rows, and capture it."""
    body = shop_data.csv_of(rows, shop_data.FEATURES)
    answer = shop.answer(body, "text/csv", accept)
    folder.capture(body, answer.body, accept=answer.content_type, **ids)  # type: ignore[arg-type]


def changed(rows: Rows, change: Change) -> Rows:
    return [{**row, **change(row)} for row in rows]


def drifted(folder: DriftFolder) -> set[tuple[str, str, str]]:
    return {(each.part, each.column, each.aspect) for each in folder.report.drifted}


def test_the_training_job_leaves_a_baseline_of_counts(shop_job: JobFolder) -> None:
    text = (shop_job.output_data / "baseline.json").read_text(encoding="utf-8")
    found = DriftBaseline.from_text(text)
    by_name = {each.name: each for each in found.features}
    assert tuple(by_name) == shop_data.FEATURES
    assert by_name["age"].present == 500
    assert by_name["age"].counted == 400  # the others gave the edges
    assert by_name["score"].missing > 20
    assert by_name["grade"].comparison == "values"
    assert set(by_name["grade"].values) == {"1", "A1", "B2", "NA"}
    assert by_name["note"].comparison == "lengths"
    assert by_name["joined"].comparison == "nothing"
    assert [each.name for each in found.answers] == ["bought", "yes_proba"]
    assert found.held_out == 150
    assert found.quality is not None
    assert found.quality.column.values == ("right", "wrong")
    # No row is in it.
    assert shop_data.rows(1, seed=1)[0]["note"] not in text


def test_clean_requests_name_nothing(folder: DriftFolder, shop: ServedModel) -> None:
    for row in shop_data.rows(120, seed=11):
        ask(folder, shop, [row])
    assert folder.run() == 0
    report = folder.report
    assert report.outcome == "compared"
    assert (report.requests, report.rows) == (120, 120)
    assert report.drifted == ()
    assert {each.part for each in report.comparisons} == {"feature", "answer"}
    assert "Nothing has drifted" in Page(folder.page).text


def test_a_shift_and_a_new_category_are_named(folder: DriftFolder, shop: ServedModel) -> None:
    rows = shop_data.rows(120, seed=12)
    for number, row in enumerate(rows):
        new = {"zip": "77777"} if number % 10 == 0 else {}
        ask(folder, shop, [{**row, **new, "age": str(int(row["age"]) + 25)}])
    assert folder.run() == 0
    found = drifted(folder)
    assert ("feature", "age", "distribution") in found
    assert ("feature", "zip", "new values") in found
    assert {column for part, column, _ in found if part == "feature"} == {"age", "zip"}
    [new_zip] = [each for each in folder.report.drifted if each.aspect == "new values"]
    assert new_zip.new_values == ("77777",)
    page = Page(folder.page)
    assert "“age”" in page.text
    assert "77777" in page.text
    assert page.repeated_ids() == []
    assert len(page.images) >= 2


def test_other_answers_are_named(folder: DriftFolder, shop: ServedModel) -> None:
    ask(folder, shop, changed(shop_data.rows(100, seed=13), lambda _: {"score": "2.0"}))
    assert folder.run() == 0
    assert any(part == "answer" for part, _, _ in drifted(folder))


@pytest.mark.parametrize(
    "accept",
    ["text/csv", "application/json", "application/jsonl", "application/x-parquet"],
)
def test_answers_are_read_in_every_format(
    folder: DriftFolder, shop: ServedModel, accept: str
) -> None:
    ask(folder, shop, shop_data.rows(60, seed=14), accept)
    assert folder.run() == 0
    assert {each.column for each in folder.report.comparisons if each.part == "answer"} == {
        "bought",
        "yes_proba",
    }


def test_requests_are_read_in_every_format(folder: DriftFolder, shop: ServedModel) -> None:
    rows = shop_data.rows(60, seed=15)
    records = [shop_data.record(row) for row in rows]
    records[0]["zip"] = "77777"
    bodies = {
        "application/json": json.dumps(records[:20]),
        "application/jsonl": "\n".join(json.dumps(each) for each in records[20:40]),
        "text/csv": shop_data.csv_of(rows[40:], shop_data.FEATURES),
    }
    for content_type, body in bodies.items():
        answer = shop.answer(body, content_type, "text/csv")
        folder.capture(body, answer.body, content_type=content_type)
    assert folder.run() == 0
    assert folder.report.rows == 60
    [new] = [
        each
        for each in folder.report.comparisons
        if (each.column, each.aspect) == ("zip", "new values")
    ]
    assert new.new_values == ("77777",)


def test_quality_is_judged_once_labels_arrive(folder: DriftFolder, shop: ServedModel) -> None:
    rows, lines = shop_data.rows(200, seed=16), ["inference_id,row,bought"]
    for at in range(0, 200, 2):
        ask(folder, shop, rows[at : at + 2], inference_id=f"request-{at}")
        for row in (1, 2):
            truth = rows[at + row - 1]["bought"]
            lines.append(f"request-{at},{row},{'yes' if truth == 'no' else 'no'}")
    folder.put("labels", "labels.csv", "\n".join([*lines, "unknown,1,yes"]) + "\n")
    assert folder.run(has_labels=True) == 0
    assert folder.report.labelled_rows == 200
    assert ("quality", "bought", "errors") in drifted(folder)


def test_right_answers_are_no_drift(folder: DriftFolder, shop: ServedModel) -> None:
    rows, lines = shop_data.rows(100, seed=17), ["inference_id,bought"]
    for at, row in enumerate(rows):
        ask(folder, shop, [row], inference_id=str(at))
        lines.append(f"{at},{row['bought']}")
    folder.put("labels", "labels.csv", "\n".join(lines) + "\n")
    assert folder.run(has_labels=True) == 0
    [quality] = [each for each in folder.report.comparisons if each.part == "quality"]
    assert not quality.drifted


def test_only_the_periods_requests_count(folder: DriftFolder, shop: ServedModel) -> None:
    body = shop_data.csv_of(shop_data.rows(60, seed=18), shop_data.FEATURES)
    folder.capture(body, None)
    folder.capture(body, None, moment="2026-11-29T01:59:59Z")
    folder.capture(body, None, moment="2026-11-29T03:00:00Z")
    assert folder.run() == 0
    assert folder.report.requests == 1
    assert any("No answers were captured" in note for note in folder.report.notes)


def test_too_few_rows_are_not_compared(folder: DriftFolder, shop: ServedModel) -> None:
    ask(folder, shop, shop_data.rows(10, seed=19))
    assert folder.run() == 0
    assert folder.report.outcome == "too few rows"
    assert folder.report.comparisons == ()
    assert "at least 50" in Page(folder.page).text


def test_requests_that_cannot_be_read_are_counted(folder: DriftFolder, shop: ServedModel) -> None:
    ask(folder, shop, shop_data.rows(60, seed=20))
    folder.capture("age\nold\n", None)
    folder.capture("x", None, content_type="application/pdf")
    assert folder.run() == 0
    assert folder.report.unreadable_requests == 2


def test_only_the_columns_asked_for_are_compared(folder: DriftFolder, shop: ServedModel) -> None:
    ask(folder, shop, shop_data.rows(60, seed=21))
    assert folder.run(columns=["age", "zip"]) == 0
    of_features = {each.column for each in folder.report.comparisons if each.part == "feature"}
    assert of_features == {"age", "zip"}


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("id,bought\n1,yes\n", 'The labels have no column "inference_id".'),
        ("inference_id,what\n1,yes\n", 'The labels have no column "bought".'),
        ("inference_id,row,bought\n1,zero,yes\n", '"row" must be a whole number from 1'),
        ("inference_id,bought\n1,yes\n1,no\n", "another label for the same request and row"),
    ],
)
def test_labels_that_cannot_be_joined_are_refused(
    folder: DriftFolder, capsys: pytest.CaptureFixture[str], labels: str, sentence: str
) -> None:
    folder.put("labels", "labels.csv", labels)
    assert folder.run(has_labels=True) == 1
    assert sentence in folder.message
    assert sentence not in capsys.readouterr().err


def test_another_file_among_the_captured_ones_is_refused(folder: DriftFolder) -> None:
    folder.lines.append("{}")
    assert folder.run() == 1
    assert "not a record of SageMaker's data capture" in folder.message


def test_the_log_has_no_values_of_the_data(
    folder: DriftFolder, shop: ServedModel, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = changed(shop_data.rows(100, seed=22), lambda _: {"zip": "77777"})
    ask(folder, shop, rows)
    assert folder.run() == 0
    said = capsys.readouterr()
    assert "AGDRIFT requests=1 rows=100" in said.out
    assert "77777" not in said.out + said.err
