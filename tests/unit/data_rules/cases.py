"""The kinds of data that people bring, each small and made up."""

from __future__ import annotations

from autogluon_contracts.documents.data_reading import DataReading
from tests.unit.data_rules.outcomes import Case

_ROWS = 40


def _csv(header: str, *columns: list[object]) -> str:
    rows = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    return "\n".join([header, *rows]) + "\n"


def _cycle(*values: object) -> list[object]:
    return [values[at % len(values)] for at in range(_ROWS)]


_NUMBERS: list[object] = [at * 37 % 101 for at in range(_ROWS)]
_CLASSES = _cycle("lo", "hi", "lo")

_BASEMENT = _csv("Basement,n,y", _cycle("NA", "Gd", "TA", "None"), _NUMBERS, _CLASSES)

CASES = [
    Case(
        "`NA` and `None` among words",
        {"t.csv": _BASEMENT},
        "Basement",
        "Basement,n\nNA,1\nGd,2\n",
    ),
    Case(
        "the same with `data.keep_na: [Basement]`",
        {"t.csv": _BASEMENT},
        "Basement",
        "Basement,n\nGd,2\nTA,1\n",
        reading=DataReading(keep_na=("Basement",)),
    ),
    Case(
        "`NA` among numbers",
        {"t.csv": _csv("v,n,y", _cycle(1.5, "NA", 3), _NUMBERS, _CLASSES)},
        "v",
        "v,n\nNA,1\n2,2\n",
    ),
    Case(
        "an unnamed first column that counts",
        {"t.csv": _csv(",v,y", list(range(_ROWS)), _NUMBERS, _CLASSES)},
        "v",
        ",v\n7,1\n3,2\n",
    ),
    Case(
        "a request with an index that the training data did not have",
        {"t.csv": _csv("v,n,y", _NUMBERS, _NUMBERS[::-1], _CLASSES)},
        "v",
        ",v,n\n17,1,5\n3,2,6\n",
    ),
    Case(
        "an unnamed first column of names",
        {"t.csv": _csv(",v,y", [f"Mazda {at}" for at in range(_ROWS)], _NUMBERS, _CLASSES)},
        "v",
    ),
    Case(
        "a label with `NA` in some rows",
        {"t.csv": _csv("v,y", _NUMBERS, _cycle("lo", "hi", "NA"))},
        "y",
    ),
    Case(
        "a regression's label with a word in row 31",
        {"t.csv": _csv("v,y", _NUMBERS, [*range(30), "?", *range(31, 40)])},
        "y",
        problem_type="regression",
    ),
]
