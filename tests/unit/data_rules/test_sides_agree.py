"""What one side accepts and how it reads it, every other side does, but for named exceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.data_rules.cases import CASES
from tests.unit.data_rules.outcomes import Case, Outcomes, outcomes

REFUSED = "refused: "
KINDS = {
    "int": "number", "float": "number", "whole number": "number", "empty": "number",
    "datetime": "date", "bool": "category",
}  # fmt: skip
"""Names of one kind: whether all numbers are whole depends on missing ones in training alone."""

OTHER_KINDS: Mapping[str, str] = {
    "the same with `data.date_order: {day: day-month-year}`": "init writes the settings, so it "
    "reads without them",
}
"""Cases whose column has another kind at init than in training, with the reason."""

OUTCOMES: dict[str, Outcomes] = {}


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def found(case: Case, tmp_path: Path) -> Outcomes:
    if case.name not in OUTCOMES:
        OUTCOMES[case.name] = outcomes(case, tmp_path)
    return OUTCOMES[case.name]


def test_init_planner_and_training_accept_the_same(case: Case, found: Outcomes) -> None:
    refused = {
        side: getattr(found, side).startswith(REFUSED) for side in ("init", "planner", "container")
    }
    assert refused["init"] == refused["container"], found
    assert refused["planner"] == refused["container"], found


def test_init_and_training_give_the_column_one_kind(case: Case, found: Outcomes) -> None:
    if found.container.startswith(REFUSED) or case.column == case.label:
        return
    init, training = kind_of(found.init), kind_of(found.container)
    if case.name in OTHER_KINDS:
        assert init != training, "the exception is not needed"
    else:
        assert init == training, found


def test_endpoint_and_batch_give_a_cell_one_value(case: Case, found: Outcomes) -> None:
    read = {values_of(found.endpoint), values_of(found.batch)}
    assert len(read) == 1, found
    assert "; " not in found.endpoint or read == {REFUSED}, found


def values_of(outcome: str) -> str:
    """Each format names the place of a refused cell in its own words."""
    parts = re.split("; (?:application|text|transform)", outcome)
    return REFUSED if all(REFUSED in part for part in parts) else outcome


def kind_of(outcome: str) -> str:
    kind = outcome.partition(";")[0].partition(",")[0].partition(" [")[0]
    return KINDS.get(kind, kind)


def test_each_exception_is_about_a_case() -> None:
    names = {case.name for case in CASES}
    assert len(names) == len(CASES)
    assert set(OTHER_KINDS) <= names
