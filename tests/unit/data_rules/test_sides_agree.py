"""What one side accepts and how it reads it, every other side does, but for named exceptions."""

from __future__ import annotations

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

JOB_DECIDES: Mapping[str, str] = {}
"""Cases that the planner accepts although the training job refuses them, with the reason."""

OTHER_KINDS: Mapping[str, str] = {}
"""Cases whose column has another kind at init than in training, with the reason."""

REQUESTS_DIFFER: Mapping[str, str] = {}
"""Cases whose request means something else in another format, with the reason."""

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
    if case.name in JOB_DECIDES:
        assert not refused["planner"], "the exception is not needed"
        assert refused["container"], "the exception is not needed"
    else:
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
    apart = "; application/json" in found.endpoint or "; transform: " in found.batch
    same = not apart and found.endpoint.startswith(REFUSED) == found.batch.startswith(REFUSED)
    if same and not found.endpoint.startswith(REFUSED):
        same = found.endpoint == found.batch
    if case.name in REQUESTS_DIFFER:
        assert not same, "the exception is not needed"
    else:
        assert same, found


def kind_of(outcome: str) -> str:
    kind = outcome.partition(";")[0].partition(",")[0].partition(" [")[0]
    return KINDS.get(kind, kind)


def test_each_exception_is_about_a_case() -> None:
    names = {case.name for case in CASES}
    assert len(names) == len(CASES)
    assert {*JOB_DECIDES, *OTHER_KINDS, *REQUESTS_DIFFER} <= names
