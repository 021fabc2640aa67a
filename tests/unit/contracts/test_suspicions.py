"""What is said of columns, and which of them are taken for ids."""

from __future__ import annotations

import pytest

from autogluon_contracts.data.alike_texts import odd_classes
from autogluon_contracts.data.column import Column
from autogluon_contracts.data.suspicions import find_suspicions

ROWS = 40
TRUTH = Column("y", ["lo", "hi", "hi", "lo", "hi"] * 8)


def kinds_of(name: str, values: list[str]) -> list[str]:
    found = find_suspicions([Column(name, values), TRUTH], ROWS, "y", "binary")
    return [item.kind for item in found]


def scattered(start: int = 17) -> list[str]:
    return [str(start + at * 37 % 1009) for at in range(ROWS)]


@pytest.mark.parametrize(
    "name",
    [
        "bid",
        "amount_paid",
        "covid",
        "Price Index",
        "price_index",
        "GRID",
        "paid",
        "Madrid",
        "druid",
    ],
)
def test_a_name_that_only_ends_like_an_ids_keeps_its_numbers(name: str) -> None:
    assert kinds_of(name, scattered()) == []


@pytest.mark.parametrize(
    "name",
    ["id", "ID", "customer_id", "order-no", "customerId", "PassengerID", "index", "row index"],
)
def test_whole_numbers_of_that_name_are_ids(name: str) -> None:
    assert kinds_of(name, scattered()) == ["id"]


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("2016-01-31 {0:02}:{1:02}:00 UTC", []),
        ("2016-01-31 {0:02}:{1:02}:00 +0100", []),
        ("2016-01-31 {0:02}:{1:02}:00+00", []),
        ("1/31/2016, {0}:{1:02}:00 AM", []),
        ("01/{2}", []),
        ("01.{2}", []),
        ("{0:02}:{1:02}", ["unread-date"]),
        ("{0}:{1:02} a.m.", ["unread-date"]),
        ("{2}/31/01", ["unread-date"]),
        ("2016-01-31 {0:02}:{1:02}:00 CET", ["unread-date"]),
    ],
)
def test_dates_and_times_that_all_differ_are_never_ids(form: str, kind: list[str]) -> None:
    values = [form.format(1 + at % 9, at, 1950 + at) for at in range(ROWS)]
    assert kinds_of("at", values) == kind


def test_few_rows_show_how_cells_are_read_but_prove_nothing() -> None:
    columns = [
        Column("day", ["04/01/2018", "12/03/2017", "6/7/2018"]),
        Column("time", ["09:30", "10:45", "11:15"]),
        Column("grade", ["NA", "a", "b"]),
        Column("id", ["7", "3", "9"]),
        Column("always", ["1", "1", "1"]),
        Column("y", ["lo", "hi", "hi"]),
    ]
    found = {item.column: item.kind for item in find_suspicions(columns, 3, "y", "binary")}
    assert found == {"day": "ambiguous-date", "time": "unread-date", "grade": "missing-words"}


def test_the_classes_of_a_label_are_looked_at_too() -> None:
    label = Column("y", ["yes", "Yes", "no", "no "] * 10)
    (found,) = find_suspicions([Column("n", scattered()), label], ROWS, "y", "multiclass")
    assert (found.column, found.kind, found.leave_out) == ("y", "odd-classes", False)
    assert found.sentence.startswith('"Yes" and "yes" are two classes') or (
        found.sentence.startswith('"no" and "no " are two classes')
    )


@pytest.mark.parametrize(
    ("classes", "start"),
    [
        ({"0": 5, "1": 4, "?": 2}, '"?" is a class, of 2 rows; leave'),
        ({"0": 5, "1": 4, "-": 1}, '"-" is a class, of 1 row; leave'),
        ({"Y": 5, "y": 4, "N": 2}, '"Y" and "y" are two classes; write'),
        ({"no": 5, "no ": 4}, '"no" and "no " are two classes; write'),
        ({"+": 5, "-": 4}, ""),
        ({"?": 5, "-": 4}, ""),
        ({"1": 5, " 1": 4, "2": 3}, ""),
        ({"True": 5, "true": 4, "false": 3}, ""),
        ({"yes": 5, "no": 4}, ""),
    ],
)
def test_classes_that_were_not_meant_as_such(classes: dict[str, int], start: str) -> None:
    assert odd_classes(classes).startswith(start)
    assert bool(odd_classes(classes)) == bool(start)
