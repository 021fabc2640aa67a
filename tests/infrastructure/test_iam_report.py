"""Each granted action is used by the recorded end-to-end tests, or kept for a reason."""

from __future__ import annotations

import pytest

from scripts.iam_report.granted import Statement, statements_of, synthesized
from scripts.iam_report.mutations import is_caught
from scripts.iam_report.page import PAGE, page
from scripts.iam_report.recording import Use, load
from scripts.iam_report.report import (
    Acknowledgment,
    Row,
    acknowledged,
    rows_of,
    stale,
    unexplained,
)
from tests.never_empty import never_empty


@pytest.fixture(scope="module")
def statements() -> list[Statement]:
    return statements_of(synthesized())


@pytest.fixture(scope="module")
def uses() -> list[Use]:
    return load()


@pytest.fixture(scope="module")
def rows(statements: list[Statement], uses: list[Use]) -> list[Row]:
    return rows_of(statements, uses, acknowledged())


def test_no_unused_action_lacks_a_reason(rows: list[Row]) -> None:
    assert unexplained(never_empty(rows)) == [], "remove it, or say why in acknowledged.yaml"


def test_no_reason_outlives_its_unused_action(rows: list[Row]) -> None:
    assert stale(rows, never_empty(acknowledged())) == []


def test_the_page_is_as_the_script_writes_it(rows: list[Row]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(rows), "run python -m scripts.iam_report"


def test_each_role_did_something(rows: list[Row]) -> None:
    for label in {row.label for row in never_empty(rows)}:
        assert any(row.count for row in rows if row.label == label), label


def test_the_removal_of_a_used_action_is_caught_and_of_an_unused_one_is_not(
    rows: list[Row],
) -> None:
    for row in never_empty(rows):
        assert row.is_caught == (row.count > 0), (row.label, row.action)


def test_a_new_grant_and_a_needless_reason_are_found(
    statements: list[Statement], uses: list[Use]
) -> None:
    train = next(s for s in statements if s.label == "Workflows/TrainRole")
    new = Statement(train.role, train.label, ("sagemaker:DeleteEndpoint",), ("*",))
    assert not is_caught(new, "sagemaker:DeleteEndpoint", uses)
    found = rows_of([new], uses, [])
    assert unexplained(found) == ["Workflows/TrainRole: sagemaker:DeleteEndpoint"]
    reasons = [Acknowledgment(("sagemaker:DeleteEndpoint",), "Workflows/*", "so")]
    assert unexplained(rows_of([new], uses, reasons)) == []
    assert stale(found, [*reasons, Acknowledgment(("s3:GetObject",), "*", "so")]) == [
        "*: s3:GetObject"
    ]
