"""What planners say of data before a job is paid for: notes, and labels that nothing learns."""

import gzip
import json
from typing import Any

import pytest

from autogluon_lambdas.logic.tabular import training_data
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.errors import InvalidDataError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

FOLDER = "s3://data-bucket/d/"
ROWS = 40


def _csv(header: str, *columns: list[Any]) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in zip(*columns, strict=True))])


def _cycle(*values: object, rows: int = ROWS) -> list[object]:
    return [values[at % len(values)] for at in range(rows)]


def _notes(content: str | bytes, name: str = "t.csv", **settings: Any) -> list[str]:
    store = FakeStore({f"{FOLDER}{name}": content})
    init_args = {"label": "y", **settings.pop("init_args", {})}
    predictors = FakePredictors(spec(init_args=init_args, quality_gate=None, **settings))
    planner = TrainingPlanner(ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs())
    planned = planner.plan(planner_event({"predictor": "income", "train_data": FOLDER}))
    notes: list[str] = planned["run"]["notes"]
    return notes


DATES = _csv("day,n,y", _cycle("Jan-16", "Feb-16"), list(range(0, 80, 2)), _cycle("a", "b", "b"))
RECORDS = [
    {"day": day, "y": y, "n": n}
    for day, y, n in zip(_cycle("Jan-16", "Feb-16"), _cycle("a", "b", "b"), range(0, 80, 2),
                         strict=True)
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", DATES),
        ("t.csv.gz", gzip.compress(DATES.encode(), mtime=0)),
        ("t.csv", DATES.replace(",", ";")),
        ("t.jsonl", "\n".join(map(json.dumps, RECORDS))),
        ("t.json", json.dumps(RECORDS)),
    ],
)
def test_suspicious_columns_are_told_as_init_tells_them(name: str, content: str | bytes) -> None:
    assert _notes(content, name) == [
        "Column \"day\": dates, but read as categories because of 'Jan-16': it has no year of four "
        "digits; write whole dates, such as 2016-01-31."
    ]


def test_a_sample_says_only_what_no_later_row_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    # The 200,000 cells end the look, and not the time that a busy machine takes for them.
    monkeypatch.setattr(training_data, "SCAN_SECONDS", 600)
    rows = 150_000
    days = _cycle("Jan-16", "Feb-16", rows=rows)
    always, ids = ["x"] * rows, list(range(rows))
    text = _csv("day,always,key,y", days, always, ids, _cycle("a", "b", "b", rows=rows))
    (note,) = _notes(text)
    assert note.startswith('Column "day" (first 50,000 rows): dates, but read as categories')


def test_what_the_settings_decide_is_not_told_again() -> None:
    text = _csv("w,v,y", _cycle("NA", "x", "y"), _cycle("12 kg", "3 lb"), _cycle("a", "b", "b"))
    assert len(_notes(text)) == 2
    ignored = {"learner_kwargs": {"ignored_columns": ["v"]}}
    assert _notes(text, data={"keep_na": ["w"]}, init_args=ignored) == []


def test_of_many_notes_twenty_are_told() -> None:
    names = [f"c{at}" for at in range(30)]
    text = _csv(",".join([*names, "y"]), *[_cycle("12 kg", "3 lb")] * 30, _cycle("a", "b", "b"))
    notes = _notes(text)
    assert len(notes) == 21
    assert notes[-1] == "10 more columns look odd."


def test_a_class_with_one_row_among_others_is_told() -> None:
    labels = ["rare", *_cycle("a", "b", rows=ROWS - 1)]
    assert _notes(_csv("n,y", list(range(0, 80, 2)), labels)) == [
        f'Class "rare" of label "y" has one row ({FOLDER}t.csv, row 1), too few to learn.'
    ]


@pytest.mark.parametrize(
    ("labels", "problem_type", "part"),
    [
        (["rare", *["a"] * (ROWS - 1)], None, 'class "rare" of label "y" has one row ('),
        ([1, *[0] * (ROWS - 1)], None, 'class "1" of label "y" has one row ('),
        ([f"w{at}" for at in range(ROWS)], None, "each of the 40 training rows has a class of its"),
        (_cycle("a", "b", "c"), "binary", "has more than two classes, a, b, c"),
        (["a"] * ROWS, None, 'label "y" has the same value in every row'),
        ([*range(ROWS - 1), "tbd"], "regression", 't.csv, row 40: label "y" is "tbd"'),
        ([*range(ROWS - 1), "y"], None, 'row 40: label "y" is "y", and the other values'),
    ],
)
def test_a_label_that_nothing_learns_is_refused_before_the_job(
    labels: list[Any], problem_type: str | None, part: str
) -> None:
    settings = {} if problem_type is None else {"init_args": {"problem_type": problem_type}}
    with pytest.raises(InvalidDataError) as caught:
        _notes(_csv("n,y", list(range(0, 80, 2)), labels), **settings)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (
            "v,n,y\n" + "1,5,7,a\n2,6,8,b\n" * 9,
            "row 1 has 4 cells, but the header has 3. Name each",
        ),
        (
            "n,y\n" + "1,a\n2,b\n" * 9 + '"3,a\n4,b\n',
            "row 19 has 1 cell, but the header has 2. Give",
        ),
        ("n,m,y\n" + "1,x,a\n1,x,b\n" * 9, "no feature varies: n, m have the same value in all 18"),
        (
            "n,y\n" + "größe,a\nköln,b\n" * 6_000 + "\udcf6,a\n",
            "is UTF-8 text, but for the byte 0xf6 in line 12,002. Correct it, or save it as UTF-8.",
        ),
    ],
)
def test_rows_that_a_job_refuses_are_refused_before_it(content: str, part: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        _notes(content.encode("utf-8", "surrogateescape"))
    assert part in str(caught.value)


@pytest.mark.parametrize("labels", [("1", "0", "1.0"), ("True", "false", "true")])
def test_two_spellings_of_a_value_are_one_class(labels: tuple[str, ...]) -> None:
    text = _csv("n,y", list(range(0, 80, 2)), _cycle(*labels))
    assert _notes(text, init_args={"problem_type": "binary"}) == []


def test_of_many_classes_with_one_row_five_are_told() -> None:
    labels = [*(f"rare {at}" for at in range(8)), *_cycle("a", "b", rows=ROWS - 8)]
    notes = _notes(_csv("n,y", list(range(0, 80, 2)), labels))
    assert len(notes) == 6
    assert notes[-1] == "3 more classes have one row each."


@pytest.mark.parametrize("text", ["inf", "1e400"])
def test_a_number_that_is_not_finite_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        _notes(_csv("v,y", ["1.5", text, *_cycle(1, 2, 3, rows=ROWS - 2)], _cycle("a", "b", "b")))
    assert f't.csv, row 2: column "v" holds "{text}"' in str(caught.value)


def test_a_class_may_have_its_second_row_in_another_file() -> None:
    text = _csv("n,y", list(range(0, 80, 2)), ["late", *_cycle("a", "b", rows=ROWS - 1)])
    store = FakeStore({f"{FOLDER}1.csv": text, f"{FOLDER}2.csv": text})
    predictors = FakePredictors(spec(init_args={"label": "y"}, quality_gate=None))
    planner = TrainingPlanner(ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs())
    planned = planner.plan(planner_event({"predictor": "income", "train_data": FOLDER}))
    assert planned["run"]["notes"] == []
